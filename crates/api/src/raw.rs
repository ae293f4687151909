//! Endpoints with the method, the path and the authentication of a type of ruma's, but a body or an answer of our own:
//! where ruma's types can't say what the specification does.

use std::convert::Infallible;
use std::marker::PhantomData;

use aside_domain::Error;
use bytes::BufMut;
use http::HeaderValue;
use ruma::api::auth_scheme::AuthScheme;
use ruma::api::error::{DeserializationError, IntoHttpError};
use ruma::api::{IncomingRequest, Metadata, OutgoingBody, OutgoingResponse};
use ruma::{OwnedUserId, UserId};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A request whose body is read as `B`, and whose sender is known as `A` says: as the type of ruma's does, if nothing is said.
pub(crate) struct Raw<R: Metadata, B = Value, A = <R as Metadata>::Authentication> {
    /// The path's parameters in their order, as they were sent but without percent-encoding.
    pub(crate) path: Vec<String>,
    pub(crate) body: B,
    of: PhantomData<fn() -> (R, A)>,
}

impl<R: Metadata, B, A> Raw<R, B, A> {
    /// A parameter of the path, by its number from 0.
    pub(crate) fn arg(&self, number: usize) -> &str {
        self.path.get(number).map(String::as_str).unwrap_or_default()
    }

    /// A parameter of the path that is a user id.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub(crate) fn user_id(&self, number: usize) -> Result<OwnedUserId, Error> {
        UserId::parse(self.arg(number)).map_err(|error| Error::invalid("user_id", error.to_string()))
    }
}

impl<R: Metadata, B, A: AuthScheme> Metadata for Raw<R, B, A> {
    const METHOD: http::Method = R::METHOD;
    const RATE_LIMITED: bool = R::RATE_LIMITED;
    type Authentication = A;
    type PathBuilder = R::PathBuilder;
    const PATH_BUILDER: Self::PathBuilder = R::PATH_BUILDER;
}

impl<R: IncomingRequest + Metadata, B: DeserializeOwned, A: AuthScheme> IncomingRequest for Raw<R, B, A> {
    type EndpointError = R::EndpointError;
    type OutgoingResponse = Json;

    fn try_from_http_request_inner(
        request: http::Request<&[u8]>,
        path: &[&str],
    ) -> Result<Self, DeserializationError> {
        let body: &[u8] = if request.body().is_empty() { b"{}" } else { request.body() };
        Ok(Raw {
            path: path.iter().map(|&arg| arg.to_owned()).collect(),
            body: serde_json::from_slice(body)?,
            of: PhantomData,
        })
    }
}

/// Any JSON as an answer.
pub(crate) struct Json(pub(crate) Value);

impl OutgoingResponse for Json {
    type Body = Json;

    fn try_into_http_response_inner(self) -> Result<http::Response<Json>, IntoHttpError> {
        Ok(http::Response::new(self))
    }
}

impl OutgoingBody for Json {
    type Error = Infallible;

    fn content_type(&self) -> Option<HeaderValue> {
        Some(HeaderValue::from_static("application/json"))
    }

    fn try_into_buf<T: Default + BufMut + AsRef<[u8]>>(self) -> Result<T, Infallible> {
        let mut buffer = T::default();
        buffer.put_slice(self.0.to_string().as_bytes());
        Ok(buffer)
    }
}
