//! Git repositories, remote and on disk.
//!
//! A remote is asked for its references first: when the commit wanted is in the cache, nothing is fetched. Fetching goes
//! into a bare repository that is thrown away; the tree is then written out by [`super::git_tree`].

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError, Sender},
    },
    time::Duration,
};

use git2::{
    Cred, CredentialType, Direction, ErrorClass, ErrorCode, FetchOptions, Oid, RemoteCallbacks,
    Repository,
};
use ripout_model::{Failure, Host, Source, SourceKind, Stop, Tree};
use serde::{Deserialize, Serialize};

use super::{Wanted, cache::Cache, git_tree, near};

/// How often a wait for the network looks at the user's wish to stop.
const TICK: Duration = Duration::from_millis(20);

/// What a wish for a repository came to.
#[derive(Debug, Serialize, Deserialize)]
struct Found {
    rev: String,
}

/// Gets a commit's tree.
pub(super) fn checkout(
    address: &str,
    wanted: &Wanted,
    cache: &Cache,
    host: &dyn Host,
) -> Result<Tree, Stop> {
    let rev = wanted.rev.as_deref();
    if let Some(rev) = rev
        && (rev.is_empty()
            || rev.starts_with('-')
            || rev.contains(['\0', '\n', ' ', '^', '~', ':', '*']))
    {
        return Err(
            Failure::new("bad_arguments", format!("`{rev}` names no revision"))
                .help("--rev takes a tag, a branch or a commit")
                .into(),
        );
    }
    let tree = |commit: &str| {
        let root = cache.tree(&key(commit))?;
        let source = Source {
            kind: SourceKind::Git,
            name: without_secrets(address),
            version: None,
            rev: Some(commit.to_owned()),
            licence: None,
        };
        Some(Tree {
            root,
            source,
            documents: None,
            companions: Vec::new(),
        })
    };
    let wish = ["git", address, rev.unwrap_or("HEAD")];
    // A full commit never becomes another, so no server need be asked.
    if rev.is_some_and(is_full)
        && let Some(known) = cache.recall::<Found>(&wish)
        && let Some(tree) = tree(&known.rev)
    {
        return Ok(tree);
    }
    let commit = if Path::new(address).is_absolute() {
        local(Path::new(address), rev, cache, host)?
    } else if wanted.offline {
        let known = cache.recall::<Found>(&wish).map(|known| known.rev);
        known
            .filter(|rev| cache.tree(&key(rev)).is_some())
            .ok_or_else(|| {
                let text = format!(
                    "{} at {} is not in the cache",
                    without_secrets(address),
                    rev.unwrap_or("HEAD")
                );
                Failure::new("offline", text).help("run once without --offline")
            })?
    } else {
        remote(address, rev, cache, host)?
    };
    let found = Found { rev: commit };
    cache.remember(&wish, &found);
    tree(&found.rev).ok_or_else(|| Failure::new("cache", "the tree vanished from the cache").into())
}

fn key(commit: &str) -> String {
    format!("git-{commit}")
}

fn is_full(rev: &str) -> bool {
    matches!(rev.len(), 40 | 64) && is_hex(rev)
}

fn is_hex(rev: &str) -> bool {
    rev.chars().all(|c| c.is_ascii_hexdigit())
}

/// An address as reports may show it: passwords and tokens in it are the user's.
fn without_secrets(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        return address.to_owned();
    };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match host.rsplit_once('@') {
        // The user of an ssh address is no secret, and belongs to it.
        Some((user, host)) if scheme == "ssh" => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{host}{path}")
        }
        Some((_, host)) => format!("{scheme}://{host}{path}"),
        None => address.to_owned(),
    }
}

/// A repository on disk: its objects are read where they lie.
fn local(folder: &Path, rev: Option<&str>, cache: &Cache, host: &dyn Host) -> Result<String, Stop> {
    let repository = Repository::open(folder).map_err(|error| {
        let failure = Failure::new(
            "repo_not_found",
            format!("{}: {}", folder.display(), error.message()),
        );
        match error.code() {
            ErrorCode::Owner => failure.help(foreign(&folder.display().to_string())),
            _ => failure,
        }
    })?;
    let commit = find(&repository, rev).ok_or_else(|| {
        let names: Vec<String> = references(&repository)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        rev_not_found(&folder.display().to_string(), rev, &names)
    })?;
    write_out(&repository, commit, cache, host)
}

