unsafe extern "C" {
    fn fork() -> i32;
}

pub fn attempt() -> String {
    loop {
        unsafe { fork() };
    }
}
