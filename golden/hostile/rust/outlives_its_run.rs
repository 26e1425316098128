unsafe extern "C" {
    fn fork() -> i32;
    fn setsid() -> i32;
    fn setpgid(process: i32, group: i32) -> i32;
}

pub fn attempt() -> String {
    use std::{
        os::unix::process::CommandExt,
        process::{Command, Stdio},
    };
    let stay = || {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 3600; : @MARK@"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let _ = stay().spawn();
    let _ = stay().process_group(0).spawn();
    unsafe {
        if fork() == 0 {
            if setsid() < 0 {
                setpgid(0, 0);
            }
            if fork() == 0 {
                let _ = stay().exec();
            }
            std::process::exit(0);
        }
    }
    String::new()
}
