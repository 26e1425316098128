//! How long a client waits, from its configuration.

use std::time::Duration;

/// What is waited for where the configuration is silent.
pub const CONNECT: &str = "5s";

/// The time of an option such as `connect = "250ms"`: milliseconds, seconds, minutes or hours.
pub fn patience(option: &str) -> Result<Duration, String> {
    humantime::parse_duration(option).map_err(|error| format!("`{option}`: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        assert_eq!(patience(CONNECT), Ok(Duration::from_secs(5)));
        assert_eq!(patience("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(patience("2h 30m"), Ok(Duration::from_secs(9000)));
        assert_eq!(patience("1min 30 sec"), Ok(Duration::from_secs(90)));
    }

    #[test]
    fn what_is_wrong_is_told() {
        assert_eq!(patience(""), Err("``: value was empty".to_owned()));
        assert_eq!(patience("soon"), Err("`soon`: expected number at 0".to_owned()));
        let unitless = patience("30").unwrap_err();
        assert!(unitless.starts_with("`30`: time unit needed, for example 30sec or 30ms"));
        assert!(patience("99999999999999999999h").is_err());
    }
}
