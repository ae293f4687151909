//! How a message request is described, in lists and alone.

use aside_domain::requests::Listed;
use serde::Serialize;
use utoipa::ToSchema;

/// Somebody would like to talk to whoever asks, or would like to have them in a group.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessageRequest {
    room_id: String,
    /// Who asks.
    sender: String,
    /// `pending`; of those that were answered `accepted`, `declined`, `deleted`, `blocked` or `expired`.
    state: String,
    /// `inbox` where the sender is known, else `requests`, `hidden` or `spam`.
    folder: String,
    /// Whether it is a conversation of two.
    direct: bool,
    /// Whether the sender is held to what strangers may do.
    stranger: bool,
    unread: bool,
    created_ts: i64,
    /// When it goes away unanswered.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_ts: Option<i64>,
    /// 0 to 100: how likely it is to be wanted.
    priority: u8,
    /// Whether what is said can be read on one's own devices only.
    encrypted: bool,
    /// The room's name, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// How many people are inside.
    members: usize,
    /// The newest text, cut short.
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<String>,
    facts: SenderFacts,
}

/// What helps to judge a stranger.
#[derive(Serialize, ToSchema)]
pub(crate) struct SenderFacts {
    #[serde(skip_serializing_if = "Option::is_none")]
    displayname: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar_url: Option<String>,
    verified: bool,
    badges: Vec<String>,
    /// Whether it is the account of a page or a business.
    page: bool,
    /// When the account was made.
    created_ts: i64,
    /// Conversations and groups that both are in.
    shared_rooms: usize,
    /// People whom both know.
    mutuals: usize,
}

impl From<Listed> for MessageRequest {
    fn from(listed: Listed) -> MessageRequest {
        let facts = listed.facts;
        MessageRequest {
            room_id: listed.room_id.to_string(),
            sender: listed.sender.to_string(),
            state: listed.state,
            folder: listed.folder,
            direct: listed.direct,
            stranger: listed.stranger,
            unread: listed.unread,
            created_ts: listed.created_ts,
            expires_ts: listed.expires_ts,
            priority: listed.priority,
            encrypted: listed.encrypted,
            name: listed.name,
            members: listed.members,
            snippet: listed.snippet,
            facts: SenderFacts {
                displayname: facts.display_name,
                avatar_url: facts.avatar_url,
                verified: facts.verified,
                badges: facts.badges,
                page: facts.is_page,
                created_ts: facts.created_ts,
                shared_rooms: facts.shared_rooms,
                mutuals: facts.mutuals,
            },
        }
    }
}
