//! The measures that keep strangers' code in, on Linux: namespaces of its own, a file system that is read-only but for
//! its work folders, no capabilities, limits, Landlock, a filter of system calls.
//!
//! Each measure is tried, and what could not be had is told ([`Measure`]). None needs privileges: whoever has none gets
//! a user namespace first, in which the others are to be had. What two measures deny holds where one of them is missing.
//!
//! * [`devices`]: a `/dev` with nothing in it that leads anywhere
//! * [`landlock`]: writing, reading secrets, TCP, signals, once more
//! * [`system_calls`]: what nothing that runs here needs

mod devices;
mod landlock;
mod system_calls;

use std::{
    ffi::OsStr,
    fs, io,
    os::unix::{ffi::OsStrExt, fs::FileTypeExt},
    path::{Path, PathBuf},
};

use rustix::{
    mount::{MountFlags, MountPropagationFlags},
    process::{DumpableBehavior, Resource, Rlimit},
    thread::{CapabilitySet, CapabilitySets, UnshareFlags},
};

use super::spec::{
    CAPABILITIES, EXCESS, KERNEL, MODES, Measure, NETWORK, NEW_PRIVILEGES, PROCESSES, SECRETS,
    SIGNALS, Spec, WRITING,
};
use serde::{Deserialize, Serialize};
use system_calls::Alone;

/// What the namespaces give, where they were to be had.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Outside {
    /// Whether the next child is the first process of a process namespace.
    pub processes: bool,
    /// Whether the file system is read-only but for the work folders.
    files: bool,
    pub measures: Vec<Measure>,
}

/// What the warden does before anything else is started.
pub(super) fn outside(spec: &Spec) -> Outside {
    let here = std::env::current_dir();
    let mut measures = vec![Measure::from(
        NEW_PRIVILEGES,
        "no_new_privs",
        rustix::thread::set_no_new_privs(true),
    )];
    let got = leave(spec.network);
    let (flags, why) = match &got {
        Ok(flags) => (*flags, String::from("the kernel does not allow it here")),
        Err(error) => (UnshareFlags::empty(), error.to_string()),
    };
    let has = |flag| {
        if flags.contains(flag) {
            Ok(())
        } else {
            Err(why.clone())
        }
    };
    if !spec.network {
        measures.push(Measure::from(
            NETWORK,
            "a namespace",
            has(UnshareFlags::NEWNET),
        ));
    }
    measures.push(Measure::from(
        SIGNALS,
        "a namespace",
        has(UnshareFlags::NEWPID),
    ));
    let writes =
        has(UnshareFlags::NEWNS).and_then(|()| shut_files(spec).map_err(|error| error.to_string()));
    let files = writes.is_ok();
    measures.push(Measure::from(WRITING, "read-only mounts", writes.clone()));
    measures.push(Measure::from(SECRETS, "covers over them", writes.clone()));
    measures.push(Measure::from(MODES, "read-only mounts", writes));
    // The folder we stand in is still the one below the mounts that were just made.
    let _ = here.and_then(std::env::set_current_dir);
    let processes = flags.contains(UnshareFlags::NEWPID);
    if processes {
        // The first process mounts its own `/proc`: for that alone these outlive its start.
        let _ = pass_on(CapabilitySet::SYS_ADMIN | CapabilitySet::SETPCAP);
    }
    Outside {
        processes,
        files,
        measures,
    }
}

/// What is done last: nothing of this can be undone, and nothing more can be mounted.
pub(super) fn inside(spec: &Spec, outside: Outside) -> Vec<Measure> {
    let Outside {
        processes: first,
        files,
        mut measures,
    } = outside;
    let proc = if first {
        own_proc(spec.processes).map_err(|error| error.to_string())
    } else {
        Err("it takes a namespace of processes".to_owned())
    };
    measures.push(Measure::from(PROCESSES, "a /proc of its own", proc));
    measures.push(Measure::from(
        CAPABILITIES,
        "giving them up",
        drop_capabilities(),
    ));
    let _ = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable);
    let mut limits = vec![
        (Resource::As, spec.memory),
        (Resource::Fsize, spec.file),
        (Resource::Core, 0),
    ];
    // Elsewhere the limit counts all that the user runs.
    if first && counts_by_namespace() {
        limits.push((Resource::Nproc, spec.processes));
    }
    let limited = limits
        .into_iter()
        .try_for_each(|(resource, limit)| lower(resource, limit));
    measures.push(Measure::from(
        EXCESS,
        "limits, and a watch on all together",
        limited,
    ));

    // So that new files of compilers are what a weaker filter lets them be.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
    let writable: Vec<PathBuf> = spec.writable.iter().map(|bytes| path(bytes)).collect();
    let mut hidden: Vec<PathBuf> = spec.hidden.iter().map(|bytes| path(bytes)).collect();
    if !files {
        hidden.extend(disks());
    }
    let kept = landlock::restrict(&writable, &hidden, spec.network);
    let told = |has: fn(&landlock::Kept) -> bool| match &kept {
        Ok(kept) if has(kept) => Ok(()),
        Ok(_) => Err("this kernel does not know of it".to_owned()),
        Err(error) => Err(error.to_string()),
    };
    let alone = Alone {
        files: !files,
        signals: !first && told(|kept| kept.signals).is_err(),
        truncation: !files && told(|kept| kept.truncation).is_err(),
        network: !spec.network,
    };
    let filtered = system_calls::filter(alone).map_err(|error| error.to_string());
    let mut writing = told(|kept| kept.writing);
    if alone.truncation {
        writing = writing.and(filtered.clone());
    }
    measures.push(Measure::from(WRITING, "Landlock", writing));
    measures.push(Measure::from(
        SECRETS,
        "Landlock",
        told(|kept| kept.reading),
    ));
    // A process under such rules looks into none that is not.
    measures.push(Measure::from(
        PROCESSES,
        "Landlock",
        told(|kept| kept.reading),
    ));
    measures.push(Measure::from(
        SIGNALS,
        "Landlock",
        told(|kept| kept.signals),
    ));
    if alone.signals {
        measures.push(Measure::from(SIGNALS, FILTER, filtered.clone()));
    }
    if !spec.network {
        measures.push(Measure::from(NETWORK, FILTER, filtered.clone()));
    }
    measures.push(Measure::from(KERNEL, FILTER, filtered));
    measures
}

