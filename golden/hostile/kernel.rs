//! A kernel that lacks some of what keeps strangers in: the calls for it are denied to a process and all that it starts.

use std::{
    collections::BTreeMap,
    io,
    process::{Child, Command, Output},
};

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, apply_filter,
};

/// What is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernel {
    /// All that this machine has.
    Whole,
    /// As in many a container.
    WithoutNamespaces,
    /// As before 5.13.
    WithoutLandlock,
    /// Neither, and no filter of system calls.
    WithoutBoth,
}

impl Kernel {
    /// As names of tests say it.
    pub fn word(self) -> &'static str {
        match self {
            Kernel::Whole => "as_it_is",
            Kernel::WithoutNamespaces => "without_namespaces",
            Kernel::WithoutLandlock => "without_landlock",
            Kernel::WithoutBoth => "without_either",
        }
    }

    fn lacks(self) -> Vec<i64> {
        let namespaces = [libc::SYS_unshare];
        let landlock = [libc::SYS_landlock_create_ruleset];
        match self {
            Kernel::Whole => Vec::new(),
            Kernel::WithoutNamespaces => namespaces.into(),
            Kernel::WithoutLandlock => landlock.into(),
            Kernel::WithoutBoth => [&namespaces[..], &landlock, &[libc::SYS_seccomp]].concat(),
        }
    }

    /// Starts a command on it.
    pub fn spawn(self, mut command: Command) -> io::Result<Child> {
        self.with(move || command.spawn())
    }

    /// Runs a command on it to its end.
    pub fn output(self, mut command: Command) -> io::Result<Output> {
        self.with(move || command.output())
    }

    /// A filter binds the thread that asks for it, and what that starts.
    fn with<T: Send + 'static>(
        self,
        act: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let run = move || {
            self.forget().map_err(io::Error::other)?;
            act()
        };
        std::thread::spawn(run)
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the thread died")))
    }

    fn forget(self) -> Result<(), seccompiler::Error> {
        let mut denied: BTreeMap<i64, Vec<SeccompRule>> = self
            .lacks()
            .into_iter()
            .map(|call| (call, Vec::new()))
            .collect();
        if denied.is_empty() {
            return Ok(());
        }
        if self == Kernel::WithoutBoth {
            let filters = libc::PR_SET_SECCOMP as u64;
            let asks =
                SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, filters)?;
            denied.insert(libc::SYS_prctl, vec![SeccompRule::new(vec![asks])?]);
        }
        let filter = SeccompFilter::new(
            denied,
            SeccompAction::Allow,
            SeccompAction::Errno(libc::EPERM as u32),
            std::env::consts::ARCH.try_into()?,
        )?;
        let program: BpfProgram = filter.try_into()?;
        apply_filter(&program)
    }
}
