//! What a handler of our own takes from a request, each refused as Matrix refuses it.

use std::sync::Arc;

use aside_domain::accounts::{self, Session};
use aside_domain::{Error, Homeserver, operators};
use axum::extract::{FromRequest, FromRequestParts, Request};
use http::StatusCode;
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::error::ErrorAnswer;
use crate::matrix::{bearer, peer, read_body};

type State = Arc<Homeserver>;

/// The session on whose behalf the request is made.
pub(crate) struct Caller(pub(crate) Arc<Session>);

impl FromRequestParts<State> for Caller {
    type Rejection = ErrorAnswer;

    async fn from_request_parts(parts: &mut Parts, hs: &State) -> Result<Self, ErrorAnswer> {
        let session = accounts::authenticate(hs, bearer(parts).ok_or(Error::MissingToken)?).await?;
        accounts::note_seen(hs, &session, peer(parts));
        Ok(Caller(session))
    }
}

/// The operator's own backend.
pub(crate) struct Service(pub(crate) operators::Service);

impl FromRequestParts<State> for Service {
    type Rejection = ErrorAnswer;

    async fn from_request_parts(parts: &mut Parts, hs: &State) -> Result<Self, ErrorAnswer> {
        let token = bearer(parts).ok_or(Error::MissingToken)?;
        Ok(Service(operators::authenticate_service(hs, token)?))
    }
}

/// Somebody who looks at reports.
pub(crate) struct Moderator(pub(crate) operators::Moderator);

impl FromRequestParts<State> for Moderator {
    type Rejection = ErrorAnswer;

    async fn from_request_parts(parts: &mut Parts, hs: &State) -> Result<Self, ErrorAnswer> {
        let Caller(session) = Caller::from_request_parts(parts, hs).await?;
        Ok(Moderator(operators::access_moderator(hs, session).await?))
    }
}

/// Somebody who looks at identity documents.
pub(crate) struct Reviewer(pub(crate) operators::Reviewer);

impl FromRequestParts<State> for Reviewer {
    type Rejection = ErrorAnswer;

    async fn from_request_parts(parts: &mut Parts, hs: &State) -> Result<Self, ErrorAnswer> {
        let Caller(session) = Caller::from_request_parts(parts, hs).await?;
        Ok(Reviewer(operators::access_reviewer(hs, session)?))
    }
}

/// The parameters of the path.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<State> for Path<T> {
    type Rejection = ErrorAnswer;

    async fn from_request_parts(parts: &mut Parts, hs: &State) -> Result<Self, ErrorAnswer> {
        let found = axum::extract::Path::<T>::from_request_parts(parts, hs).await;
        found.map(|path| Path(path.0)).map_err(|error| invalid(error.body_text()))
    }
}

/// The parameters after the question mark.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<State> for Query<T> {
    type Rejection = ErrorAnswer;

    async fn from_request_parts(parts: &mut Parts, hs: &State) -> Result<Self, ErrorAnswer> {
        let found = axum::extract::Query::<T>::from_request_parts(parts, hs).await;
        found.map(|query| Query(query.0)).map_err(|error| invalid(error.body_text()))
    }
}

fn invalid(reason: String) -> ErrorAnswer {
    ErrorAnswer::new(StatusCode::BAD_REQUEST, "M_INVALID_PARAM", reason)
}

/// A body of JSON with at most `MAX_BYTES`; without a number, as many as the configuration lets a request have. An empty one
/// stands for an object that says nothing.
pub(crate) struct Body<T, const MAX_BYTES: usize = 0>(pub(crate) T);

impl<T: DeserializeOwned, const MAX_BYTES: usize> FromRequest<State> for Body<T, MAX_BYTES> {
    type Rejection = ErrorAnswer;

    async fn from_request(request: Request, hs: &State) -> Result<Self, ErrorAnswer> {
        let max_bytes = if MAX_BYTES == 0 { hs.settings.max_request_bytes } else { MAX_BYTES };
        let bytes = read_body(request.into_body(), max_bytes).await?;
        let bytes: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        serde_json::from_slice(bytes).map(Body).map_err(|error| {
            let errcode = if error.is_data() { "M_BAD_JSON" } else { "M_NOT_JSON" };
            ErrorAnswer::new(StatusCode::BAD_REQUEST, errcode, error.to_string())
        })
    }
}
