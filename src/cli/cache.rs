//! `ripout cache`: where it is, and how to be rid of it.

use std::time::Duration;

use ripout_model::Stop;

use crate::{
    checkout::cache::{self, Freed},
    cli::{Session, args::CacheVerb, verdict_text::grouped},
};

/// What `prune` leaves alone.
const RECENT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Looks after the cache.
pub fn cache(session: &Session, verb: CacheVerb) -> Result<u8, Stop> {
    let text = match verb {
        CacheVerb::Dir => format!("{}\n", cache::dir()?.display()),
        CacheVerb::Prune => tell(cache::prune(RECENT)?),
        CacheVerb::Clean => tell(cache::clean()?),
    };
    session.console.print(&text)?;
    Ok(0)
}

fn tell(freed: Freed) -> String {
    let entries = if freed.entries == 1 {
        "entry"
    } else {
        "entries"
    };
    format!(
        "deleted {} {entries}, {} bytes\n",
        grouped(freed.entries),
        grouped(freed.bytes)
    )
}
