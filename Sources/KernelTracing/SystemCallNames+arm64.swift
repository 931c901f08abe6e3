extension SystemCallNames {
  /// By number, as <asm-generic/unistd.h> and Linux up to 6.17 have them; each line begins with the
  /// number of its first name.
  static let arm64 = """
    0 io_setup io_destroy io_submit io_cancel io_getevents setxattr lsetxattr fsetxattr getxattr
    9 lgetxattr fgetxattr listxattr llistxattr flistxattr removexattr lremovexattr fremovexattr
    17 getcwd lookup_dcookie eventfd2 epoll_create1 epoll_ctl epoll_pwait dup dup3 fcntl
    26 inotify_init1 inotify_add_watch inotify_rm_watch ioctl ioprio_set ioprio_get flock
    33 mknodat mkdirat unlinkat symlinkat linkat renameat umount2 mount pivot_root nfsservctl
    43 statfs fstatfs truncate ftruncate fallocate faccessat chdir fchdir chroot fchmod fchmodat
    54 fchownat fchown openat close vhangup pipe2 quotactl getdents64 lseek read write readv
    66 writev pread64 pwrite64 preadv pwritev sendfile pselect6 ppoll signalfd4 vmsplice splice
    77 tee readlinkat newfstatat fstat sync fsync fdatasync sync_file_range timerfd_create
    86 timerfd_settime timerfd_gettime utimensat acct capget capset personality exit exit_group
    95 waitid set_tid_address unshare futex set_robust_list get_robust_list nanosleep getitimer
    103 setitimer kexec_load init_module delete_module timer_create timer_gettime
    109 timer_getoverrun timer_settime timer_delete clock_settime clock_gettime clock_getres
    115 clock_nanosleep syslog ptrace sched_setparam sched_setscheduler sched_getscheduler
    121 sched_getparam sched_setaffinity sched_getaffinity sched_yield sched_get_priority_max
    126 sched_get_priority_min sched_rr_get_interval restart_syscall kill tkill tgkill
    132 sigaltstack rt_sigsuspend rt_sigaction rt_sigprocmask rt_sigpending rt_sigtimedwait
    138 rt_sigqueueinfo rt_sigreturn setpriority getpriority reboot setregid setgid setreuid
    146 setuid setresuid getresuid setresgid getresgid setfsuid setfsgid times setpgid getpgid
    156 getsid setsid getgroups setgroups uname sethostname setdomainname getrlimit setrlimit
    165 getrusage umask prctl getcpu gettimeofday settimeofday adjtimex getpid getppid getuid
    175 geteuid getgid getegid gettid sysinfo mq_open mq_unlink mq_timedsend mq_timedreceive
    184 mq_notify mq_getsetattr msgget msgctl msgrcv msgsnd semget semctl semtimedop semop
    194 shmget shmctl shmat shmdt socket socketpair bind listen accept connect getsockname
    205 getpeername sendto recvfrom setsockopt getsockopt shutdown sendmsg recvmsg readahead brk
    215 munmap mremap add_key request_key keyctl clone execve mmap fadvise64 swapon swapoff
    226 mprotect msync mlock munlock mlockall munlockall mincore madvise remap_file_pages mbind
    236 get_mempolicy set_mempolicy migrate_pages move_pages rt_tgsigqueueinfo perf_event_open
    242 accept4 recvmmsg
    260 wait4 prlimit64 fanotify_init fanotify_mark name_to_handle_at open_by_handle_at
    266 clock_adjtime syncfs setns sendmmsg process_vm_readv process_vm_writev kcmp finit_module
    274 sched_setattr sched_getattr renameat2 seccomp getrandom memfd_create bpf execveat
    282 userfaultfd membarrier mlock2 copy_file_range preadv2 pwritev2 pkey_mprotect pkey_alloc
    290 pkey_free statx io_pgetevents rseq kexec_file_load
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
