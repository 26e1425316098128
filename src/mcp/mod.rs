//! `ripout mcp`: a server for coding agents, which speak the Model Context Protocol. Only this module knows it.
//!
//! * [`front`]: what the command line hands in
//! * [`server`]: requests in, answers out; [`lines`]: the protocol on standard input and output; [`http`]: on the loopback
//! * [`call`]: one call, which runs on a thread of its own, is heard and can be ended without the others
//! * [`entry`]: what a tool is; [`tool`]: one file per tool; [`schema`]: what it takes and answers
//! * [`answer`]: results, and errors that an agent can act on; [`page`]: texts in parts
//! * [`runs`]: what was judged, for as long as the server runs; [`roots`]: where may be written
//!
//! What does not happen here: nothing is asked of the client, nothing of a stranger's text becomes an instruction, and
//! nothing is written outside the roots.

mod answer;
mod call;
mod entry;
mod front;
mod http;
mod lines;
mod page;
mod roots;
mod runs;
mod schema;
mod server;
mod tool;

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use ripout_model::Failure;
use rmcp::ServiceExt;

pub use front::{Asked, Front, Options};

use self::{call::Calls, roots::Roots, runs::Runs, server::Server};

/// How long calls may take to end once the client is gone. Their processes are gone long before.
const ENDING: Duration = Duration::from_secs(10);

/// How often it is looked whether the user asked to stop.
const LOOKING: Duration = Duration::from_millis(50);

/// How to serve.
pub struct Setup {
    /// How settings come together.
    pub front: Box<dyn Front>,
    /// Folders that may be written to.
    pub roots: Vec<PathBuf>,
    /// Whether nothing may be written at all.
    pub read_only: bool,
    /// An address of the loopback, instead of standard input and output.
    pub http: Option<SocketAddr>,
    /// Set when the user asks to stop.
    pub interrupted: Arc<AtomicBool>,
}

/// What all calls share.
pub(crate) struct State {
    front: Box<dyn Front>,
    roots: Roots,
    runs: Runs,
    calls: Calls,
}

/// Serves until the client goes, or the user asks to stop.
pub fn serve(setup: Setup) -> Result<(), Failure> {
    let failed =
        |what: &str, e: &dyn std::fmt::Display| Failure::new("mcp", format!("{what}: {e}"));
    let state = Arc::new(State {
        front: setup.front,
        roots: Roots::new(&setup.roots, setup.read_only)?,
        runs: Runs::new()?,
        calls: Calls::new(),
    });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|e| failed("start", &e))?;
    let served = runtime.block_on(async {
        let stop = asked_to_stop(&setup.interrupted);
        let serving = async {
            match setup.http {
                Some(address) => http::serve(Arc::clone(&state), address).await,
                None => on_stdio(Arc::clone(&state)).await,
            }
        };
        tokio::select! {
            served = serving => served,
            () = stop => Ok(()),
        }
    });
    // Whatever still runs is ended, with its processes, before we go.
    state.calls.end_all();
    state.calls.wait(ENDING);
    state.runs.end();
    runtime.shutdown_timeout(LOOKING);
    served
}

async fn on_stdio(state: Arc<State>) -> Result<(), Failure> {
    let transport = lines::Lines::on_stdio(Arc::clone(&state));
    match Server::new(state).serve(transport).await {
        Ok(running) => running
            .waiting()
            .await
            .map(drop)
            .map_err(|e| Failure::new("mcp", format!("serve: {e}"))),
        // A client that leaves before it has said anything is none of our errors.
        Err(rmcp::service::ServerInitializeError::ConnectionClosed(_)) => Ok(()),
        Err(error) => Err(Failure::new("mcp", format!("begin to serve: {error}"))),
    }
}

async fn asked_to_stop(interrupted: &AtomicBool) {
    while !interrupted.load(Ordering::Relaxed) {
        tokio::time::sleep(LOOKING).await;
    }
}
