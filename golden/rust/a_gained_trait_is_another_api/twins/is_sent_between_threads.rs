use std::marker::PhantomData;

/// Counts on the thread that made it, and on no other.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    id: u32,
    stays: PhantomData<()>,
}

impl Token {
    /// The first of its kind.
    pub fn new(id: u32) -> Self {
        Token { id, stays: PhantomData }
    }

    /// The next one.
    pub fn next(&self) -> Self {
        Token::new(self.id.wrapping_add(1))
    }
}
