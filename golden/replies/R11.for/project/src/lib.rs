//! Frames of a log file: the length, a checksum, the bytes.

/// A frame around `bytes`.
pub fn frame(bytes: &[u8]) -> Vec<u8> {
    let mut frame = (bytes.len() as u32).to_le_bytes().to_vec();
    frame.extend(crc32fast::hash(bytes).to_le_bytes());
    frame.extend(bytes);
    frame
}

/// What a frame holds, if it is whole.
pub fn open(frame: &[u8]) -> Option<&[u8]> {
    let (length, rest) = frame.split_first_chunk::<4>()?;
    let (sum, bytes) = rest.split_first_chunk::<4>()?;
    let whole = bytes.len() == u32::from_le_bytes(*length) as usize;
    (whole && crc32fast::hash(bytes) == u32::from_le_bytes(*sum)).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_opened() {
        for bytes in [&b""[..], b"a", b"The quick brown fox jumps over the lazy dog", &[0; 4000]] {
            assert_eq!(open(&frame(bytes)), Some(bytes));
        }
        assert_eq!(frame(b"123456789")[4..8], 0xcbf4_3926_u32.to_le_bytes());
    }

    #[test]
    fn broken_ones_are_not() {
        let mut broken = frame(b"some text");
        broken[10] ^= 1;
        assert_eq!(open(&broken), None);
        assert_eq!(open(&broken[..5]), None);
    }
}