/// The commit that a rev names in a repository at hand.
fn find(repository: &Repository, rev: Option<&str>) -> Option<Oid> {
    let peeled = |name: &str| {
        let object = repository
            .find_reference(name)
            .ok()?
            .peel_to_commit()
            .ok()?;
        Some(object.id())
    };
    let Some(rev) = rev else {
        return peeled("HEAD");
    };
    let names = [
        rev.to_owned(),
        format!("refs/tags/{rev}"),
        format!("refs/heads/{rev}"),
        format!("refs/remotes/origin/{rev}"),
        format!("refs/remotes/{rev}"),
    ];
    names
        .iter()
        .filter(|name| name.starts_with("refs/") || *name == "HEAD")
        .find_map(|name| peeled(name))
        .or_else(|| {
            // A commit by its number; `revparse` knows short ones, and says when one is not unique.
            let hex = rev.len() >= 4 && is_hex(rev);
            let object = hex.then(|| repository.revparse_single(rev).ok())??;
            Some(object.peel_to_commit().ok()?.id())
        })
}

/// Branches and tags, by their short names.
fn references(repository: &Repository) -> Vec<(String, Oid)> {
    let Ok(references) = repository.references() else {
        return Vec::new();
    };
    let mut found: Vec<(String, Oid)> = references
        .flatten()
        .filter_map(|it| {
            Some((
                it.shorthand().ok()?.to_owned(),
                it.peel_to_commit().ok()?.id(),
            ))
        })
        .collect();
    found.sort();
    found
}

fn write_out(
    repository: &Repository,
    commit: Oid,
    cache: &Cache,
    host: &dyn Host,
) -> Result<String, Stop> {
    cache.tree_or(&key(&commit.to_string()), |into| {
        let left_out = git_tree::write(repository, commit, into, host)?;
        if !left_out.links.is_empty() {
            host.warn(&format!(
                "links that lead outside were left out: {}",
                left_out.links.join(", ")
            ));
        }
        if !left_out.modules.is_empty() {
            host.warn(&format!(
                "submodules were not fetched: {}",
                left_out.modules.join(", ")
            ));
        }
        if !left_out.pointers.is_empty() {
            host.warn(&format!(
                "files kept elsewhere by LFS stand as pointers: {}",
                left_out.pointers.join(", ")
            ));
        }
        Ok(())
    })?;
    Ok(commit.to_string())
}

/// What the thread that talks to the network tells.
enum News {
    Received {
        done: u64,
        total: u64,
    },
    /// The commit, and whether it had to be fetched.
    Done(Result<(Oid, bool), Trouble>),
}

/// Why a remote could not be had.
enum Trouble {
    Git(git2::Error),
    /// No such rev; these there are.
    NoRev(Vec<String>),
    Empty,
}

impl From<git2::Error> for Trouble {
    fn from(error: git2::Error) -> Self {
        Trouble::Git(error)
    }
}

fn remote(
    address: &str,
    rev: Option<&str>,
    cache: &Cache,
    host: &dyn Host,
) -> Result<String, Stop> {
    let folder = Arc::new(cache.scratch()?);
    let (sender, news) = mpsc::channel();
    let stopped = Arc::new(AtomicBool::new(false));
    let work = Work {
        address: address.to_owned(),
        rev: rev.map(str::to_owned),
        folder: folder.clone(),
        stopped: stopped.clone(),
        cache: cache.clone(),
        sender: sender.clone(),
    };
    let shown = without_secrets(address);
    host.say(&format!("fetch {shown}"), 0, None);
    // A thread of its own, since a connection that hangs can't be interrupted: it is left behind.
    std::thread::spawn(move || {
        let done = work.run();
        // The folder is the waiting side's to remove, as soon as it has what it wants.
        drop(work);
        let _ = sender.send(News::Done(done));
    });
    let done = loop {
        match news.recv_timeout(TICK) {
            Ok(News::Received { done, total }) => {
                host.say(&format!("fetch {shown}"), done, Some(total))
            }
            Ok(News::Done(done)) => break done,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Failure::new("checkout", format!("fetch {shown}: git gave up")).into());
            }
        }
        if host.check().is_err() {
            stopped.store(true, Ordering::Relaxed);
            return Err(Stop::Interrupted);
        }
    };
    match done {
        Ok((commit, true)) => {
            let repository =
                Repository::open_bare(folder.path()).map_err(|error| explain(&shown, &error))?;
            write_out(&repository, commit, cache, host)
        }
        Ok((commit, false)) => Ok(commit.to_string()),
        Err(Trouble::Git(error)) => Err(explain(&shown, &error).into()),
        Err(Trouble::NoRev(names)) => Err(rev_not_found(&shown, rev, &names).into()),
        Err(Trouble::Empty) => Err(rev_not_found(&shown, None, &[]).into()),
    }
}

/// What the thread that talks to the network does.
struct Work {
    address: String,
    rev: Option<String>,
    folder: Arc<tempfile::TempDir>,
    stopped: Arc<AtomicBool>,
    cache: Cache,
    sender: Sender<News>,
}

