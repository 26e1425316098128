use std::fmt;

/// What stands in a place on a shelf.
#[derive(Debug, Clone, PartialEq)]
pub enum Slot<T> {
    /// Nothing.
    Empty,
    /// Something.
    Full(T),
}

/// A shelf with a label.
#[derive(Debug, Clone, PartialEq)]
pub struct Shelf<T> {
    /// What it says in front.
    pub label: String,
    /// How often something was put.
    pub puts: usize,
    places: Vec<Option<T>>,
}

impl<T: Clone> Shelf<T> {
    /// An empty shelf.
    pub fn new(label: &str, length: u8) -> Self {
        Shelf { label: label.to_string(), puts: 0, places: vec![None; usize::from(length)] }
    }

    /// Puts something into a place; gives back what stood there.
    pub fn put(&mut self, place: usize, thing: T) -> Slot<T> {
        match self.places.get_mut(place) {
            None => Slot::Empty,
            Some(slot) => {
                self.puts += 1;
                slot.replace(thing).map_or(Slot::Empty, Slot::Full)
            }
        }
    }

    /// Looks at a place.
    pub fn look(&self, place: usize) -> Slot<T> {
        match self.places.get(place) {
            None => Slot::Empty,
            Some(None) => Slot::Empty,
            Some(Some(thing)) => Slot::Full(thing.clone()),
        }
    }
}

impl<T> fmt::Display for Shelf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let full = self.places.iter().flatten().count();
        write!(f, "{}: {} of {}", self.label, full, self.places.len())
    }
}
