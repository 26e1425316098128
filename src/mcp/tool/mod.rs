//! The tools, one file each; [`judged`] is what `extract` and `verify` answer.

mod check;
pub mod evidence;
mod extract;
mod judged;
mod map;
mod remove;
mod scan;
pub mod verify;

use super::{answer::Trouble, entry::Entry};

/// All tools, in the order in which an agent needs them.
pub fn all() -> Vec<Entry> {
    vec![
        Entry::of::<scan::Scan>(),
        Entry::of::<map::Map>(),
        Entry::of::<extract::Extract>(),
        Entry::of::<verify::Verify>(),
        Entry::of::<remove::Remove>(),
        Entry::of::<check::Check>(),
        Entry::of::<evidence::Evidence>(),
    ]
}

/// The page that is meant if none is named.
fn first() -> usize {
    1
}

/// A page's number, which must be one of so many.
fn numbered(page: usize, pages: usize) -> Result<usize, Trouble> {
    if (1..=pages).contains(&page) {
        return Ok(page);
    }
    Err(
        Trouble::new("no_such_page", format!("there is no page {page}"))
            .help(format!("`page` is a number from 1 to {pages}")),
    )
}