/// How the filter of system calls is called.
const FILTER: &str = "a filter of system calls";

/// Block devices hold what files hold. With mounts of its own nobody sees them.
fn disks() -> Vec<PathBuf> {
    let entries = fs::read_dir("/dev").into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_block_device()))
        .map(|entry| entry.path())
        .collect()
}

fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(bytes))
}

/// Lowers a limit for good; one that is lower already stays.
fn lower(resource: Resource, limit: u64) -> io::Result<()> {
    let now = rustix::process::getrlimit(resource);
    let limit = now.maximum.map_or(limit, |now| now.min(limit));
    let limit = Some(limit);
    let new = Rlimit {
        current: limit,
        maximum: limit,
    };
    Ok(rustix::process::setrlimit(resource, new)?)
}

/// Leaves as many namespaces as this machine allows.
fn leave(network: bool) -> io::Result<UnshareFlags> {
    let net = match network {
        true => UnshareFlags::empty(),
        false => UnshareFlags::NEWNET,
    };
    let all = net | UnshareFlags::NEWPID | UnshareFlags::NEWNS | UnshareFlags::NEWIPC;
    // Read first: inside a namespace without a map nobody is anybody.
    let user = rustix::process::getuid().as_raw();
    let group = rustix::process::getgid().as_raw();
    let mut last = io::Error::from(io::ErrorKind::Unsupported);
    for flags in [
        UnshareFlags::NEWUSER | all,
        all,
        UnshareFlags::NEWUSER | net,
        net,
    ] {
        #[allow(deprecated)] // Its fault lies with the flag FILES, which is never passed.
        match rustix::thread::unshare(flags) {
            Ok(()) => {
                if flags.contains(UnshareFlags::NEWUSER) {
                    fs::write("/proc/self/setgroups", "deny")?;
                    fs::write("/proc/self/uid_map", format!("{user} {user} 1"))?;
                    fs::write("/proc/self/gid_map", format!("{group} {group} 1"))?;
                }
                return Ok(flags);
            }
            Err(error) => last = error.into(),
        }
    }
    Err(last)
}

/// Covers what holds secrets, and makes every mount read-only but for the work folders.
fn shut_files(spec: &Spec) -> io::Result<()> {
    rustix::mount::mount_change(
        "/",
        MountPropagationFlags::PRIVATE | MountPropagationFlags::REC,
    )?;
    for hidden in spec.hidden.iter().map(|bytes| path(bytes)) {
        // What is no longer there needs no hiding.
        let Ok(kind) = fs::metadata(&hidden) else {
            continue;
        };
        if kind.is_dir() {
            mount_empty(&hidden, c"size=4k,mode=555")?;
        } else {
            rustix::mount::mount_bind("/dev/null", &hidden)?;
        }
    }
    let devices = devices::replace();
    let writable: Vec<PathBuf> = spec.writable.iter().map(|bytes| path(bytes)).collect();
    for folder in &writable {
        rustix::mount::mount_bind_recursive(folder, folder)?;
    }
    for mount in mounts()? {
        if writable
            .iter()
            .any(|folder| mount.place.starts_with(folder))
        {
            continue;
        }
        let flags = mount.flags | MountFlags::BIND | MountFlags::RDONLY;
        match rustix::mount::mount_remount(&mount.place, flags, c"") {
            Ok(()) => {}
            // It lies under another mount, or where we can't go, and strangers neither.
            Err(
                rustix::io::Errno::NOENT | rustix::io::Errno::ACCESS | rustix::io::Errno::INVAL,
            ) => {}
            Err(error) => return Err(error.into()),
        }
    }
    // Semaphores of interpreters live there.
    let shared = Path::new("/dev/shm");
    if shared.is_dir() {
        // Read-only it stays where this fails: few miss it.
        let _ = mount_empty(shared, c"size=64m,mode=1777");
    }
    devices
}

