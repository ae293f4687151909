//! From HTTP to ruma's typed requests and back: routes come from the types, so a path can't be mistyped.

use std::any::TypeId;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use aside_domain::accounts::{self, Session};
use aside_domain::history::Direction;
use aside_domain::{Error, Homeserver};
use axum::Router;
use axum::extract::{ConnectInfo, FromRequestParts, RawPathParams, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header, request};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use ruma::api::auth_scheme::{
    AccessToken, AccessTokenOptional, AppserviceToken, AppserviceTokenOptional, NoAccessToken,
    NoAuthentication,
};
use ruma::api::client::uiaa::UiaaResponse;
use ruma::api::error::{DeserializationError, FromHttpRequestError};
use ruma::api::path_builder::PathBuilder;
use ruma::api::{IncomingRequest, IncomingRequestExt, Metadata, OutgoingResponseExt};

use crate::error::ErrorAnswer;
use crate::{body, legacy};

/// A request on its way to an endpoint: parsed, and its sender known.
pub(crate) struct Call<R: Endpoint> {
    pub(crate) hs: Arc<Homeserver>,
    /// The session, where the endpoint asks for one.
    pub(crate) caller: <R::Authentication as Scheme>::Caller,
    pub(crate) request: R,
    /// Where the connection comes from.
    pub(crate) peer: IpAddr,
}

/// What an endpoint answers.
pub(crate) type Answer<R> = Result<<R as IncomingRequest>::OutgoingResponse, Error>;

/// A request type of ruma's whose way of authentication we know.
pub(crate) trait Endpoint:
    IncomingRequest + Metadata<Authentication: Scheme> + Send + 'static
{
}
impl<R: IncomingRequest + Metadata<Authentication: Scheme> + Send + 'static> Endpoint for R {}

/// A number of things that somebody asks for.
pub(crate) fn count(number: ruma::UInt) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

pub(crate) fn direction(direction: ruma::api::Direction) -> Direction {
    match direction {
        ruma::api::Direction::Forward => Direction::Forwards,
        ruma::api::Direction::Backward => Direction::Backwards,
    }
}

/// How a request says on whose behalf it is made.
pub(crate) trait Scheme {
    type Caller: Send;

    /// `peer` is where the request comes from.
    fn authenticate(
        hs: &Homeserver,
        token: Option<&str>,
        peer: IpAddr,
    ) -> impl Future<Output = Result<Self::Caller, Error>> + Send;
}

impl Scheme for AccessToken {
    type Caller = Arc<Session>;

    async fn authenticate(hs: &Homeserver, token: Option<&str>, peer: IpAddr) -> Result<Arc<Session>, Error> {
        let session = accounts::authenticate(hs, token.ok_or(Error::MissingToken)?).await?;
        accounts::note_seen(hs, &session, peer);
        Ok(session)
    }
}

impl Scheme for AccessTokenOptional {
    type Caller = Option<Arc<Session>>;

    async fn authenticate(hs: &Homeserver, token: Option<&str>, peer: IpAddr) -> Result<Self::Caller, Error> {
        match token {
            Some(_) => AccessToken::authenticate(hs, token, peer).await.map(Some),
            None => Ok(None),
        }
    }
}

macro_rules! open_scheme {
    ($($scheme:ty),*) => {$(
        impl Scheme for $scheme {
            type Caller = ();

            async fn authenticate(_: &Homeserver, _: Option<&str>, _: IpAddr) -> Result<(), Error> {
                Ok(())
            }
        }
    )*};
}

open_scheme!(NoAuthentication, NoAccessToken, AppserviceTokenOptional);

impl Scheme for AppserviceToken {
    type Caller = ();

    async fn authenticate(_: &Homeserver, _: Option<&str>, _: IpAddr) -> Result<(), Error> {
        Err(Error::forbidden("Application services only."))
    }
}

/// Adds endpoints to a router by their handlers.
pub(crate) trait Routes: Sized {
    /// Serves an endpoint on every path that the specification ever gave it.
    fn endpoint<R, F, Fut>(self, handler: F) -> Self
    where
        R: Endpoint,
        F: Fn(Call<R>) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Answer<R>> + Send + 'static;

    /// As [`Routes::endpoint`], for a handler that reads the body or writes the answer piece by piece.
    fn streaming<R, F, Fut>(self, handler: F) -> Self
    where
        R: Endpoint,
        F: Fn(Streaming<R>) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<Response, ErrorAnswer>> + Send + 'static;
}

