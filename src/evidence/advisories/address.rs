//! What lies at an address, fetched.

use ripout_model::Failure;

/// Fetches it.
#[cfg(feature = "http")]
pub(super) fn get(address: &str, offline: bool) -> Result<Vec<u8>, Failure> {
    use std::{io::Read, time::Duration};

    /// Databases of advisories are some ten megabytes.
    const MOST: u64 = 1 << 30;

    allowed(address, offline)?;
    let failed = |why: &dyn std::fmt::Display| {
        Failure::new("advisories", format!("fetch {address}: {why}"))
            .help("download it by other means, and name the file")
    };
    // An error of this library says what failed, and what lies beneath it why.
    let whole = |error: reqwest::Error| {
        let error = error.without_url();
        let mut text = error.to_string();
        let mut below = std::error::Error::source(&error);
        while let Some(error) = below {
            text.push_str(&format!(": {error}"));
            below = error.source();
        }
        text
    };
    let client = reqwest::blocking::Client::builder()
        .connect_timeout(Duration::from_secs(30))
        .timeout(Duration::from_secs(600))
        .user_agent(concat!("ripout/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| failed(&whole(error)))?;
    let answer = client
        .get(address)
        .send()
        .and_then(reqwest::blocking::Response::error_for_status)
        .map_err(|error| failed(&whole(error)))?;
    let mut bytes = Vec::new();
    answer
        .take(MOST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| failed(&error))?;
    if bytes.len() as u64 > MOST {
        return Err(failed(&"there is no end to it"));
    }
    Ok(bytes)
}

/// This build fetches nothing.
#[cfg(not(feature = "http"))]
pub(super) fn get(address: &str, offline: bool) -> Result<Vec<u8>, Failure> {
    allowed(address, offline)?;
    Err(Failure::new(
        "not_built_in",
        format!("--advisories {address}: this ripout was built without the feature `http`"),
    )
    .help("download it by other means, and name the file"))
}

/// Nothing that somebody on the way could change is taken; what comes from this machine came that way already.
fn allowed(address: &str, offline: bool) -> Result<(), Failure> {
    let local = ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"];
    let safe = address.starts_with("https://") || local.iter().any(|it| address.starts_with(it));
    if !safe {
        return Err(Failure::new(
            "arguments",
            format!("--advisories {address}: addresses begin with https:// or file://"),
        ));
    }
    if offline {
        return Err(Failure::new(
            "offline",
            format!("--advisories {address}: nothing is fetched with --offline"),
        )
        .help("download it before, and name the file or the folder"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(address: &str, offline: bool) -> String {
        get(address, offline).unwrap_err().code
    }

    #[test]
    fn only_safe_addresses_are_asked_and_none_offline() {
        assert_eq!(code("http://example.org/a.json", false), "arguments");
        assert_eq!(code("ftp://example.org/a.json", false), "arguments");
        assert_eq!(code("https://example.org/a.json", true), "offline");
    }

    #[cfg(feature = "http")]
    #[test]
    fn an_answer_is_taken_and_an_error_told() {
        use std::io::{Read, Write};

        let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/a.json", server.local_addr().unwrap());
        let thread = std::thread::spawn(move || {
            for answer in ["200 OK", "404 Not Found"] {
                let (mut stream, _) = server.accept().unwrap();
                let _ = stream.read(&mut [0; 4096]).unwrap();
                let text = format!(
                    "HTTP/1.1 {answer}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]"
                );
                stream.write_all(text.as_bytes()).unwrap();
            }
        });
        assert_eq!(get(&address, false).unwrap(), b"[]");
        let failure = get(&address, false).unwrap_err();
        assert!(failure.text.contains("404"), "{}", failure.text);
        thread.join().unwrap();
        assert_eq!(code(&address, false), "advisories");
    }
}