fn mount_empty(folder: &Path, options: &std::ffi::CStr) -> io::Result<()> {
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    Ok(rustix::mount::mount(
        "tmpfs", folder, "tmpfs", flags, options,
    )?)
}

/// A mount, and the flags it must keep.
struct Mount {
    place: PathBuf,
    flags: MountFlags,
}

fn mounts() -> io::Result<Vec<Mount>> {
    let text = fs::read("/proc/self/mountinfo")?;
    Ok(text
        .split(|byte| *byte == b'\n')
        .filter_map(mount_of)
        .collect())
}

/// A line of `mountinfo`: number, parent, device, root, place, options, …
fn mount_of(line: &[u8]) -> Option<Mount> {
    let mut fields = line.split(|byte| *byte == b' ');
    let place = unescaped(fields.nth(4)?);
    let mut flags = MountFlags::empty();
    for option in fields.next()?.split(|byte| *byte == b',') {
        flags |= match option {
            b"nosuid" => MountFlags::NOSUID,
            b"nodev" => MountFlags::NODEV,
            b"noexec" => MountFlags::NOEXEC,
            b"noatime" => MountFlags::NOATIME,
            b"nodiratime" => MountFlags::NODIRATIME,
            b"relatime" => MountFlags::RELATIME,
            _ => MountFlags::empty(),
        };
    }
    Some(Mount {
        place: PathBuf::from(OsStr::from_bytes(&place)),
        flags,
    })
}

/// Blanks and the like stand as `\040`.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..3).and_then(|it| std::str::from_utf8(it).ok());
        match digits.and_then(|it| u8::from_str_radix(it, 8).ok()) {
            Some(byte) if *first == b'\\' => {
                plain.push(byte);
                rest = &after[3..];
            }
            _ => {
                plain.push(*first);
                rest = after;
            }
        }
    }
    plain
}

/// A `/proc` that shows the processes of this namespace alone; where there may be none, an empty one.
///
/// Read-only, as root's settings of the whole system lie there, and to some of them the number of the user suffices.
fn own_proc(processes: u64) -> io::Result<()> {
    let place = Path::new("/proc");
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    let mounted = rustix::mount::mount("proc", place, "proc", flags, None::<&std::ffi::CStr>);
    let mounted = mounted.map_err(io::Error::from).and_then(|()| {
        // The limit on processes does not bind root. Since 6.14 the numbers of each namespace have an end of their own;
        // before, this fails, and the watch from outside counts.
        let _ = match rustix::process::getuid().is_root() && knows_numbers_of_namespaces() {
            true => fs::write(
                "/proc/sys/kernel/pid_max",
                (processes + SPARED_NUMBERS).to_string(),
            ),
            false => Ok(()),
        };
        let flags = flags | MountFlags::BIND | MountFlags::RDONLY;
        Ok(rustix::mount::mount_remount(place, flags, c"")?)
    });
    mounted.or_else(|_| mount_empty(place, c"size=4k,mode=555"))
}

/// Once all numbers were given out, the first of them are not given again.
const SPARED_NUMBERS: u64 = 300;

/// Lets capabilities outlive the start of another program.
fn pass_on(capabilities: CapabilitySet) -> io::Result<()> {
    let mut sets = rustix::thread::capabilities(None)?;
    sets.inheritable |= capabilities;
    rustix::thread::set_capabilities(None, sets)?;
    for capability in capabilities.iter() {
        rustix::thread::configure_capability_in_ambient_set(capability, true)?;
    }
    Ok(())
}

/// Gives up every capability, also those that root would get back with the next program.
fn drop_capabilities() -> io::Result<()> {
    let _ = rustix::thread::clear_ambient_capability_set();
    for bit in 0..64 {
        if let Some(capability) = CapabilitySet::from_bits(1 << bit) {
            // Fails where there is no such capability, or no right to drop it, and then it can't be had either.
            let _ = rustix::thread::remove_capability_from_bounding_set(capability);
        }
    }
    let none = CapabilitySet::empty();
    Ok(rustix::thread::set_capabilities(
        None,
        CapabilitySets {
            effective: none,
            permitted: none,
            inheritable: none,
        },
    )?)
}

/// Since 5.14 the number of processes is counted for each user namespace.
fn counts_by_namespace() -> bool {
    release() >= (5, 14)
}

/// Before, the limit on numbers was one for the whole system.
fn knows_numbers_of_namespaces() -> bool {
    release() >= (6, 14)
}

fn release() -> (u32, u32) {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let mut numbers = release
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_mount_with_a_blank_in_its_place() {
        let line = br"36 35 98:0 /mnt1 /mnt\040two rw,nosuid,noatime master:1 - ext3 /dev/root rw";
        let mount = mount_of(line).unwrap();
        assert_eq!(mount.place, Path::new("/mnt two"));
        assert_eq!(mount.flags, MountFlags::NOSUID | MountFlags::NOATIME);
        assert_eq!(unescaped(br"a\"), br"a\");
    }
}
