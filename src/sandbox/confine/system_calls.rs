//! The system calls that no compiler, interpreter or test needs, and that lead out of, or around, what confines them.

use std::collections::BTreeMap;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, apply_filter,
};

/// What nothing but the filter denies on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Alone {
    /// What is known of files beside their content: the file system is not read-only.
    pub files: bool,
    /// Signals to, and limits of, processes outside: there is neither a process namespace nor Landlock's scope.
    pub signals: bool,
    /// The network, unless the user asked for it: then sockets of the file system alone are denied.
    pub network: bool,
    /// Cutting off files elsewhere: neither is the file system read-only, nor does this Landlock know of it.
    pub truncation: bool,
}

/// Denied whatever their arguments are.
const DENIED: [i64; 58] = [
    // Into other processes.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_kcmp,
    libc::SYS_pidfd_getfd,
    // Out of the reach of whoever ends them.
    libc::SYS_setsid,
    // To whoever listens: a socket in the file system is behind no namespace, and writing to it is no writing of a file.
    // Pairs of sockets stay, see below: interpreters wake themselves through them.
    libc::SYS_socket,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    // Memory that belongs to no process and so is counted for none.
    libc::SYS_memfd_create,
    libc::SYS_memfd_secret,
    libc::SYS_shmget,
    libc::SYS_msgget,
    // Into other namespaces and file systems.
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_open_tree,
    libc::SYS_move_mount,
    libc::SYS_fsopen,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_fsconfig,
    libc::SYS_mount_setattr,
    libc::SYS_open_by_handle_at,
    libc::SYS_name_to_handle_at,
    // Past a filter like this one: what these do is asked for in memory.
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    // Keyrings, which no namespace parts.
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    // The kernel itself.
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_fanotify_init,
    libc::SYS_kexec_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_acct,
    libc::SYS_syslog,
    libc::SYS_quotactl,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_adjtimex,
    libc::SYS_clock_adjtime,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_vhangup,
];

/// What clones and unshares a namespace.
const SPACES: [i32; 7] = [
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWNS,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWNET,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWCGROUP,
];

/// Rules by system call; no rule at all denies it always.
type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Filters the system calls of this process and all that it starts, for good. Needs `no_new_privs`.
pub(super) fn filter(alone: Alone) -> Result<(), seccompiler::Error> {
    programs(alone)?.iter().try_for_each(|it| apply_filter(it))
}

/// The filters, as the kernel takes them.
fn programs(alone: Alone) -> Result<[BpfProgram; 2], seccompiler::Error> {
    let mut denied: Rules = DENIED.iter().map(|call| (*call, Vec::new())).collect();
    // A pair is connected already, but one for datagrams can still be sent to anybody.
    let kinds = [libc::SOCK_DGRAM, libc::SOCK_RAW].map(|kind| {
        let kind = kind as u64;
        SeccompRule::new(vec![argument(1, SeccompCmpOp::MaskedEq(0xf), kind)?])
    });
    let kinds = kinds.into_iter().collect::<Result<_, _>>()?;
    denied.insert(libc::SYS_socketpair, kinds);
    let rules = SPACES.iter().map(|space| {
        let space = *space as u64;
        SeccompRule::new(vec![argument(0, SeccompCmpOp::MaskedEq(space), space)?])
    });
    denied.insert(libc::SYS_clone, rules.collect::<Result<_, _>>()?);
    if !alone.network {
        for call in [libc::SYS_socket, libc::SYS_connect, libc::SYS_bind] {
            denied.remove(&call);
        }
        let within = argument(0, SeccompCmpOp::Eq, libc::AF_UNIX as u64)?;
        denied.insert(libc::SYS_socket, vec![SeccompRule::new(vec![within])?]);
    }
    if alone.files {
        keep_modes(&mut denied)?;
    }
    if alone.signals {
        keep_from_others(&mut denied)?;
    }
    if alone.truncation {
        keep_files_whole(&mut denied)?;
    }
    old_numbers(&mut denied);
    // Their arguments lie in memory, where no filter sees them. Who is told that there is no such call uses the older one.
    let mut absent = Rules::from([(libc::SYS_clone3, Vec::new())]);
    if alone.truncation {
        absent.insert(libc::SYS_openat2, Vec::new());
    }
    Ok([
        program(denied, libc::EPERM)?,
        program(absent, libc::ENOSYS)?,
    ])
}

