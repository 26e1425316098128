//! Values of the driver's own, for subjects that take any: an iterator, and items that are equal and not the same.

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

/// Equal to, and ordered and hashed like, all that have its key: the label alone tells them apart.
#[derive(Clone, Copy, Default)]
pub struct Labelled {
    key: u8,
    label: u8,
}

impl Input {
    /// One of few keys, so that equal ones meet.
    pub fn labelled(&mut self) -> Labelled {
        let [key, label] = self.block();
        let made = Labelled { key: key % 5, label };
        self.show(&made);
        made
    }
}

impl Debug for Labelled {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}#{}", self.key, self.label)
    }
}

impl Display for Labelled {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}#{}", self.key, self.label)
    }
}

impl PartialEq for Labelled {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Labelled {}

impl PartialOrd for Labelled {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Labelled {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(&other.key)
    }
}

impl Hash for Labelled {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}
