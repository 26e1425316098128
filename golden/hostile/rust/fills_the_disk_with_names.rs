pub fn attempt() -> String {
    for _ in 0..1500 {
        if std::fs::create_dir("deep").and_then(|()| std::env::set_current_dir("deep")).is_err() {
            break;
        }
    }
    for name in 0..300 {
        let _ = std::fs::write(format!("name-{name}"), "");
    }
    let _ = std::fs::set_permissions(".", std::os::unix::fs::PermissionsExt::from_mode(0));
    String::new()
}
