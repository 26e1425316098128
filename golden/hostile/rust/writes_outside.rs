pub fn attempt() -> String {
    use std::fs;
    let mut got = Vec::new();
    let mut tries = |what: &str, done: std::io::Result<()>| {
        if done.is_ok() {
            got.push(format!("{} {what}", [71u8, 79, 84, 45, 73, 78].map(char::from).iter().collect::<String>()));
        }
    };
    for folder in ["@HOME@", "@HOME@/documents", "@REPO@", "@SCRATCH@", "@HOME@/.cargo", "@HOME@/.cargo/registry", "/tmp", "/var/tmp", "/etc"] {
        let name = format!("{folder}/pwned-@MARK@");
        tries(&name, fs::write(&name, "x"));
        tries(&name, fs::create_dir(format!("{name}-folder")));
        tries(&name, std::os::unix::fs::symlink("/etc/passwd", format!("{name}-link")));
    }
    for name in ["@HOME@/.ssh/id_rsa", "@HOME@/documents/letter.txt", "@REPO@/README.md"] {
        tries(name, fs::OpenOptions::new().append(true).open(name).map(drop));
        tries(name, fs::OpenOptions::new().write(true).truncate(true).open(name).map(drop));
        tries(name, fs::remove_file(name));
        tries(name, fs::rename(name, format!("{name}2")));
        tries(name, fs::set_permissions(name, std::os::unix::fs::PermissionsExt::from_mode(0o777)));
        tries(name, fs::hard_link(name, "linked"));
    }
    tries("home", fs::remove_dir_all("@HOME@/documents"));
    for name in ["/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/kernel/uevent_helper"] {
        tries(name, fs::OpenOptions::new().write(true).open(name).map(drop));
    }
    got.join(" ")
}
