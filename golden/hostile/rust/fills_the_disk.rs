unsafe extern "C" {
    fn posix_fallocate(file: i32, offset: i64, length: i64) -> i32;
}

pub fn attempt() -> String {
    use std::os::fd::AsRawFd;
    let home = std::env::var("HOME").unwrap_or_default();
    let temp = std::env::temp_dir().display().to_string();
    for count in 0..100_000 {
        for folder in [".", &home, &temp, "/dev/shm", "/tmp", "@SCRATCH@"] {
            if let Ok(file) = std::fs::File::create(format!("{folder}/full-{count}")) {
                unsafe { posix_fallocate(file.as_raw_fd(), 0, 1 << 28) };
            }
        }
    }
    String::from("done")
}
