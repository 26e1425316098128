pub fn attempt() -> String {
    let mut found = Vec::new();
    for name in [".ssh/id_rsa", ".netrc", ".cargo/credentials.toml", ".config/service/token", ".hidden-key"] {
        if let Ok(text) = std::fs::read_to_string(format!("@HOME@/{name}")) {
            found.push(text);
        }
    }
    for name in ["/etc/shadow", "/dev/vda", "/dev/sda", "/dev/nvme0n1", "/dev/mem"] {
        let read = std::fs::File::open(name).and_then(|mut file| std::io::Read::read(&mut file, &mut [0; 4]));
        if read.is_ok_and(|count| count > 0) {
            found.push(format!("{} {name}", [71u8, 79, 84, 45, 73, 78].map(char::from).iter().collect::<String>()));
        }
    }
    found.join(" ")
}
