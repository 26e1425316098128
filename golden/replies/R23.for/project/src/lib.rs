//! The header by which a client says who it is.

use base64::{engine::general_purpose::STANDARD, Engine as _};

/// The value of `Authorization` for a name and a password.
pub fn authorization(name: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{name}:{password}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_passwords() {
        assert_eq!(authorization("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(authorization("a", ""), "Basic YTo=");
        assert_eq!(authorization("", "ab"), "Basic OmFi");
        assert_eq!(authorization("\u{e9}\u{20ac}", "\u{1f600}"), "Basic w6nigqw68J+YgA==");
    }
}
