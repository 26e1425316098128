//! A `/dev` that holds no disks, no terminals and no other hardware: root could read and write them without a capability.

use std::{
    fs, io,
    os::{fd::OwnedFd, unix::fs::symlink},
    path::Path,
};

use rustix::{
    fs::CWD,
    mount::{MoveMountFlags, OpenTreeFlags},
};

use super::mount_empty;

/// Devices that lead nowhere.
const KEPT: [&str; 5] = ["null", "zero", "full", "random", "urandom"];

/// What programs expect beside them.
const LINKS: [(&str, &str); 4] = [
    ("fd", "/proc/self/fd"),
    ("stdin", "/proc/self/fd/0"),
    ("stdout", "/proc/self/fd/1"),
    ("stderr", "/proc/self/fd/2"),
];

/// Puts a small one in the place of the system's.
pub(super) fn replace() -> io::Result<()> {
    let folder = Path::new("/dev");
    // A device can't be made anew without privileges, but its mount can be carried over.
    let carry = |name: &&'static str| -> io::Result<(&str, OwnedFd)> {
        let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
        Ok((
            name,
            rustix::mount::open_tree(CWD, folder.join(name), flags)?,
        ))
    };
    let kept: Vec<(&str, OwnedFd)> = KEPT
        .iter()
        .filter(|name| folder.join(name).exists())
        .map(carry)
        .collect::<io::Result<_>>()?;
    mount_empty(folder, c"size=64k,mode=755")?;
    for (name, mount) in kept {
        let place = folder.join(name);
        fs::write(&place, "")?;
        let flags = MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH;
        rustix::mount::move_mount(mount, "", CWD, &place, flags)?;
    }
    for (name, target) in LINKS {
        symlink(target, folder.join(name))?;
    }
    fs::create_dir(folder.join("shm"))
}
