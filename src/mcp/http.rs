//! The protocol over HTTP, for tests: on the loopback only, for whoever has an account on this machine.

use std::{net::SocketAddr, sync::Arc};

use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use ripout_model::Failure;
use rmcp::transport::{
    StreamableHttpServerConfig, StreamableHttpService,
    streamable_http_server::session::local::LocalSessionManager,
};
use tokio::net::TcpListener;

use super::{State, server::Server};

/// Serves at `/mcp` until it is given up.
pub async fn serve(state: Arc<State>, address: SocketAddr) -> Result<(), Failure> {
    let failed = |e: std::io::Error| Failure::new("mcp", format!("listen on {address}: {e}"));
    if !address.ip().is_loopback() {
        return Err(Failure::new(
            "arguments",
            format!("--http {address}: only the loopback is served"),
        )
        .help("write --http 127.0.0.1:PORT; a proxy that authenticates can serve others"));
    }
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    // Port 0 asks for any; whoever started us learns here which it is.
    eprintln!("serving http://{address}/mcp");
    let own = format!("http://{address}");
    let local = format!("http://localhost:{}", address.port());
    let service = StreamableHttpService::new(
        move || Ok(Server::new(Arc::clone(&state))),
        Arc::new(LocalSessionManager::default()),
        // Pages of the web must not reach us through a user's browser.
        StreamableHttpServerConfig::default().with_allowed_origins([own, local]),
    );
    loop {
        let (stream, _) = listener.accept().await.map_err(failed)?;
        let service = TowerToHyperService::new(service.clone());
        tokio::spawn(async move {
            // A client that goes in the middle is no error of ours.
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}
