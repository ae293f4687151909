//! The one table from what went wrong to HTTP status and Matrix errcode.

use aside_domain::Error;
use aside_model::policy::{Reason, Verdict};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use ruma::api::client::uiaa::UiaaInfo;
use serde_json::{Value, json};

/// An answer that says what went wrong.
#[derive(Debug)]
pub(crate) struct ErrorAnswer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl ErrorAnswer {
    pub(crate) fn new(status: StatusCode, errcode: &str, error: impl Into<String>) -> Self {
        ErrorAnswer { status, body: json!({ "errcode": errcode, "error": error.into() }) }
    }
}

impl From<Error> for ErrorAnswer {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        let (status, errcode) = match &error {
            Error::Forbidden(_) => (StatusCode::FORBIDDEN, "M_FORBIDDEN"),
            Error::NotFound(_) => (StatusCode::NOT_FOUND, "M_NOT_FOUND"),
            Error::Invalid { .. } => (StatusCode::BAD_REQUEST, "M_INVALID_PARAM"),
            Error::InvalidSignature(_) => (StatusCode::BAD_REQUEST, "M_INVALID_SIGNATURE"),
            Error::BadJson(_) => (StatusCode::BAD_REQUEST, "M_BAD_JSON"),
            Error::MissingParam(_) => (StatusCode::BAD_REQUEST, "M_MISSING_PARAM"),
            Error::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "M_TOO_LARGE"),
            Error::KeyTooLarge(_) => (StatusCode::BAD_REQUEST, "M_KEY_TOO_LARGE"),
            Error::ProfileTooLarge(_) => (StatusCode::BAD_REQUEST, "M_PROFILE_TOO_LARGE"),
            Error::LimitExceeded { .. } => (StatusCode::TOO_MANY_REQUESTS, "M_LIMIT_EXCEEDED"),
            Error::Taken { what: "user name" } => (StatusCode::BAD_REQUEST, "M_USER_IN_USE"),
            Error::Taken { what: "room alias" } => (StatusCode::BAD_REQUEST, "M_ROOM_IN_USE"),
            Error::Taken { .. } => (StatusCode::CONFLICT, "M_CANNOT_OVERWRITE_MEDIA"),
            Error::Conflict(_) => (StatusCode::CONFLICT, "M_UNKNOWN"),
            Error::InvalidRoomState(_) => (StatusCode::BAD_REQUEST, "M_INVALID_ROOM_STATE"),
            Error::StillInRoom => (StatusCode::BAD_REQUEST, "M_UNKNOWN"),
            Error::BadAlias(_) => (StatusCode::BAD_REQUEST, "M_BAD_ALIAS"),
            Error::InvalidUsername(_) => (StatusCode::BAD_REQUEST, "M_INVALID_USERNAME"),
            Error::WeakPassword(_) => (StatusCode::BAD_REQUEST, "M_WEAK_PASSWORD"),
            Error::SecondFactor { .. } => (StatusCode::FORBIDDEN, aside_domain::two_factor::ERRCODE),
            Error::MissingToken => (StatusCode::UNAUTHORIZED, "M_MISSING_TOKEN"),
            Error::UnknownToken { .. } => (StatusCode::UNAUTHORIZED, "M_UNKNOWN_TOKEN"),
            Error::InviteBlocked => (StatusCode::FORBIDDEN, "M_INVITE_BLOCKED"),
            Error::Suspended => (StatusCode::FORBIDDEN, "M_USER_SUSPENDED"),
            Error::Deactivated => (StatusCode::FORBIDDEN, "M_USER_DEACTIVATED"),
            Error::UnsupportedRoomVersion(_) => (StatusCode::BAD_REQUEST, "M_UNSUPPORTED_ROOM_VERSION"),
            Error::WrongBackupVersion { .. } => (StatusCode::FORBIDDEN, "M_WRONG_ROOM_KEYS_VERSION"),
            Error::InteractiveAuth(_) => (StatusCode::UNAUTHORIZED, "M_UNAUTHORIZED"),
            Error::GuestsForbidden => (StatusCode::FORBIDDEN, "M_GUEST_ACCESS_FORBIDDEN"),
            Error::UnknownLoginType => (StatusCode::BAD_REQUEST, "M_UNKNOWN"),
            Error::Unsupported(_) => (StatusCode::BAD_REQUEST, "M_UNRECOGNIZED"),
            Error::NotYetUploaded => (StatusCode::GATEWAY_TIMEOUT, "M_NOT_YET_UPLOADED"),
            Error::NoAnswer(_) => (StatusCode::BAD_GATEWAY, "M_UNKNOWN"),
            Error::NoThumbnail => (StatusCode::BAD_REQUEST, "M_UNKNOWN"),
            Error::KeptByServer(_) => (StatusCode::METHOD_NOT_ALLOWED, "M_BAD_JSON"),
            Error::Policy(_) => (StatusCode::FORBIDDEN, "M_FORBIDDEN"),
            Error::Refused(_) => (StatusCode::BAD_REQUEST, "M_UNKNOWN"),
            Error::Internal(reason) => {
                tracing::error!(%reason, "request failed");
                return ErrorAnswer::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "M_UNKNOWN",
                    "Internal server error",
                );
            }
        };
        let mut answer = ErrorAnswer::new(status, errcode, text);
        match error {
            Error::LimitExceeded { retry_after_ms } => answer.body["retry_after_ms"] = json!(retry_after_ms),
            Error::UnknownToken { soft_logout } => answer.body["soft_logout"] = json!(soft_logout),
            Error::WrongBackupVersion { current } => answer.body["current_version"] = json!(current),
            Error::Policy(verdict) => answer.body["org.aside.reasons"] = reasons(&verdict),
            Error::InteractiveAuth(info) => answer.body = interactive(&info),
            _ => {}
        }
        answer
    }
}

/// The rules that led to a refusal, the decisive one first.
fn reasons(verdict: &Verdict) -> Value {
    let shown = |reason: &Reason| json!({ "rule": reason.rule, "text": reason.text });
    verdict.reasons.iter().rev().map(shown).collect()
}

/// What is still needed for user-interactive authentication (specification, 5.5.2).
fn interactive(info: &UiaaInfo) -> Value {
    serde_json::to_value(info).unwrap_or_else(|error| {
        tracing::error!(%error, "user-interactive authentication can't be described");
        json!({ "errcode": "M_UNKNOWN", "error": "Internal server error" })
    })
}

impl IntoResponse for ErrorAnswer {
    fn into_response(self) -> Response {
        let retry_after = self.body.get("retry_after_ms").and_then(Value::as_u64);
        let mut response = (self.status, axum::Json(self.body)).into_response();
        if let Some(retry_after_ms) = retry_after
            && let Ok(seconds) = HeaderValue::from_str(&retry_after_ms.div_ceil(1000).to_string())
        {
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}

pub(crate) async fn unrecognized() -> ErrorAnswer {
    ErrorAnswer::new(StatusCode::NOT_FOUND, "M_UNRECOGNIZED", "Unrecognized request")
}

pub(crate) async fn wrong_method() -> ErrorAnswer {
    ErrorAnswer::new(StatusCode::METHOD_NOT_ALLOWED, "M_UNRECOGNIZED", "Unrecognized method")
}
