unsafe extern "C" {
    fn fork() -> i32;
    fn memfd_create(name: *const u8, flags: u32) -> i32;
    fn posix_fallocate(file: i32, offset: i64, length: i64) -> i32;
}

pub fn attempt() -> String {
    for _ in 0..8 {
        if unsafe { fork() } == 0 {
            break;
        }
    }
    let mut held: Vec<Vec<u8>> = Vec::new();
    loop {
        let mut block: Vec<u8> = Vec::new();
        if block.try_reserve_exact(1 << 26).is_ok() {
            block.resize(1 << 26, held.len() as u8 + 1);
            held.push(block);
        }
        unsafe {
            let file = memfd_create(b"held\0".as_ptr(), 0);
            posix_fallocate(file, 0, 1 << 28);
        }
    }
}
