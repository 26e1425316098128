//! Packages that nobody should copy: cryptography, TLS, protocols whose history is one of security fixes.
//!
//! A copy gets no advisory and no fix. The list is data, in `guarded.txt` beside this file.

/// The list: a name, or the beginning of names with `*`, and what it is.
const LIST: &str = include_str!("guarded.txt");

/// What a package is that should not be copied.
pub fn what(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase().replace('_', "-");
    LIST.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter_map(|line| line.split_once(char::is_whitespace))
        .find(|(pattern, _)| match pattern.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => name == *pattern,
        })
        .map(|(_, what)| what.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_and_single_names_are_known() {
        assert_eq!(what("rustls-webpki"), Some("TLS"));
        assert_eq!(what("ring"), Some("cryptography"));
        assert_eq!(what("PyJWT"), Some("cryptography"));
        assert_eq!(what("h2"), Some("a protocol with a security history"));
        assert_eq!(what("ringbuf"), None);
        assert_eq!(what("humantime"), None);
    }
}
