//! Rust text as tokens with byte positions: the same for code, attributes and macro bodies, so that all are edited alike.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A name or keyword, `r#name` included.
    Ident,
    /// `'a`.
    Lifetime,
    /// A string of any kind, without regard to its prefix.
    Text,
    /// A number, character or byte.
    Literal,
    /// One character of punctuation.
    Punct,
    /// `(`, `[` or `{`.
    Open,
    /// `)`, `]` or `}`.
    Close,
    /// `///` or `/** */`.
    Doc,
    /// `//!` or `/*! */`.
    InnerDoc,
}

/// A token.
#[derive(Debug, Clone, Copy)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
    /// Of a delimiter: index of the one that matches it, or its own index where none does.
    pub mate: u32,
}

impl Token {
    /// Its text.
    pub fn text<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start as usize..self.end as usize]
    }
}

/// Splits text into tokens. Never fails: what is no Rust becomes punctuation.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer {
        text: text.as_bytes(),
        at: 0,
    };
    let mut tokens: Vec<Token> = Vec::with_capacity(text.len() / 4);
    let mut open: Vec<u32> = Vec::new();
    if text.starts_with("#!") && !text[2..].trim_start().starts_with('[') {
        lexer.at = text.find('\n').unwrap_or(text.len());
    }
    while let Some((kind, start, end)) = lexer.next() {
        let index = tokens.len() as u32;
        let mut mate = index;
        match kind {
            TokenKind::Open => open.push(index),
            TokenKind::Close => {
                if let Some(&last) = open.last()
                    && matches(
                        text.as_bytes()[tokens[last as usize].start as usize],
                        text.as_bytes()[start],
                    )
                {
                    open.pop();
                    mate = last;
                    tokens[last as usize].mate = index;
                }
            }
            _ => {}
        }
        tokens.push(Token {
            kind,
            start: start as u32,
            end: end as u32,
            mate,
        });
    }
    tokens
}

fn matches(open: u8, close: u8) -> bool {
    matches!((open, close), (b'(', b')') | (b'[', b']') | (b'{', b'}'))
}

