//! Removals from small projects.