/// A request whose body or answer is too large to be held in memory. Ruma reads the rest: path, query, some headers.
pub(crate) struct Streaming<R: Endpoint> {
    /// Its request's body is empty.
    pub(crate) call: Call<R>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: axum::body::Body,
}

impl Routes for Router<Arc<Homeserver>> {
    fn endpoint<R, F, Fut>(self, handler: F) -> Self
    where
        R: Endpoint,
        F: Fn(Call<R>) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Answer<R>> + Send + 'static,
    {
        mount::<R, _, _>(self, move |hs, request, count| answer(hs, request, handler.clone(), count))
    }

    fn streaming<R, F, Fut>(self, handler: F) -> Self
    where
        R: Endpoint,
        F: Fn(Streaming<R>) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<Response, ErrorAnswer>> + Send + 'static,
    {
        mount::<R, _, _>(self, move |hs, request, count| stream(hs, request, handler.clone(), count))
    }
}

/// Serves every path of an endpoint; `serve` is also told how many parameters the path has in its longest spelling.
fn mount<R, F, Fut>(mut router: Router<Arc<Homeserver>>, serve: F) -> Router<Arc<Homeserver>>
where
    R: Endpoint,
    F: Fn(Arc<Homeserver>, Request, usize) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<Response, ErrorAnswer>> + Send + 'static,
{
    let Ok(method) = MethodFilter::try_from(R::METHOD) else { return router };
    for path in R::PATH_BUILDER.all_paths() {
        for path in spellings(path) {
            let serve = serve.clone();
            let count =
                path_args(&path).max(path_args(R::PATH_BUILDER.all_paths().next().unwrap_or_default()));
            let serve = move |State(hs): State<Arc<Homeserver>>, request: Request| {
                let (request, rest) = body::lend(request);
                // On the heap: a future that is handed on and then awaited would take its place twice.
                let answer = Box::pin(serve(hs, request, count));
                async move {
                    let answer = answer.await.unwrap_or_else(IntoResponse::into_response);
                    rest.read_out().await;
                    answer
                }
            };
            router = router.route(&path, on(method, serve));
        }
    }
    router
}

