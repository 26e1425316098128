//! Adds up what can be counted.

/// What can be counted.
pub trait Countable {
    /// How much one of it counts.
    fn weight(&self) -> u64;
}

impl Countable for u8 {
    fn weight(&self) -> u64 {
        u64::from(*self)
    }
}

impl Countable for bool {
    fn weight(&self) -> u64 {
        u64::from(*self)
    }
}

/// A running total.
pub struct Total<T> {
    sum: u64,
    last: Option<T>,
}

impl<T> Default for Total<T> {
    fn default() -> Self {
        Self { sum: 0, last: None }
    }
}

impl<T: Countable + Copy> Total<T> {
    /// Adds one, and gives what was added before it.
    pub fn add(&mut self, one: T) -> Option<T> {
        self.sum = self.sum.wrapping_add(one.weight());
        self.last.replace(one)
    }

    /// The sum so far.
    pub fn sum(&self) -> u64 {
        self.sum
    }
}

/// A total by another name.
pub type Named<T> = Total<T>;

/// A total, as most ask for it.
pub type Tally<T> = Named<T>;
