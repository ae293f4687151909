use std::ops::Range;
use std::sync::Arc;

use aside_domain::{Homeserver, safety};
use axum::Json;
use axum::extract::State;
use ruma::OwnedRoomId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Body, Caller};
use crate::error::ErrorAnswer;

/// A text that somebody is about to send, or has received.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Text {
    text: String,
    /// The same text in HTML, whose links are compared with what they show.
    html: Option<String>,
    /// Where it is to be sent; the answer then says whether the conversation is encrypted from end to end.
    #[schema(value_type = Option<String>)]
    room_id: Option<OwnedRoomId>,
}

/// Something found in the text, from `start` up to but not including `end`, in UTF-16 code units.
#[derive(Serialize, ToSchema)]
pub(crate) struct Finding {
    /// `card`, `iban`, `national_id`, `passport`, `secret`, `health` among sensitive data; `email`, `phone`, `handle`,
    /// `messenger_link`, `address` among contacts; `insult`, `discrimination`, `threat`, `sexual` among offences.
    kind: Value,
    start: usize,
    end: usize,
}

/// A link, and what is wrong with it.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckedLink {
    url: String,
    host: String,
    /// Each with `flag`: `look_alike` (with `of`), `mixed_scripts`, `punycode` (with `reads`), `shortener`,
    /// `mismatched_anchor` (with `shows`), `ip_address`, `user_info`, `scheme` (with `scheme`), `invisible`.
    #[schema(value_type = Vec<Object>)]
    flags: Value,
    /// The same link in a form that leads nowhere.
    defanged: String,
    /// Where it stands in the text; absent for a link of the HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<usize>,
}

/// Points for what looks like spam.
#[derive(Serialize, ToSchema)]
pub(crate) struct Spam {
    /// 0 to 100.
    score: u8,
    /// Whether it advertises something.
    promotional: bool,
    reasons: Vec<SpamPoints>,
}

/// Points, and what for.
#[derive(Serialize, ToSchema)]
pub(crate) struct SpamPoints {
    #[schema(value_type = String)]
    reason: Value,
    points: u8,
}

/// Who would get a text.
#[derive(Serialize, ToSchema)]
pub(crate) struct Counterpart {
    user_id: String,
    verified: bool,
    /// Whether it is the account of a page or a business.
    page: bool,
}

/// Everything that was found.
#[derive(Serialize, ToSchema)]
pub(crate) struct Findings {
    sensitive: Vec<Finding>,
    contacts: Vec<Finding>,
    offences: Vec<Finding>,
    links: Vec<CheckedLink>,
    spam: Spam,
    /// Whether the room that was named is encrypted from end to end.
    #[serde(skip_serializing_if = "Option::is_none")]
    encrypted: Option<bool>,
    /// Of a room of two: who would get it, and whether the platform knows that they are who they say they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    counterpart: Option<Counterpart>,
}

/// Check a text before it is sent
///
/// Looks for data that should not be sent in the open, for links that pretend, for words that offend, and for what makes a
/// text look like spam. The text is neither stored nor logged. In a conversation that is encrypted from end to end a client
/// should look for itself instead: asking here shows the server the text.
#[utoipa::path(
    post, path = "/_aside/v1/safety/check", tag = "safety",
    request_body = Text,
    responses((status = 200, description = "What was found.", body = Findings))
)]
pub(crate) async fn check_text(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Body(Text { text, html, room_id }): Body<Text, 262_144>,
) -> Result<Json<Findings>, ErrorAnswer> {
    let found = safety::check(&hs, &session, &text, html.as_deref(), room_id.as_deref()).await?;
    let in_text = found.links.into_iter().map(|(link, span)| checked(link, Some(span)));
    let links = in_text.chain(found.html_links.into_iter().map(|link| checked(link, None))).collect();
    let reasons = found.spam.reasons.iter();
    Ok(Json(Findings {
        sensitive: findings(found.sensitive),
        contacts: findings(found.contacts),
        offences: findings(found.offences),
        links,
        spam: Spam {
            score: found.spam.score,
            promotional: found.spam.promotional,
            reasons: reasons.map(|(reason, points)| SpamPoints { reason: word(reason), points: *points }).collect(),
        },
        encrypted: found.encrypted,
        counterpart: found.counterpart.map(|other| Counterpart {
            user_id: other.user_id.to_string(),
            verified: other.verified,
            page: other.is_page,
        }),
    }))
}

/// A kind as the API names it.
fn word<T: Serialize>(kind: &T) -> Value {
    serde_json::to_value(kind).unwrap_or_default()
}

fn findings<T: Serialize>(found: Vec<(T, Range<usize>)>) -> Vec<Finding> {
    let finding = |(kind, span): (T, Range<usize>)| Finding { kind: word(&kind), start: span.start, end: span.end };
    found.into_iter().map(finding).collect()
}

fn checked(link: aside_model::safety::links::Link, span: Option<Range<usize>>) -> CheckedLink {
    CheckedLink {
        defanged: aside_model::safety::links::defang(&link.text),
        flags: word(&link.flags),
        url: link.text,
        host: link.host,
        start: span.as_ref().map(|span| span.start),
        end: span.map(|span| span.end),
    }
}
