//! What the compiler says, as cargo passes it on.

use serde_json::Value;

/// One error.
#[derive(Debug, Clone)]
pub struct Complaint {
    /// Name of the package it arose in.
    pub package: String,
    /// As people read it.
    pub text: String,
    /// File and line of each place it points at, expansions of macros followed; main places first.
    places: Vec<(String, u32)>,
    /// How many of the places are main ones.
    main: usize,
}

impl Complaint {
    /// Lines in a file: of main places if there are any, of others otherwise.
    pub fn lines(&self, file: &str) -> Vec<u32> {
        let of = |places: &[(String, u32)]| -> Vec<u32> {
            places
                .iter()
                .filter(|(name, _)| name.ends_with(file))
                .map(|(_, line)| *line)
                .collect()
        };
        let main = of(&self.places[..self.main]);
        if main.is_empty() {
            of(&self.places)
        } else {
            main
        }
    }

    /// All places.
    pub fn places(&self) -> &[(String, u32)] {
        &self.places
    }
}

/// How the compiler names the code that asked for what can't be made of a generic item.
const INSTANTIATED: &str = "the above error was encountered while instantiating";

/// Reads cargo's messages, a line each.
pub fn read(stdout: &[u8]) -> Vec<Complaint> {
    let text = String::from_utf8_lossy(stdout);
    let mut complaints: Vec<Complaint> = Vec::new();
    for message in text
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["reason"] == "compiler-message")
    {
        let said = &message["message"];
        if said["level"] == "error" {
            complaints.extend(complaint(&message));
        } else if said["message"]
            .as_str()
            .is_some_and(|text| text.starts_with(INSTANTIATED))
            && let Some(last) = complaints.last_mut()
            && let Some(asked) = complaint(&message)
        {
            last.places.extend(asked.places);
        }
    }
    complaints
}

fn complaint(message: &Value) -> Option<Complaint> {
    let spans = message["message"]["spans"].as_array()?;
    if spans.is_empty() {
        // "aborting due to 3 previous errors"
        return None;
    }
    let (mut main, mut others) = (Vec::new(), Vec::new());
    for span in spans {
        let places = if span["is_primary"] == true {
            &mut main
        } else {
            &mut others
        };
        let mut span = span;
        // From where a macro was written to where it was called.
        for _ in 0..16 {
            if let (Some(file), Some(line)) =
                (span["file_name"].as_str(), span["line_start"].as_u64())
            {
                places.push((file.to_owned(), u32::try_from(line).unwrap_or(0)));
            }
            span = &span["expansion"]["span"];
            if span.is_null() {
                break;
            }
        }
    }
    let count = main.len();
    main.extend(others);
    Some(Complaint {
        package: message["target"]["name"].as_str()?.to_owned(),
        text: message["message"]["rendered"]
            .as_str()
            .unwrap_or_default()
            .trim()
            .to_owned(),
        places: main,
        main: count,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_in_a_macro_leads_to_its_call() {
        let line = r#"{"reason":"compiler-message","target":{"name":"original-driver"},"message":{"level":"error","rendered":"error: no\n","spans":[{"file_name":"prelude/lib.rs","line_start":7,"is_primary":true,"expansion":{"span":{"file_name":"driver.rs","line_start":12,"is_primary":false,"expansion":null}}}]}}"#;
        let complaints = read(line.as_bytes());
        assert_eq!(complaints[0].lines("driver.rs"), [12]);
        assert_eq!(complaints[0].package, "original-driver");
        assert!(read(br#"{"reason":"build-finished","success":false}"#).is_empty());
    }
}
