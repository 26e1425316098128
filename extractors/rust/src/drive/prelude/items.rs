//! An iterator of the driver's own, for subjects that take one.

/// Yields items. How often a subject asks for one is seen, and now and then there is a pause: a `None` before the end, as
/// iterators may give that are not fused.
#[derive(Clone)]
pub struct Items<T> {
    left: std::vec::IntoIter<T>,
    /// Items up to the pause; none where there is no pause.
    pause: Option<usize>,
}

impl<T> Items<T> {
    /// Of these, with a pause where the last byte says so.
    pub fn new(items: Vec<T>, input: &mut Input) -> Self {
        let pause = match input.choice(8) {
            1 => Some(input.choice(4)),
            _ => None,
        };
        if let Some(items) = pause {
            input.say(" pausing after ");
            input.show(&items);
        }
        Items { left: items.into_iter(), pause }
    }
}

impl<T: Debug> Debug for Items<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.left.as_slice()).finish()
    }
}

impl<T> Iterator for Items<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        called(1);
        match self.pause {
            Some(0) => {
                self.pause = None;
                return None;
            }
            Some(items) => self.pause = Some(items - 1),
            None => {}
        }
        self.left.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self.pause {
            // Up to the pause at least, to its end at most.
            Some(items) => (items.min(self.left.len()), Some(self.left.len())),
            None => self.left.size_hint(),
        }
    }
}

impl<T> DoubleEndedIterator for Items<T> {
    fn next_back(&mut self) -> Option<T> {
        called(2);
        self.left.next_back()
    }
}

impl<T> ExactSizeIterator for Items<T> {
    fn len(&self) -> usize {
        self.left.len()
    }
}