/// The methods and paths of endpoints, for whoever wants to ask every one of them something.
#[derive(Default)]
pub(crate) struct Listing(pub(crate) Vec<(http::Method, &'static str)>);

impl Routes for Listing {
    fn endpoint<R, F, Fut>(mut self, _: F) -> Self
    where
        R: Endpoint,
        F: Fn(Call<R>) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Answer<R>> + Send + 'static,
    {
        self.0.extend(R::PATH_BUILDER.all_paths().map(|path| (R::METHOD, path)));
        self
    }

    fn streaming<R, F, Fut>(mut self, _: F) -> Self
    where
        R: Endpoint,
        F: Fn(Streaming<R>) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<Response, ErrorAnswer>> + Send + 'static,
    {
        self.0.extend(R::PATH_BUILDER.all_paths().map(|path| (R::METHOD, path)));
        self
    }
}

fn path_args(path: &str) -> usize {
    path.matches('{').count()
}

/// Parameters are numbered, because a router wants the same name at the same place; an empty state key may be left
/// out, with or without the slash before it, and so may a slash at the end.
fn spellings(path: &str) -> Vec<String> {
    let mut number = 0;
    let numbered: Vec<String> = path
        .split('/')
        .map(|segment| {
            if segment.starts_with('{') {
                number += 1;
                format!("{{p{number}}}")
            } else {
                segment.to_owned()
            }
        })
        .collect();
    let full = numbered.join("/");
    // Media was there before the specification counted versions in one way; old bridges still ask there.
    if let Some(rest) = full.strip_prefix("/_matrix/media/v3/") {
        return vec![format!("/_matrix/media/v1/{rest}"), full];
    }
    match path.strip_suffix("/{state_key}") {
        Some(_) => {
            let without = numbered[..numbered.len() - 1].join("/");
            vec![format!("{without}/"), without, full]
        }
        None => match full.strip_suffix('/') {
            Some(without) => vec![without.to_owned(), full],
            None => vec![full],
        },
    }
}

async fn answer<R, F, Fut>(
    hs: Arc<Homeserver>,
    request: Request,
    handler: F,
    count: usize,
) -> Result<Response, ErrorAnswer>
where
    R: Endpoint,
    F: Fn(Call<R>) -> Fut,
    Fut: Future<Output = Answer<R>>,
{
    let (mut parts, body) = request.into_parts();
    let args = path_values(&mut parts, &hs, count).await?;
    let peer = peer(&parts);
    let caller = <R::Authentication as Scheme>::authenticate(&hs, bearer(&parts), peer).await?;
    let mut body = read_body(body, hs.settings.max_request_bytes).await?;
    if TypeId::of::<R::EndpointError>() == TypeId::of::<UiaaResponse>()
        && let Some(modern) = legacy::modernise_auth(&body)
    {
        body = modern.into();
    }
    // A request without a body means one that says nothing.
    let body: &[u8] = if body.is_empty() && R::METHOD != http::Method::GET { b"{}" } else { &body };
    let request = parse(http::Request::from_parts(parts, body), &args)?;
    let response = handler(Call { hs, caller, request, peer }).await?;
    let response = response
        .try_into_http_response::<Vec<u8>>()
        .map_err(|error| Error::Internal(format!("the answer can't be written: {error}")))?;
    Ok(response.map(axum::body::Body::from))
}

async fn stream<R, F, Fut>(
    hs: Arc<Homeserver>,
    request: Request,
    handler: F,
    count: usize,
) -> Result<Response, ErrorAnswer>
where
    R: Endpoint,
    F: Fn(Streaming<R>) -> Fut,
    Fut: Future<Output = Result<Response, ErrorAnswer>>,
{
    let (mut parts, body) = request.into_parts();
    let args = path_values(&mut parts, &hs, count).await?;
    let (peer, headers) = (peer(&parts), parts.headers.clone());
    let caller = <R::Authentication as Scheme>::authenticate(&hs, bearer(&parts), peer).await?;
    let request = parse(http::Request::from_parts(parts, &[]), &args)?;
    handler(Streaming { call: Call { hs, caller, request, peer }, headers, body }).await
}

/// The parameters of the path in their order, decoded; those that the spelling leaves out are empty.
async fn path_values(
    parts: &mut request::Parts,
    hs: &Arc<Homeserver>,
    count: usize,
) -> Result<Vec<String>, ErrorAnswer> {
    let params = RawPathParams::from_request_parts(parts, hs)
        .await
        .map_err(|error| ErrorAnswer::new(StatusCode::BAD_REQUEST, "M_INVALID_PARAM", error.to_string()))?;
    let mut values: Vec<String> = params.iter().map(|(_, value)| value.to_owned()).collect();
    values.resize(count, String::new());
    Ok(values)
}

fn parse<R: Endpoint>(request: http::Request<&[u8]>, path_values: &[String]) -> Result<R, ErrorAnswer> {
    let path_values: Vec<&str> = path_values.iter().map(String::as_str).collect();
    R::try_from_http_request(request, &path_values).map_err(not_understood)
}

/// The access token: in the header, or, for old clients, in the query.
pub(crate) fn bearer(parts: &request::Parts) -> Option<&str> {
    if let Some(value) = parts.headers.get(header::AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then_some(token.trim());
    }
    let query = parts.uri.query()?;
    query.split('&').find_map(|pair| pair.strip_prefix("access_token="))
}

pub(crate) fn peer(parts: &request::Parts) -> IpAddr {
    let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    connected.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.ip())
}

pub(crate) async fn read_body(body: axum::body::Body, max_bytes: usize) -> Result<Bytes, ErrorAnswer> {
    match Limited::new(body, max_bytes).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Error::TooLarge(format!("the request is larger than {max_bytes} bytes")).into())
        }
        Err(_) => Err(Error::BadJson("the request's body ended early".into()).into()),
    }
}

fn not_understood(error: FromHttpRequestError) -> ErrorAnswer {
    let bad = |errcode, text: String| ErrorAnswer::new(StatusCode::BAD_REQUEST, errcode, text);
    match error {
        FromHttpRequestError::Deserialization(DeserializationError::Json(error)) if !error.is_data() => {
            bad("M_NOT_JSON", error.to_string())
        }
        FromHttpRequestError::Deserialization(DeserializationError::Json(error)) => {
            bad("M_BAD_JSON", error.to_string())
        }
        FromHttpRequestError::Deserialization(DeserializationError::Utf8(error)) => {
            bad("M_NOT_JSON", error.to_string())
        }
        FromHttpRequestError::Deserialization(error) => bad("M_INVALID_PARAM", error.to_string()),
        error => bad("M_UNRECOGNIZED", error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_key_may_be_left_out() {
        assert_eq!(
            spellings("/_matrix/client/v3/rooms/{room_id}/state/{event_type}/{state_key}"),
            [
                "/_matrix/client/v3/rooms/{p1}/state/{p2}/",
                "/_matrix/client/v3/rooms/{p1}/state/{p2}",
                "/_matrix/client/v3/rooms/{p1}/state/{p2}/{p3}"
            ]
        );
    }
}