struct Lexer<'t> {
    text: &'t [u8],
    at: usize,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn next(&mut self) -> Option<(TokenKind, usize, usize)> {
        loop {
            let start = self.at;
            let byte = *self.text.get(self.at)?;
            let kind = match byte {
                b' ' | b'\t' | b'\n' | b'\r' | 0x0c => {
                    self.at += 1;
                    continue;
                }
                b'/' if self.peek(1) == b'/' => {
                    self.skip_while(|byte| byte != b'\n');
                    match (self.text.get(start + 2), self.text.get(start + 3)) {
                        (Some(b'/'), Some(b'/')) => continue,
                        (Some(b'/'), _) => TokenKind::Doc,
                        (Some(b'!'), _) => TokenKind::InnerDoc,
                        _ => continue,
                    }
                }
                b'/' if self.peek(1) == b'*' => {
                    self.block_comment();
                    match (self.text.get(start + 2), self.text.get(start + 3)) {
                        (Some(b'*'), Some(b'*' | b'/')) => continue,
                        (Some(b'*'), _) => TokenKind::Doc,
                        (Some(b'!'), _) => TokenKind::InnerDoc,
                        _ => continue,
                    }
                }
                b'"' => self.string(),
                b'\'' => self.quote(),
                b'0'..=b'9' => self.number(),
                b'(' | b'[' | b'{' => {
                    self.at += 1;
                    TokenKind::Open
                }
                b')' | b']' | b'}' => {
                    self.at += 1;
                    TokenKind::Close
                }
                byte if name_start(byte) => self.name(),
                _ => {
                    self.at += 1;
                    TokenKind::Punct
                }
            };
            return Some((kind, start, self.at));
        }
    }

    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.text.get(self.at).is_some_and(|&byte| wanted(byte)) {
            self.at += 1;
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0usize;
        while self.at < self.text.len() {
            if self.peek(0) == b'/' && self.peek(1) == b'*' {
                depth += 1;
                self.at += 2;
            } else if self.peek(0) == b'*' && self.peek(1) == b'/' {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    return;
                }
            } else {
                self.at += 1;
            }
        }
    }

    /// At the opening `"`.
    fn string(&mut self) -> TokenKind {
        self.at += 1;
        while let Some(&byte) = self.text.get(self.at) {
            self.at += match byte {
                b'\\' => 2,
                b'"' => {
                    self.at += 1;
                    break;
                }
                _ => 1,
            };
        }
        self.at = self.at.min(self.text.len());
        TokenKind::Text
    }

    /// At a `'`: a lifetime or a character.
    fn quote(&mut self) -> TokenKind {
        if self.peek(1) == b'\\' {
            self.at += 3;
            self.skip_while(|byte| byte != b'\'' && byte != b'\n');
            self.at = (self.at + 1).min(self.text.len());
            return TokenKind::Literal;
        }
        let mut end = self.at + 2;
        while self.text.get(end).is_some_and(|byte| byte & 0xc0 == 0x80) {
            end += 1;
        }
        if self.text.get(end) == Some(&b'\'') && self.peek(1) != b'\'' {
            self.at = end + 1;
            return TokenKind::Literal;
        }
        self.at += 1;
        if name_start(self.peek(0)) {
            self.skip_while(name_part);
            TokenKind::Lifetime
        } else {
            TokenKind::Punct
        }
    }

    fn number(&mut self) -> TokenKind {
        let hex = self.peek(0) == b'0' && matches!(self.peek(1), b'x' | b'b' | b'o');
        loop {
            self.skip_while(name_part);
            let before = self.text[self.at - 1];
            // `1.` and `1.5` are one number; `1..2`, `1.foo` and `x.0.1` are not.
            let fraction = self.peek(0) == b'.' && self.peek(1).is_ascii_digit();
            let exponent = !hex
                && matches!(before, b'e' | b'E')
                && matches!(self.peek(0), b'+' | b'-')
                && self.peek(1).is_ascii_digit();
            if fraction || exponent {
                self.at += 1;
                continue;
            }
            return TokenKind::Literal;
        }
    }

    fn name(&mut self) -> TokenKind {
        let start = self.at;
        self.skip_while(name_part);
        let prefix = &self.text[start..self.at];
        match (prefix, self.peek(0)) {
            (b"b" | b"c", b'"') => self.string(),
            (b"b", b'\'') => {
                self.quote();
                TokenKind::Literal
            }
            (b"r" | b"br" | b"cr", b'"' | b'#') => {
                let mut hashes = 0;
                while self.peek(hashes) == b'#' {
                    hashes += 1;
                }
                if self.peek(hashes) != b'"' {
                    if prefix == b"r" && hashes == 1 && name_start(self.peek(1)) {
                        self.at += 1;
                        self.skip_while(name_part);
                    }
                    return TokenKind::Ident;
                }
                self.at += hashes + 1;
                while self.at < self.text.len() {
                    if self.peek(0) == b'"' && (1..=hashes).all(|ahead| self.peek(ahead) == b'#') {
                        self.at += hashes + 1;
                        break;
                    }
                    self.at += 1;
                }
                TokenKind::Text
            }
            _ => TokenKind::Ident,
        }
    }
}

fn name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn name_part(byte: u8) -> bool {
    name_start(byte) || byte.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        tokens(text).iter().map(|token| token.text(text)).collect()
    }

    #[test]
    fn literals_are_whole() {
        assert_eq!(
            words(r###"r#"a " b"# 'x' 'a b"\"" b'\'' 1.5e-3 1..2 x.0.1 '\u{1F600}' 'é' r#fn"###),
            [
                r###"r#"a " b"#"###,
                "'x'",
                "'a",
                "b\"\\\"\"",
                "b'\\''",
                "1.5e-3",
                "1",
                ".",
                ".",
                "2",
                "x",
                ".",
                "0.1",
                "'\\u{1F600}'",
                "'é'",
                "r#fn"
            ]
        );
    }

    #[test]
    fn comments_are_skipped_and_docs_kept() {
        assert_eq!(
            words("// a\n/// b\n//// c\n/* d /* e */ */ f /** g */ //! h"),
            ["/// b", "f", "/** g */", "//! h"]
        );
    }

    #[test]
    fn delimiters_know_each_other() {
        let tokens = tokens("f(a[b]{c})");
        assert_eq!(tokens[1].mate, 9);
        assert_eq!(tokens[9].mate, 1);
        assert_eq!(tokens[3].mate, 5);
    }
}
