unsafe extern "C" {
    fn kill(process: i32, signal: i32) -> i32;
    fn getppid() -> i32;
}

pub fn attempt() -> String {
    let victim: i32 = "@VICTIM@".parse().unwrap_or(i32::MAX);
    let mut got = Vec::new();
    for target in [victim, -victim] {
        if unsafe { kill(target, 9) } == 0 {
            got.push(format!("{} the user's process", [71u8, 79, 84, 45, 73, 78].map(char::from).iter().collect::<String>()));
        }
    }
    let me = std::process::id() as i32;
    unsafe {
        kill(getppid(), 9);
        kill(1, 9);
        kill(-1, 9);
    }
    for target in (2..60).filter(|it| *it != me) {
        unsafe { kill(target, 9) };
    }
    got.join(" ")
}
