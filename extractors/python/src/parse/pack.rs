//! What the call graph needs of a file, in few bytes: numbers of variable length, and the names once.

use super::{Bind, Def, How, Import, Member, NONE, Parsed, Unit, UnitKind, Use};

/// Packs a file for the call graph.
pub fn packed(parsed: &Parsed) -> Vec<u8> {
    let mut out = Writer(Vec::with_capacity(
        parsed.uses.len() * 8 + parsed.names.len() * 10,
    ));
    out.number(parsed.names.len() as u32);
    for name in &parsed.names {
        out.text(name);
    }
    out.number(parsed.units.len() as u32);
    for unit in &parsed.units {
        out.number(u32::from(matches!(
            unit.kind,
            UnitKind::Assign | UnitKind::Bare | UnitKind::Augment
        )));
        out.number(unit.lines[0]);
        out.number(unit.lines[1] - unit.lines[0]);
        out.number(unit.uses[1] - unit.uses[0]);
    }
    out.number(parsed.defs.len() as u32);
    for def in &parsed.defs {
        out.number(def.name);
        out.index(def.parent);
        out.number(u32::from(def.class));
        out.number(def.unit);
        out.number(def.lines[0]);
        out.number(def.lines[1] - def.lines[0]);
    }
    out.number(parsed.binds.len() as u32);
    for bind in &parsed.binds {
        out.number(bind.name);
        out.number(bind.unit);
        out.number(bind.line);
        out.index(bind.import);
        out.number(u32::from(bind.how == How::Def));
    }
    out.number(parsed.uses.len() as u32);
    for reference in &parsed.uses {
        out.number(reference.name);
        out.number(reference.line);
        out.number(u32::from(reference.flags));
        out.index(reference.import);
        out.index(reference.def);
        out.number(u32::from(reference.attr_count));
        for (name, _) in parsed.attrs_of(reference) {
            out.number(*name);
        }
    }
    out.number(parsed.imports.len() as u32);
    for import in &parsed.imports {
        out.number(import.level);
        out.text(&import.module);
        out.index(import.name.unwrap_or(NONE));
        out.number(u32::from(import.star) | u32::from(import.alias) << 1);
        out.number(import.bound);
    }
    out.number(parsed.members.len() as u32);
    for member in &parsed.members {
        out.number(member.name);
        out.index(member.def);
        out.number(member.line);
        out.number(u32::from(member.own));
    }
    match &parsed.all {
        Some(all) => {
            out.number(all.len() as u32 + 1);
            for name in all {
                out.number(*name);
            }
        }
        None => out.number(0),
    }
    out.0
}

/// Unpacks a file; what is cut short gives what came before.
pub fn unpacked(bytes: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    let mut reader = Reader { bytes, at: 0 };
    // A record of another make is no reason to fail: the file then counts as empty.
    let _ = read(&mut reader, &mut parsed);
    parsed
}

fn read(reader: &mut Reader, parsed: &mut Parsed) -> Option<()> {
    for _ in 0..reader.number()? {
        parsed.names.push(reader.text()?);
    }
    let mut uses = 0;
    for _ in 0..reader.number()? {
        let binds = reader.number()? == 1;
        let first = reader.number()?;
        let last = first + reader.number()?;
        let count = reader.number()?;
        parsed.units.push(Unit {
            kind: if binds {
                UnitKind::Assign
            } else {
                UnitKind::Other
            },
            start: 0,
            end: 0,
            lines: [first, last],
            uses: [uses, uses + count],
            changes_arguments: false,
            shares_line: false,
        });
        uses += count;
    }
    for _ in 0..reader.number()? {
        let (name, parent, class, unit) = (
            reader.number()?,
            reader.index()?,
            reader.number()? == 1,
            reader.number()?,
        );
        let first = reader.number()?;
        let last = first + reader.number()?;
        parsed.defs.push(Def {
            name,
            parent,
            class,
            unit,
            lines: [first, last],
        });
    }
    for _ in 0..reader.number()? {
        let (name, unit, line, import) = (
            reader.number()?,
            reader.number()?,
            reader.number()?,
            reader.index()?,
        );
        let how = if reader.number()? == 1 {
            How::Def
        } else {
            How::Value
        };
        parsed.binds.push(Bind {
            name,
            unit,
            start: 0,
            line,
            import,
            conditional: false,
            arm: NONE,
            how,
        });
    }
    for _ in 0..reader.number()? {
        let (name, line, flags) = (reader.number()?, reader.number()?, reader.number()? as u16);
        let (import, def, attr_count) = (reader.index()?, reader.index()?, reader.number()? as u16);
        let attrs = parsed.attrs.len() as u32;
        for _ in 0..attr_count {
            parsed.attrs.push((reader.number()?, 0));
        }
        parsed.uses.push(Use {
            name,
            start: 0,
            line,
            attrs,
            attr_count,
            flags,
            import,
            def,
            arm: NONE,
        });
    }
    for _ in 0..reader.number()? {
        let (level, module, name) = (reader.number()?, reader.text()?, reader.index()?);
        let (bits, bound) = (reader.number()?, reader.number()?);
        parsed.imports.push(Import {
            unit: 0,
            start: 0,
            end: 0,
            line: 0,
            level,
            module,
            name: (name != NONE).then_some(name),
            star: bits & 1 != 0,
            bound,
            alias: bits & 2 != 0,
            deferred: false,
            guarded: false,
            in_class: false,
            mixed: false,
            arm: NONE,
        });
    }
    for _ in 0..reader.number()? {
        let (name, def, line, own) = (
            reader.number()?,
            reader.index()?,
            reader.number()?,
            reader.number()? == 1,
        );
        parsed.members.push(Member {
            name,
            def,
            line,
            own,
        });
    }
    match reader.number()? {
        0 => {}
        count => {
            let mut all = Vec::new();
            for _ in 1..count {
                all.push(reader.number()?);
            }
            parsed.all = Some(all);
        }
    }
    Some(())
}

struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, mut value: u32) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    /// An index, or none as zero.
    fn index(&mut self, value: u32) {
        self.number(value.wrapping_add(1));
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u32);
        self.0.extend_from_slice(text.as_bytes());
    }
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Reader<'_> {
    fn number(&mut self) -> Option<u32> {
        let mut value = 0u32;
        let mut shift = 0;
        loop {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            value |= u32::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(value);
            }
            shift += 7;
        }
    }

    fn index(&mut self) -> Option<u32> {
        Some(self.number()?.wrapping_sub(1))
    }

    fn text(&mut self) -> Option<String> {
        let length = self.number()? as usize;
        let text = self.bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(String::from_utf8_lossy(text).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;

    #[test]
    fn what_was_packed_is_read_again() {
        let parsed = parse(b"from .a import b as c\n__all__ = ['f']\nclass K:\n    def m(self): return self.n() + c.d(1)\ndef f(): return K\n", None);
        let again = unpacked(&packed(&parsed));
        assert_eq!(again.names, parsed.names);
        assert_eq!(again.defs, parsed.defs);
        assert_eq!(again.members, parsed.members);
        assert_eq!(again.uses.len(), parsed.uses.len());
        assert_eq!(again.imports[0].module, "a");
        assert_eq!(again.all, parsed.all);
    }

    #[test]
    fn a_cut_record_is_no_panic() {
        let bytes = packed(&parse(b"def f(): return g(1)\n", None));
        for length in 0..bytes.len() {
            unpacked(&bytes[..length]);
        }
    }
}
