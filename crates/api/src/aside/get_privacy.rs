use std::collections::BTreeMap;
use std::sync::Arc;

use aside_domain::accounts::Session;
use aside_domain::{Homeserver, privacy};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Caller;
use crate::error::ErrorAnswer;

/// What somebody has chosen to be reached by and to be seen of.
#[derive(Serialize, ToSchema)]
pub(crate) struct Privacy {
    /// By name: `who_may_message`, `who_may_call`, `who_may_add_to_groups`, `direct_messages`, `read_receipts`, `typing`,
    /// `active_status`, `appear_offline`, `profile_details` (more than name and picture), `findable` (by searching).
    settings: BTreeMap<&'static str, PrivacySetting>,
    /// When they last looked through all of it; absent if never.
    #[serde(skip_serializing_if = "Option::is_none")]
    reviewed_ts: Option<i64>,
    /// Whether it is time to ask them to.
    review_due: bool,
}

/// One setting.
#[derive(Serialize, ToSchema)]
pub(crate) struct PrivacySetting {
    /// What they chose; null where they have not, and the platform's default holds.
    chosen: Option<&'static str>,
    /// What holds; null where the platform's rules say more than one word of the choices.
    effective: Option<&'static str>,
    /// The words to choose from; empty where the platform leaves no choice.
    choices: Vec<&'static str>,
    /// Whether whoever hides theirs doesn't see others'.
    reciprocal: bool,
}

pub(crate) async fn of(hs: &Homeserver, session: &Session) -> Result<Json<Privacy>, ErrorAnswer> {
    let overview = privacy::overview(hs, session).await?;
    let described = |described: privacy::Described| {
        let privacy::Described { setting, chosen, effective, choices, reciprocal } = described;
        (setting.as_str(), PrivacySetting { chosen, effective, choices, reciprocal })
    };
    Ok(Json(Privacy {
        settings: overview.settings.into_iter().map(described).collect(),
        reviewed_ts: overview.reviewed_ms,
        review_due: overview.review_due,
    }))
}

/// One's privacy
#[utoipa::path(
    get, path = "/_aside/v1/privacy", tag = "privacy",
    responses((status = 200, description = "Every setting, with its choices.", body = Privacy))
)]
pub(crate) async fn get_privacy(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
) -> Result<Json<Privacy>, ErrorAnswer> {
    of(&hs, &session).await
}