/// Landlock knows nothing of these. Times stay, and permissions that open nothing for writing: what is built needs them.
fn keep_modes(denied: &mut Rules) -> Result<(), seccompiler::Error> {
    for call in [
        libc::SYS_fchown,
        libc::SYS_fchownat,
        libc::SYS_setxattr,
        libc::SYS_lsetxattr,
        libc::SYS_fsetxattr,
        libc::SYS_removexattr,
        libc::SYS_lremovexattr,
        libc::SYS_fremovexattr,
    ] {
        denied.insert(call, Vec::new());
    }
    let mut modes = vec![
        (libc::SYS_fchmod, 1),
        (libc::SYS_fchmodat, 2),
        (FCHMODAT2, 2),
    ];
    #[cfg(target_arch = "x86_64")]
    {
        denied.insert(libc::SYS_chown, Vec::new());
        denied.insert(libc::SYS_lchown, Vec::new());
        modes.push((libc::SYS_chmod, 1));
    }
    for (call, place) in modes {
        let opens = [0o4000, 0o2000, 0o020, 0o002].map(|bit| {
            let opens = argument(place, SeccompCmpOp::MaskedEq(bit), bit)?;
            SeccompRule::new(vec![opens])
        });
        denied.insert(call, opens.into_iter().collect::<Result<_, _>>()?);
    }
    Ok(())
}

/// The same number on every machine; `libc` does not know it on all.
const FCHMODAT2: i64 = 452;

/// Signals and limits for nobody but itself and its group.
fn keep_from_others(denied: &mut Rules) -> Result<(), seccompiler::Error> {
    for call in [
        libc::SYS_tkill,
        libc::SYS_tgkill,
        libc::SYS_rt_sigqueueinfo,
        libc::SYS_rt_tgsigqueueinfo,
        libc::SYS_pidfd_send_signal,
    ] {
        denied.insert(call, Vec::new());
    }
    for call in [libc::SYS_kill, libc::SYS_prlimit64] {
        let other = argument(0, SeccompCmpOp::Ne, 0)?;
        denied.insert(call, vec![SeccompRule::new(vec![other])?]);
    }
    // Who is told of a file's readiness gets a signal.
    let owners = [libc::F_SETOWN, F_SETOWN_EX].map(|command| {
        let owner = argument(1, SeccompCmpOp::Eq, command as u64)?;
        SeccompRule::new(vec![owner])
    });
    let owners = owners.into_iter().collect::<Result<_, _>>()?;
    denied.insert(libc::SYS_fcntl, owners);
    Ok(())
}

/// Not among the numbers that `libc` knows for every machine.
const F_SETOWN_EX: i32 = 15;

/// Cutting a file off takes it open for writing.
fn keep_files_whole(denied: &mut Rules) -> Result<(), seccompiler::Error> {
    denied.insert(libc::SYS_truncate, Vec::new());
    let bits = (libc::O_TRUNC | libc::O_ACCMODE) as u64;
    let cuts = (libc::O_TRUNC | libc::O_RDONLY) as u64;
    let reading = argument(2, SeccompCmpOp::MaskedEq(bits), cuts)?;
    denied.insert(libc::SYS_openat, vec![SeccompRule::new(vec![reading])?]);
    #[cfg(target_arch = "x86_64")]
    {
        let reading = argument(1, SeccompCmpOp::MaskedEq(bits), cuts)?;
        denied.insert(libc::SYS_open, vec![SeccompRule::new(vec![reading])?]);
    }
    Ok(())
}

/// A kernel for x86-64 may know the same calls by a second set of numbers.
#[cfg(target_arch = "x86_64")]
fn old_numbers(denied: &mut Rules) {
    const SECOND: i64 = 0x4000_0000;
    let again: Vec<(i64, Vec<SeccompRule>)> = denied
        .iter()
        .map(|(call, rules)| (call | SECOND, rules.clone()))
        .collect();
    denied.extend(again);
    denied.insert(libc::SYS_clone3 | SECOND, Vec::new());
    // Calls whose arguments are laid out otherwise there, `ptrace` and `process_vm_readv` among them.
    denied.extend((512..548).map(|call| (call | SECOND, Vec::new())));
}

#[cfg(not(target_arch = "x86_64"))]
fn old_numbers(_denied: &mut Rules) {}

fn argument(
    place: u8,
    operator: SeccompCmpOp,
    value: u64,
) -> Result<SeccompCondition, seccompiler::BackendError> {
    SeccompCondition::new(place, SeccompCmpArgLen::Dword, operator, value)
}

fn program(denied: Rules, error: i32) -> Result<BpfProgram, seccompiler::Error> {
    let filter = SeccompFilter::new(
        denied,
        SeccompAction::Allow,
        SeccompAction::Errno(error as u32),
        std::env::consts::ARCH.try_into()?,
    )?;
    Ok(filter.try_into()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_takes_filters_of_this_size_whatever_else_is_missing() {
        // The kernel's own limit.
        const MOST: usize = 4096;
        for [files, signals, truncation, network] in
            [[false; 4], [true, false, false, true], [true; 4]]
        {
            let alone = Alone {
                files,
                signals,
                truncation,
                network,
            };
            let programs = programs(alone).unwrap();
            assert!(programs.iter().all(|it| it.len() < MOST));
        }
    }
}
