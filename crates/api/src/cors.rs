//! Browsers may call from any page: access is by token, never by cookie (specification, 2.4 Web browser clients).

use std::future::{Ready, ready};
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use futures_util::TryFutureExt;
use futures_util::future::{Either, MapOk};
use http::{HeaderValue, Method, StatusCode, header};
use tower::Service;

/// Answers preflights and lets browsers read every other answer. A service rather than a function: its future would hold the
/// whole request for as long as a sync waits.
#[derive(Clone)]
pub(crate) struct AllowAll<S>(pub(crate) S);

impl<S: Service<Request, Response = Response>> Service<Request> for AllowAll<S> {
    type Response = Response;
    type Error = S::Error;
    type Future = Either<Ready<Result<Response, S::Error>>, MapOk<S::Future, fn(Response) -> Response>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if request.method() == Method::OPTIONS {
            return Either::Left(ready(Ok(with_headers(StatusCode::NO_CONTENT.into_response()))));
        }
        Either::Right(self.0.call(request).map_ok(with_headers as fn(Response) -> Response))
    }
}

fn with_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
    );
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("X-Requested-With, Content-Type, Authorization, Date"),
    );
    response
}
