extension SystemCallNames {
  /// By number, as <asm/unistd_32.h> and Linux up to 6.17 have them; each line begins with the
  /// number of its first name.
  static let i386 = """
    0 restart_syscall exit fork read write open close waitpid creat link unlink execve chdir
    13 time mknod chmod lchown break oldstat lseek getpid mount umount setuid getuid stime
    26 ptrace alarm oldfstat pause utime stty gtty access nice ftime sync kill rename mkdir
    40 rmdir dup pipe times prof brk setgid getgid signal geteuid getegid acct umount2 lock
    54 ioctl fcntl mpx setpgid ulimit oldolduname umask chroot ustat dup2 getppid getpgrp setsid
    67 sigaction sgetmask ssetmask setreuid setregid sigsuspend sigpending sethostname setrlimit
    76 getrlimit getrusage gettimeofday settimeofday getgroups setgroups select symlink oldlstat
    85 readlink uselib swapon reboot readdir mmap munmap truncate ftruncate fchmod fchown
    96 getpriority setpriority profil statfs fstatfs ioperm socketcall syslog setitimer
    105 getitimer stat lstat fstat olduname iopl vhangup idle vm86old wait4 swapoff sysinfo ipc
    118 fsync sigreturn clone setdomainname uname modify_ldt adjtimex mprotect sigprocmask
    127 create_module init_module delete_module get_kernel_syms quotactl getpgid fchdir bdflush
    135 sysfs personality afs_syscall setfsuid setfsgid _llseek getdents _newselect flock msync
    145 readv writev getsid fdatasync _sysctl mlock munlock mlockall munlockall sched_setparam
    155 sched_getparam sched_setscheduler sched_getscheduler sched_yield sched_get_priority_max
    160 sched_get_priority_min sched_rr_get_interval nanosleep mremap setresuid getresuid vm86
    167 query_module poll nfsservctl setresgid getresgid prctl rt_sigreturn rt_sigaction
    175 rt_sigprocmask rt_sigpending rt_sigtimedwait rt_sigqueueinfo rt_sigsuspend pread64
    181 pwrite64 chown getcwd capget capset sigaltstack sendfile getpmsg putpmsg vfork
    191 ugetrlimit mmap2 truncate64 ftruncate64 stat64 lstat64 fstat64 lchown32 getuid32
    200 getgid32 geteuid32 getegid32 setreuid32 setregid32 getgroups32 setgroups32 fchown32
    208 setresuid32 getresuid32 setresgid32 getresgid32 chown32 setuid32 setgid32 setfsuid32
    216 setfsgid32 pivot_root mincore madvise getdents64 fcntl64
    224 gettid readahead setxattr lsetxattr fsetxattr getxattr lgetxattr fgetxattr listxattr
    233 llistxattr flistxattr removexattr lremovexattr fremovexattr tkill sendfile64 futex
    241 sched_setaffinity sched_getaffinity set_thread_area get_thread_area io_setup io_destroy
    247 io_getevents io_submit io_cancel fadvise64
    252 exit_group lookup_dcookie epoll_create epoll_ctl epoll_wait remap_file_pages
    258 set_tid_address timer_create timer_settime timer_gettime timer_getoverrun timer_delete
    264 clock_settime clock_gettime clock_getres clock_nanosleep statfs64 fstatfs64 tgkill
    271 utimes fadvise64_64 vserver mbind get_mempolicy set_mempolicy mq_open mq_unlink
    279 mq_timedsend mq_timedreceive mq_notify mq_getsetattr kexec_load waitid
    286 add_key request_key keyctl ioprio_set ioprio_get inotify_init inotify_add_watch
    293 inotify_rm_watch migrate_pages openat mkdirat mknodat fchownat futimesat fstatat64
    301 unlinkat renameat linkat symlinkat readlinkat fchmodat faccessat pselect6 ppoll unshare
    311 set_robust_list get_robust_list splice sync_file_range tee vmsplice move_pages getcpu
    319 epoll_pwait utimensat signalfd timerfd_create eventfd fallocate timerfd_settime
    326 timerfd_gettime signalfd4 eventfd2 epoll_create1 dup3 pipe2 inotify_init1 preadv pwritev
    335 rt_tgsigqueueinfo perf_event_open recvmmsg fanotify_init fanotify_mark prlimit64
    341 name_to_handle_at open_by_handle_at clock_adjtime syncfs sendmmsg setns process_vm_readv
    348 process_vm_writev kcmp finit_module sched_setattr sched_getattr renameat2 seccomp
    355 getrandom memfd_create bpf execveat socket socketpair bind connect listen accept4
    365 getsockopt setsockopt getsockname getpeername sendto sendmsg recvfrom recvmsg shutdown
    374 userfaultfd membarrier mlock2 copy_file_range preadv2 pwritev2 pkey_mprotect pkey_alloc
    382 pkey_free statx arch_prctl io_pgetevents rseq
    393 semget semctl shmget shmctl shmat shmdt msgget msgsnd msgrcv msgctl clock_gettime64
    404 clock_settime64 clock_adjtime64 clock_getres_time64 clock_nanosleep_time64
    408 timer_gettime64 timer_settime64 timerfd_gettime64 timerfd_settime64 utimensat_time64
    413 pselect6_time64 ppoll_time64
    416 io_pgetevents_time64 recvmmsg_time64 mq_timedsend_time64 mq_timedreceive_time64
    420 semtimedop_time64 rt_sigtimedwait_time64 futex_time64 sched_rr_get_interval_time64
    424 pidfd_send_signal io_uring_setup io_uring_enter io_uring_register open_tree move_mount
    430 fsopen fsconfig fsmount fspick pidfd_open clone3 close_range openat2 pidfd_getfd
    439 faccessat2 process_madvise epoll_pwait2 mount_setattr quotactl_fd
    444 landlock_create_ruleset landlock_add_rule landlock_restrict_self memfd_secret
    448 process_mrelease futex_waitv set_mempolicy_home_node cachestat fchmodat2
    453 map_shadow_stack futex_wake futex_wait futex_requeue statmount listmount
    459 lsm_get_self_attr lsm_set_self_attr lsm_list_modules mseal setxattrat getxattrat
    465 listxattrat removexattrat open_tree_attr file_getattr file_setattr
    """
}