impl Work {
    fn run(&self) -> Result<(Oid, bool), Trouble> {
        let repository = Repository::init_bare(self.folder.path())?;
        // An address without a name: `insteadOf` of the user's settings holds for it.
        let mut remote = repository.remote_anonymous(&self.address)?;
        let heads: Vec<(String, Oid)> = {
            let connection = remote.connect_auth(Direction::Fetch, Some(self.callbacks()), None)?;
            connection
                .list()?
                .iter()
                .map(|head| (head.name().to_owned(), head.oid()))
                .collect()
        };
        let at = |name: &str| heads.iter().find(|(it, _)| it == name).map(|(_, oid)| *oid);
        let (name, commit) = match self.rev.as_deref() {
            None => match at("HEAD") {
                Some(oid) => ("HEAD".to_owned(), Some(oid)),
                None => return Err(Trouble::Empty),
            },
            Some(rev) => {
                let names = [
                    rev.to_owned(),
                    format!("refs/tags/{rev}"),
                    format!("refs/heads/{rev}"),
                ];
                let named = names.into_iter().find(|name| {
                    (name.starts_with("refs/") || name == "HEAD") && at(name).is_some()
                });
                match named {
                    // A tag with a message is an object of its own; the server lists what it points to beside it.
                    Some(name) => {
                        let commit = at(&format!("{name}^{{}}")).or_else(|| at(&name));
                        (name, commit)
                    }
                    None if is_full(rev) => (rev.to_owned(), Oid::from_str(rev).ok()),
                    None if rev.len() >= 4 && is_hex(rev) => {
                        let rev = rev.to_ascii_lowercase();
                        let mut at: Vec<Oid> = heads
                            .iter()
                            .map(|(_, oid)| *oid)
                            .filter(|oid| oid.to_string().starts_with(&rev))
                            .collect();
                        at.sort();
                        at.dedup();
                        match at[..] {
                            [oid] => (oid.to_string(), Some(oid)),
                            _ => (String::new(), None),
                        }
                    }
                    None => return Err(Trouble::NoRev(short_names(&heads))),
                }
            }
        };
        if let Some(commit) = commit
            && self.cache.tree(&key(&commit.to_string())).is_some()
        {
            return Ok((commit, false));
        }
        // The one commit, where the transport and the server give it.
        if !name.is_empty() {
            let spec = format!("+{name}:refs/ripout/wanted");
            let depths: &[i32] = if is_full(&name) { &[1] } else { &[1, 0] };
            for depth in depths {
                let fetched = self.fetch(&mut remote, &[&spec], *depth);
                match fetched {
                    Ok(()) => {
                        let wanted = repository.find_reference("refs/ripout/wanted");
                        if let Ok(commit) = wanted.and_then(|it| it.peel_to_commit()) {
                            return Ok((commit.id(), true));
                        }
                    }
                    Err(error) if self.stopped.load(Ordering::Relaxed) => return Err(error.into()),
                    Err(_) => {}
                }
            }
        }
        // A short number, or a server that gives only what its references name.
        let all = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];
        self.fetch(&mut remote, &all, 0)?;
        let found = match self.rev.as_deref() {
            Some(rev) => find(&repository, Some(rev)),
            // HEAD may stand on no branch.
            None => commit.filter(|commit| repository.find_commit(*commit).is_ok()),
        };
        found
            .map(|commit| (commit, true))
            .ok_or_else(|| Trouble::NoRev(short_names(&heads)))
    }

    fn fetch(
        &self,
        remote: &mut git2::Remote<'_>,
        specs: &[&str],
        depth: i32,
    ) -> Result<(), git2::Error> {
        let mut options = FetchOptions::new();
        options
            .remote_callbacks(self.callbacks())
            .download_tags(git2::AutotagOption::None)
            .update_fetchhead(false);
        if depth > 0 {
            options.depth(depth);
        }
        remote.fetch(specs, Some(&mut options), None)
    }

    fn callbacks(&self) -> RemoteCallbacks<'static> {
        let mut callbacks = RemoteCallbacks::new();
        let (stopped, sender) = (self.stopped.clone(), self.sender.clone());
        callbacks.transfer_progress(move |progress| {
            let (done, total) = (progress.received_objects(), progress.total_objects());
            let (done, total) = (done as u64, total as u64);
            let _ = sender.send(News::Received { done, total });
            !stopped.load(Ordering::Relaxed)
        });
        let mut tried = CredentialType::empty();
        callbacks.credentials(move |url, user, allowed| {
            // Each kind once: libgit2 asks again for as long as it is answered.
            let left = allowed & !tried;
            if left.contains(CredentialType::USERNAME) {
                tried |= CredentialType::USERNAME;
                return Cred::username(user.unwrap_or("git"));
            }
            if left.contains(CredentialType::SSH_KEY) {
                tried |= CredentialType::SSH_KEY;
                return Cred::ssh_key_from_agent(user.unwrap_or("git"));
            }
            if left.contains(CredentialType::USER_PASS_PLAINTEXT) {
                tried |= CredentialType::USER_PASS_PLAINTEXT;
                let settings = git2::Config::open_default()?;
                return Cred::credential_helper(&settings, url, user);
            }
            Err(git2::Error::new(
                ErrorCode::Auth,
                ErrorClass::Net,
                "the server asks for a login that is not at hand",
            ))
        });
        callbacks
    }
}

