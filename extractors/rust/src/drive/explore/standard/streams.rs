//! Hashers, and what bytes are written to or read from.

use super::{Offer, arm};
use crate::drive::{Builder, explore::functions, text::Arm};

impl Builder<'_> {
    /// What streams of bytes or text offer.
    pub(super) fn stream_steps(&mut self, offer: &Offer<'_>) -> Vec<Arm> {
        let (world, at, inner) = (self.world, offer.at, offer.inner);
        let shared = offer.shared;
        match offer.name {
            "Write" if offer.full.contains("fmt") && !shared => vec![arm("write_str", "let a0 = input.text(); see!(log, &std::fmt::Write::write_str(&mut value, &a0));\nlet _ = std::fmt::Write::write_char(&mut value, 'é');\n".into())],
            "Write" if !shared => {
                let mut arms = vec![arm("write", "let a0 = input.bytes(); see!(log, &std::io::Write::write(&mut value, &a0).ok()); see!(log, &std::io::Write::flush(&mut value).ok());\n".into())];
                for (item, _) in functions(world, at.krate, &inner.items) {
                    let code = match item.name() {
                        "write_all" => "let a0 = input.bytes(); see!(log, &std::io::Write::write_all(&mut value, &a0).ok());\n",
                        "write_fmt" => "let a0 = input.text(); see!(log, &std::io::Write::write_fmt(&mut value, format_args!(\"<{a0}>\")).ok());\n",
                        "write_vectored" => "let a0 = input.bytes(); let parts = [std::io::IoSlice::new(&a0), std::io::IoSlice::new(&a0)]; see!(log, &std::io::Write::write_vectored(&mut value, &parts).ok());\n",
                        _ => continue,
                    };
                    arms.push(arm(item.name(), code.into()));
                }
                arms
            }
            "Read" if !shared => {
                let mut arms = vec![arm("read", "let mut a0 = vec![0u8; input.byte() as usize % 32]; see!(log, &std::io::Read::read(&mut value, &mut a0).ok()); log.show(&a0);\n".into())];
                for (item, _) in functions(world, at.krate, &inner.items) {
                    let code = match item.name() {
                        "read_exact" => "let mut a0 = vec![0u8; input.byte() as usize % 8]; see!(log, &std::io::Read::read_exact(&mut value, &mut a0).ok()); log.show(&a0);\n",
                        "read_to_end" => "let mut a0 = Vec::new(); see!(log, &std::io::Read::read_to_end(&mut value, &mut a0).ok()); log.show(&a0);\n",
                        "read_to_string" => "let mut a0 = String::new(); see!(log, &std::io::Read::read_to_string(&mut value, &mut a0).ok()); log.show(&a0);\n",
                        _ => continue,
                    };
                    arms.push(arm(item.name(), code.into()));
                }
                arms
            }
            "BufRead" if !shared => vec![
                arm("fill_buf", "let most = input.byte() as usize % 5; let length = std::io::BufRead::fill_buf(&mut value).map(|bytes| { log.show(&bytes); bytes.len() }).unwrap_or(0); std::io::BufRead::consume(&mut value, length.min(most));\n".into()),
                arm("read_until", "let (end, mut a0) = (input.u8(), Vec::new()); see!(log, &std::io::BufRead::read_until(&mut value, end, &mut a0).ok()); log.show(&a0);\n".into()),
                arm("read_line", "let mut a0 = String::new(); see!(log, &std::io::BufRead::read_line(&mut value, &mut a0).ok()); log.show(&a0);\n".into()),
            ],
            "Seek" if !shared => vec![arm("seek", "let a0 = match input.byte() % 3 { 0 => std::io::SeekFrom::Start(u64::from(input.u8())), 1 => std::io::SeekFrom::End(i64::from(input.i8())), _ => std::io::SeekFrom::Current(i64::from(input.i8())) }; see!(log, &std::io::Seek::seek(&mut value, a0).ok());\n".into())],
            _ => Vec::new(),
        }
    }
}

/// What hashers offer, and what makes them.
pub(super) fn hash_steps(offer: &Offer<'_>) -> Vec<Arm> {
    let (shared, value) = (offer.shared, offer.value());
    match offer.name {
        "Hasher" if !shared => vec![
            arm("write", "let a0 = input.bytes(); std::hash::Hasher::write(&mut value, &a0); log.show(&std::hash::Hasher::finish(&value));\n".into()),
            arm("write_u64", of_every_width()),
        ],
        "BuildHasher" => vec![arm("hash", format!("let a0 = input.bytes(); log.show(&hash_with({value}, &a0));\nlet a1 = input.u64(); log.show(&hash_with({value}, &a1));\n"))],
        _ => Vec::new(),
    }
}

/// Gives a hasher an integer of every width.
fn of_every_width() -> String {
    const WIDTHS: [&str; 12] = [
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
    ];
    let write = |code: String, of: &&str| {
        code + &format!("std::hash::Hasher::write_{of}(&mut value, a0 as {of});\n")
    };
    let code = WIDTHS
        .iter()
        .fold("let a0 = input.u128();\n".to_owned(), write);
    code + "log.show(&std::hash::Hasher::finish(&value));\n"
}
