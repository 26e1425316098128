//! Clone or unpack, pinned, read-only.