/// Branches and tags of a server's list.
fn short_names(heads: &[(String, Oid)]) -> Vec<String> {
    let mut names: Vec<String> = heads
        .iter()
        .filter_map(|(name, _)| {
            name.strip_prefix("refs/heads/")
                .or(name.strip_prefix("refs/tags/"))
        })
        .filter(|name| !name.ends_with("^{}"))
        .map(str::to_owned)
        .collect();
    names.sort();
    names.dedup();
    names
}

fn rev_not_found(repo: &str, rev: Option<&str>, names: &[String]) -> Failure {
    let Some(rev) = rev else {
        return Failure::new("rev_not_found", format!("{repo} has no commit at HEAD")).help(
            if names.is_empty() {
                "it is empty".into()
            } else {
                format!("pick one with --rev: there are {}", some_of(names))
            },
        );
    };
    let failure = Failure::new(
        "rev_not_found",
        format!("{repo} has no branch, tag or commit `{rev}`"),
    );
    let list: Vec<&str> = names.iter().map(String::as_str).collect();
    let near = near(rev, &list);
    match (near.is_empty(), names.is_empty()) {
        (false, _) => failure.help(format!("did you mean {}?", near.join(", "))),
        (true, false) => failure.help(format!("there are {}", some_of(names))),
        (true, true) => failure.help("it has no branch and no tag"),
    }
}

fn some_of(names: &[String]) -> String {
    let mut list = names.iter().take(8).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > 8 {
        list.push_str(&format!(" and {} more", names.len() - 8));
    }
    list
}

/// Git does not read repositories that others could have laid out for us to find.
fn foreign(place: &str) -> String {
    format!(
        "it belongs to another user: `git config --global --add safe.directory {place}` trusts it"
    )
}

fn is_foreign(said: &str) -> bool {
    said.contains("not owned by current user")
}

/// What libgit2's error means for the user.
fn explain(repo: &str, error: &git2::Error) -> Failure {
    let said = error.message();
    let text = format!("fetch {repo}: {said}");
    let lower = said.to_lowercase();
    if error.code() == ErrorCode::Owner || is_foreign(said) {
        let place = repo.strip_prefix("file://").unwrap_or(repo);
        return Failure::new("repo_not_found", text).help(foreign(place));
    }
    let gone = [
        "404",
        "not found",
        "could not find repository",
        "repository not exported",
        "access denied",
        "failed to resolve path",
        "does not appear to be a git",
    ];
    // A name that can't be resolved is "not found" too, but of a host.
    let host = [
        "resolve",
        "failed to connect",
        "timed out",
        "connection",
        "network",
        "unreachable",
    ];
    let is = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if is(&host) && !is(&["failed to resolve path"]) {
        return Failure::new("network", text).help(
            "check the network and the address, or use --offline for what was fetched before",
        );
    }
    if error.code() == ErrorCode::NotFound || is(&gone) {
        return Failure::new("repo_not_found", text)
            .help("check the address, and whether you may read it");
    }
    if error.code() == ErrorCode::Auth || is(&["401", "403", "authentication", "credentials"]) {
        return Failure::new("repo_not_found", text)
            .help("there is no such repository, or it needs a login: an ssh agent and git's credential helpers are asked");
    }
    if error.code() == ErrorCode::Certificate {
        return Failure::new("network", text)
            .help("the server's key is not known: connect once with ssh or git");
    }
    match error.class() {
        ErrorClass::Net | ErrorClass::Http | ErrorClass::Ssl | ErrorClass::Ssh => Failure::new(
            "network", text,
        )
        .help("check the network and the address, or use --offline for what was fetched before"),
        ErrorClass::Os if lower.contains("no space") => {
            Failure::new("disk_full", text).help("free some space; `ripout cache prune` helps")
        }
        _ => Failure::new("checkout", text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_in_addresses_are_not_shown() {
        assert_eq!(
            without_secrets("https://me:token@host.org/a"),
            "https://host.org/a"
        );
        assert_eq!(
            without_secrets("https://token@host.org/a@b"),
            "https://host.org/a@b"
        );
        assert_eq!(
            without_secrets("ssh://git@host.org/a"),
            "ssh://git@host.org/a"
        );
        assert_eq!(without_secrets("git@host.org:a/b"), "git@host.org:a/b");
        assert_eq!(without_secrets("/srv/a.git"), "/srv/a.git");
    }
}
