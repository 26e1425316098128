//! Counts lines of code: without blanks, comments, and strings that stand alone (documentation).

/// Lines that hold code.
pub fn code_lines(text: &[u8]) -> u32 {
    let mut scan = Scan {
        text,
        at: 0,
        line: 0,
        counted: 0,
        last: u32::MAX,
        depth: 0,
        fresh: true,
    };
    scan.run();
    scan.counted
}

struct Scan<'t> {
    text: &'t [u8],
    at: usize,
    line: u32,
    counted: u32,
    /// Last line that was counted.
    last: u32,
    /// Open brackets.
    depth: u32,
    /// Nothing of the logical line was seen yet.
    fresh: bool,
}

impl Scan<'_> {
    fn count(&mut self) {
        if self.last != self.line {
            self.last = self.line;
            self.counted += 1;
        }
    }

    fn run(&mut self) {
        while let Some(byte) = self.text.get(self.at).copied() {
            match byte {
                b'\n' => {
                    self.line += 1;
                    self.at += 1;
                    self.fresh = self.fresh || self.depth == 0;
                }
                b' ' | b'\t' | b'\r' | b'\x0c' => self.at += 1,
                b'\\' if matches!(self.text.get(self.at + 1), Some(b'\n' | b'\r')) => {
                    self.count();
                    self.at += 1;
                    while let Some(byte) = self.text.get(self.at) {
                        self.at += 1;
                        if *byte == b'\n' {
                            self.line += 1;
                            break;
                        }
                    }
                }
                b'#' => self.skip_comment(),
                b'"' | b'\'' => self.string(self.at, true),
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'0'..=b'9' | 0x80.. => self.word(),
                _ => {
                    match byte {
                        b'(' | b'[' | b'{' => self.depth += 1,
                        b')' | b']' | b'}' => self.depth = self.depth.saturating_sub(1),
                        _ => {}
                    }
                    self.fresh = byte == b';' && self.depth == 0;
                    self.count();
                    self.at += 1;
                }
            }
        }
    }

    fn skip_comment(&mut self) {
        while self.text.get(self.at).is_some_and(|byte| *byte != b'\n') {
            self.at += 1;
        }
    }

    fn word(&mut self) {
        let from = self.at;
        while self
            .text
            .get(self.at)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80)
        {
            self.at += 1;
        }
        let word = &self.text[from..self.at];
        let prefix = word.len() <= 2 && word.iter().all(|byte| b"rRbBuUfFtT".contains(byte));
        if prefix && matches!(self.text.get(self.at), Some(b'"' | b'\'')) {
            let plain = !word.iter().any(|byte| b"bBfFtT".contains(byte));
            self.string(from, plain);
            return;
        }
        self.fresh = false;
        self.count();
    }

    /// A string from its opening quote on. Documentation is counted only once something follows it.
    fn string(&mut self, _from: usize, plain: bool) {
        let documentation = plain && self.fresh && self.depth == 0;
        let quote = self.text[self.at];
        let first = self.line;
        let triple = self.text[self.at..].starts_with(&[quote; 3]);
        self.at += if triple { 3 } else { 1 };
        while let Some(byte) = self.text.get(self.at).copied() {
            if byte == b'\\' {
                self.at += 1;
                if self.text.get(self.at) == Some(&b'\n') {
                    self.line += 1;
                }
                self.at += 1;
            } else if byte == b'\n' {
                if !triple {
                    break;
                }
                self.line += 1;
                self.at += 1;
            } else if byte == quote && (!triple || self.text[self.at..].starts_with(&[quote; 3])) {
                self.at += if triple { 3 } else { 1 };
                break;
            } else {
                self.at += 1;
            }
        }
        let alone = documentation && self.rest_is_blank();
        if !alone {
            let end = self.line;
            for line in first..=end {
                self.line = line;
                self.count();
            }
            self.fresh = false;
        }
    }

    fn rest_is_blank(&self) -> bool {
        self.text[self.at..]
            .iter()
            .find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'))
            .is_none_or(|byte| matches!(byte, b'\n' | b'#'))
    }
}

#[cfg(test)]
mod tests {
    use super::code_lines;

    #[test]
    fn documentation_comments_and_blanks_are_no_code() {
        let text = b"\"\"\"Doc.\n\nMore.\n\"\"\"\n# note\n\nx = \"\"\"a\n# b\n\"\"\"\ndef f():\n    'doc'\n    return (1,\n        # no\n        2)\n";
        // x = … takes three lines, def one, return two.
        assert_eq!(code_lines(text), 6);
    }

    #[test]
    fn a_string_in_brackets_is_code() {
        assert_eq!(code_lines(b"x = [\n    'a',\n    'b'\n]\n"), 4);
    }
}
