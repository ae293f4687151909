//! Bodies that are not read to their end. A client that is still sending when the connection closes may lose the
//! answer, so whatever a handler leaves is read out before the request is answered.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use bytes::Bytes;
use http::header;
use http_body_util::BodyExt;

/// Who takes longer to send what nobody wants finds the connection closed.
const READ_OUT_MAX: Duration = Duration::from_secs(10);

/// A body in the hands of a handler.
struct Lent(Arc<Mutex<Body>>);

/// What the handler leaves of it.
pub(crate) struct Rest(Option<Lent>);

/// Lends a request's body to whoever is handed the request.
pub(crate) fn lend(request: Request) -> (Request, Rest) {
    // A client that asks first whether to send (`Expect: 100-continue`) is answered without having sent anything.
    if request.body().is_end_stream() || request.headers().contains_key(header::EXPECT) {
        return (request, Rest(None));
    }
    let (parts, body) = request.into_parts();
    let body = Arc::new(Mutex::new(body));
    let rest = Rest(Some(Lent(Arc::clone(&body))));
    (Request::from_parts(parts, Body::new(Lent(body))), rest)
}

impl Rest {
    pub(crate) async fn read_out(self) {
        let Some(mut body) = self.0 else { return };
        let all = async { while let Some(Ok(_)) = body.frame().await {} };
        // Too slow or not, the request is answered now.
        let _ = tokio::time::timeout(READ_OUT_MAX, all).await;
    }
}

impl Lent {
    fn body(&self) -> MutexGuard<'_, Body> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut *self.body()).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body().is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body().size_hint()
    }
}
