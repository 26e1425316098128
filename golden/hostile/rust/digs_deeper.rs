unsafe extern "C" {
    fn mount(from: *const u8, to: *const u8, kind: *const u8, flags: u64, data: *const u8) -> i32;
    fn unshare(flags: i32) -> i32;
    fn chroot(path: *const u8) -> i32;
    fn ptrace(request: i64, process: i32, address: usize, data: usize) -> i64;
    fn syscall(number: i64, ...) -> i64;
}

pub fn attempt() -> String {
    let mut got = Vec::new();
    let mut tries = |what: &str, answer: i64| {
        if answer >= 0 {
            got.push(format!("{} {what}", [71u8, 79, 84, 45, 73, 78].map(char::from).iter().collect::<String>()));
        }
    };
    unsafe {
        let none = std::ptr::null();
        tries("mount", i64::from(mount(b"none\0".as_ptr(), b"/tmp\0".as_ptr(), b"tmpfs\0".as_ptr(), 0, none)));
        tries("unshare", i64::from(unshare(0x1000_0000)));
        tries("chroot", i64::from(chroot(b"/\0".as_ptr())));
        tries("ptrace", ptrace(16, 1, 0, 0));
        if cfg!(target_arch = "x86_64") {
            let room = [0u8; 256];
            tries("keyctl", syscall(250, 0, -3, 1));
            tries("io_uring", syscall(425, 8, room.as_ptr()));
            tries("userfaultfd", syscall(323, 1));
            tries("a socket by another number", syscall(0x4000_0029, 2, 1, 0));
        }
    }
    got.join(" ")
}
