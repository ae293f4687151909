//! Our own accept loop over hyper rather than axum's: most connections of a chat server wait for something to
//! happen, so what a waiting connection costs is decided here.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::response::Response;
use axum::routing::future::RouteFuture;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::forwarded;

/// Holds the head of any request of a real client (a filter may stand in the address) and a good piece of a
/// body, and is little enough to be kept by thousands of waiting connections.
const BUFFER_BYTES: usize = 32 * 1024;

/// How long a connection may stay open between two requests, or take for the head of one. Longer than the
/// pause between two sync requests, so that clients need not connect anew for each.
const QUIET_TIMEOUT: Duration = Duration::from_secs(75);

/// How long accepting pauses when the system has no more file descriptors to give.
const EXHAUSTED_PAUSE: Duration = Duration::from_millis(500);

/// Accepts connections until `stop` resolves; returns those that are still open then.
pub async fn accept_until(
    stop: impl Future<Output = ()>,
    listener: &TcpListener,
    router: &Router,
    proxies: &Arc<[IpAddr]>,
    max_connections: usize,
) -> GracefulShutdown {
    let http = http();
    let open = GracefulShutdown::new();
    let seats = Arc::new(Semaphore::new(max_connections));
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, peer, seat) = tokio::select! {
            () = &mut stop => return open,
            guest = next_guest(listener, &seats) => guest,
        };
        let visitor = Visitor { router: router.clone(), peer, proxies: Arc::clone(proxies) };
        let connection = open.watch(http.serve_connection(TokioIo::new(stream), visitor));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%peer, %error, "A connection ended early.");
            }
            drop(seat);
        });
    }
}

fn http() -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(QUIET_TIMEOUT).max_buf_size(BUFFER_BYTES);
    http
}

/// The next connection, once there is a seat for it; until then it waits in the system's queue.
async fn next_guest(
    listener: &TcpListener,
    seats: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let seat = Arc::clone(seats).acquire_owned().await.expect("nobody closes the semaphore");
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Answers are small and waited for; held back, they would come up to 40 ms later.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%peer, %error, "TCP_NODELAY was refused.");
                }
                return (stream, peer, seat);
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "No connection could be accepted.");
                tokio::time::sleep(EXHAUSTED_PAUSE).await;
            }
        }
    }
}

/// Whether only the one connection failed that was about to be accepted.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Hands each request of one connection to the router, with the address that it came from.
struct Visitor {
    router: Router,
    peer: SocketAddr,
    proxies: Arc<[IpAddr]>,
}

impl hyper::service::Service<Request<Incoming>> for Visitor {
    type Response = Response;
    type Error = Infallible;
    type Future = RouteFuture<Infallible>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        let client = forwarded::client(self.peer, request.headers(), &self.proxies);
        request.extensions_mut().insert(ConnectInfo(client));
        tower::Service::call(&mut self.router.clone(), request)
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::oneshot;

    use super::*;

    async fn answer_of(address: SocketAddr, request: &str) -> String {
        let mut stream = TcpStream::connect(address).await.expect("the server listens");
        stream.write_all(request.as_bytes()).await.expect("the request is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("the answer is text");
        answer
    }

    #[tokio::test]
    async fn requests_know_where_they_come_from() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let router = Router::new()
            .route("/", get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.ip().to_string()));

        tokio::spawn(async move {
            accept_until(std::future::pending(), &listener, &router, &Arc::default(), 1).await
        });

        let answer = answer_of(address, "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
        assert!(answer.ends_with("127.0.0.1"), "{answer}");
    }

    #[tokio::test]
    async fn a_request_in_flight_is_answered_after_the_stop() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let (arrived, arrival) = oneshot::channel();
        let (release, released) = oneshot::channel::<()>();
        let once = Arc::new(std::sync::Mutex::new(Some((arrived, released))));
        let slow = async move || {
            let (arrived, released) = once.lock().expect("no panic").take().expect("one request");
            arrived.send(()).expect("the test waits");
            released.await.expect("the test goes on");
            "done"
        };
        let router = Router::new().route("/", get(slow));
        let request =
            tokio::spawn(async move { answer_of(address, "GET / HTTP/1.1\r\nhost: a\r\n\r\n").await });

        let stop = async { arrival.await.expect("the request arrives") };
        let open = accept_until(stop, &listener, &router, &Arc::default(), 1).await;
        release.send(()).expect("the handler waits");
        open.shutdown().await;

        let answer = request.await.expect("no panic");
        assert!(answer.ends_with("done"), "{answer}");
    }
}
