//! How a check of identity documents is described.

use aside_domain::identity;
use serde::Serialize;
use utoipa::ToSchema;

/// That somebody was asked for an identity document, and what came of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentityCheck {
    check_id: String,
    user_id: String,
    /// What the platform needs it for. It is used for nothing else.
    purpose: String,
    /// `asked`, `handed_in`, `approved`, `rejected`, `withdrawn` or `lapsed`. There is a document in `handed_in` alone.
    state: String,
    /// What the reviewer says with the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    created_ts: i64,
    changed_ts: i64,
    /// When it is over by itself, and a document is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    lapses_ts: Option<i64>,
}

/// Several of them.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentityChecks {
    pub(crate) items: Vec<IdentityCheck>,
}

impl From<Vec<identity::IdentityCheck>> for IdentityChecks {
    fn from(checks: Vec<identity::IdentityCheck>) -> IdentityChecks {
        IdentityChecks { items: checks.into_iter().map(IdentityCheck::from).collect() }
    }
}

impl From<identity::IdentityCheck> for IdentityCheck {
    fn from(check: identity::IdentityCheck) -> IdentityCheck {
        IdentityCheck {
            check_id: check.id,
            user_id: check.user_id.to_string(),
            purpose: check.purpose,
            state: check.state,
            note: check.note,
            created_ts: check.created_ts,
            changed_ts: check.changed_ts,
            lapses_ts: check.lapses_ts,
        }
    }
}
