extension SystemCallNames {
  /// By number, as <asm/unistd_64.h> and Linux up to 6.17 have them; each line begins with the
  /// number of its first name.
  static let x86_64 = """
    0 read write open close stat fstat lstat poll lseek mmap mprotect munmap brk rt_sigaction
    14 rt_sigprocmask rt_sigreturn ioctl pread64 pwrite64 readv writev access pipe select
    24 sched_yield mremap msync mincore madvise shmget shmat shmctl dup dup2 pause nanosleep
    36 getitimer alarm setitimer getpid sendfile socket connect accept sendto recvfrom sendmsg
    47 recvmsg shutdown bind listen getsockname getpeername socketpair setsockopt getsockopt
    56 clone fork vfork execve exit wait4 kill uname semget semop semctl shmdt msgget msgsnd
    70 msgrcv msgctl fcntl flock fsync fdatasync truncate ftruncate getdents getcwd chdir fchdir
    82 rename mkdir rmdir creat link unlink symlink readlink chmod fchmod chown fchown lchown
    95 umask gettimeofday getrlimit getrusage sysinfo times ptrace getuid syslog getgid setuid
    106 setgid geteuid getegid setpgid getppid getpgrp setsid setreuid setregid getgroups
    116 setgroups setresuid getresuid setresgid getresgid getpgid setfsuid setfsgid getsid
    125 capget capset rt_sigpending rt_sigtimedwait rt_sigqueueinfo rt_sigsuspend sigaltstack
    132 utime mknod uselib personality ustat statfs fstatfs sysfs getpriority setpriority
    142 sched_setparam sched_getparam sched_setscheduler sched_getscheduler
    146 sched_get_priority_max sched_get_priority_min sched_rr_get_interval mlock munlock
    151 mlockall munlockall vhangup modify_ldt pivot_root _sysctl prctl arch_prctl adjtimex
    160 setrlimit chroot sync acct settimeofday mount umount2 swapon swapoff reboot sethostname
    171 setdomainname iopl ioperm create_module init_module delete_module get_kernel_syms
    178 query_module quotactl nfsservctl getpmsg putpmsg afs_syscall tuxcall security gettid
    187 readahead setxattr lsetxattr fsetxattr getxattr lgetxattr fgetxattr listxattr llistxattr
    196 flistxattr removexattr lremovexattr fremovexattr tkill time futex sched_setaffinity
    204 sched_getaffinity set_thread_area io_setup io_destroy io_getevents io_submit io_cancel
    211 get_thread_area lookup_dcookie epoll_create epoll_ctl_old epoll_wait_old
    216 remap_file_pages getdents64 set_tid_address restart_syscall semtimedop fadvise64
    222 timer_create timer_settime timer_gettime timer_getoverrun timer_delete clock_settime
    228 clock_gettime clock_getres clock_nanosleep exit_group epoll_wait epoll_ctl tgkill utimes
    236 vserver mbind set_mempolicy get_mempolicy mq_open mq_unlink mq_timedsend mq_timedreceive
    244 mq_notify mq_getsetattr kexec_load waitid add_key request_key keyctl ioprio_set
    252 ioprio_get inotify_init inotify_add_watch inotify_rm_watch migrate_pages openat mkdirat
    259 mknodat fchownat futimesat newfstatat unlinkat renameat linkat symlinkat readlinkat
    268 fchmodat faccessat pselect6 ppoll unshare set_robust_list get_robust_list splice tee
    277 sync_file_range vmsplice move_pages utimensat epoll_pwait signalfd timerfd_create
    284 eventfd fallocate timerfd_settime timerfd_gettime accept4 signalfd4 eventfd2
    291 epoll_create1 dup3 pipe2 inotify_init1 preadv pwritev rt_tgsigqueueinfo perf_event_open
    299 recvmmsg fanotify_init fanotify_mark prlimit64 name_to_handle_at open_by_handle_at
    305 clock_adjtime syncfs sendmmsg setns getcpu process_vm_readv process_vm_writev kcmp
    313 finit_module sched_setattr sched_getattr renameat2 seccomp getrandom memfd_create
    320 kexec_file_load bpf execveat userfaultfd membarrier mlock2 copy_file_range preadv2
    328 pwritev2 pkey_mprotect pkey_alloc pkey_free statx io_pgetevents rseq
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
