use std::sync::Arc;

use aside_domain::{Homeserver, policy};
use aside_model::policy::Deed;
use axum::Json;
use axum::extract::State;
use ruma::OwnedUserId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Body, Caller};
use crate::error::ErrorAnswer;

/// What somebody thinks of doing.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Question {
    /// To whom.
    #[schema(value_type = String)]
    user_id: OwnedUserId,
    /// `start` a conversation (as without it), `call`, or `add_to_group`.
    #[serde(default = "start")]
    #[schema(value_type = Option<String>)]
    deed: Deed,
}

fn start() -> Deed {
    Deed::Start
}

/// What would happen.
#[derive(Serialize, ToSchema)]
pub(crate) struct Explanation {
    /// Whether it would go through, at once or as a request.
    allowed: bool,
    /// `deliver`, `request`, `hide` or `refuse`.
    action: String,
    /// Where the recipient would find it.
    folder: String,
    /// One sentence: the rule that decides.
    text: String,
    /// The rules that were asked, in their order, each with `rule`, `text` and the `inputs` it looked at.
    #[schema(value_type = Vec<Object>)]
    reasons: Vec<Value>,
    /// What the recipient has said so far: `never_asked`, `requested` or `accepted`; `declined` and `withdrawn` only where the
    /// policy lets the sender know.
    consent: String,
}

/// May I write to somebody?
///
/// Nothing is sent, and nobody is told. Whoever is blocked, or was declined without a word, hears what they would hear otherwise.
#[utoipa::path(
    post, path = "/_aside/v1/policy/explain", tag = "policy",
    request_body = Question,
    responses((status = 200, description = "What would happen, and why.", body = Explanation))
)]
pub(crate) async fn explain_policy(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Body(question): Body<Question>,
) -> Result<Json<Explanation>, ErrorAnswer> {
    let Question { user_id, deed } = question;
    let explained = policy::explain(&hs, &session.user_id, &user_id, deed, true).await?;
    let verdict = explained.verdict;
    let reasons = verdict.reasons.iter().map(serde_json::to_value).collect::<Result<Vec<Value>, _>>();
    Ok(Json(Explanation {
        allowed: !verdict.is_refused(),
        action: verdict.action.to_string(),
        folder: verdict.folder.to_string(),
        text: verdict.text().to_owned(),
        reasons: reasons.map_err(aside_domain::Error::internal)?,
        consent: explained.consent.to_string(),
    }))
}
