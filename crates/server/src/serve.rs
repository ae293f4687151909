//! The life of the server: bind, open, greet, serve, and stop without losing an answer.

use std::sync::Arc;
use std::time::Duration;

use aside_domain::Homeserver;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::accept::accept_until;
use crate::config::{Config, Sources};
use crate::{greeting, wiring};

/// How long requests in flight may take after the signal to stop.
const GRACE: Duration = Duration::from_secs(5);

/// Runs until SIGINT or SIGTERM. An error is one sentence for whoever started the program.
pub async fn serve(mut config: Config, sources: &Sources) -> Result<(), String> {
    raise_open_files_limit();
    let stop = stop_signal().map_err(|error| format!("signals cannot be received: {error}."))?;
    let listener = bind(&mut config, sources).await?;
    let house = wiring::open(&config, sources).await?;
    greeting::print(&config, house.first_token.as_deref());

    reload_policy_on_hangup(Arc::clone(&house.homeserver))
        .map_err(|error| format!("signals cannot be received: {error}."))?;

    let proxies = config.server.trusted_proxies.clone().into();
    let open = accept_until(stop, &listener, &house.router, &proxies, config.limits.max_connections).await;
    // A freed port tells a successor, and whoever balances load, that nobody is at home.
    drop(listener);
    tracing::info!(connections = open.count(), "Stopping.");
    house.homeserver.shutdown();
    finish(open).await;
    Ok(())
}

/// Listens, and notes the port if the system was to choose it.
async fn bind(config: &mut Config, sources: &Sources) -> Result<TcpListener, String> {
    let address = config.server.listen;
    let refused =
        |error| sources.problem("server.listen", &format!("cannot be listened on: {error}")).to_string();
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    config.server.listen = listener.local_addr().map_err(refused)?;
    Ok(listener)
}

/// Resolves at the first signal to stop; listening begins at once, so that none is missed during the start.
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Reads the policy profiles again at each SIGHUP. A file with a mistake changes nothing.
fn reload_policy_on_hangup(hs: Arc<Homeserver>) -> std::io::Result<()> {
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            let hs = Arc::clone(&hs);
            match tokio::task::spawn_blocking(move || hs.reload_policy()).await {
                Ok(Ok(_)) => {}
                Ok(Err(problem)) => tracing::error!(%problem, "The policy stays as it was."),
                Err(error) => tracing::error!(%error, "The policy stays as it was."),
            }
        }
    });
    Ok(())
}

async fn finish(open: GracefulShutdown) {
    if tokio::time::timeout(GRACE, open.shutdown()).await.is_err() {
        tracing::warn!(
            "Some requests were still not answered after {} seconds and were cut off.",
            GRACE.as_secs()
        );
    }
}

/// Each connection needs a file descriptor, and many systems give 1,024 until asked for what they allow.
fn raise_open_files_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "The limit of open files stays as it is.");
    }
}
