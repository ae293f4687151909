use std::sync::Arc;

use aside_domain::security::{self, AtRest, Kept, Label, Metadata, Reader};
use aside_domain::{Error, Homeserver, rooms};
use axum::Json;
use axum::extract::State;
use ruma::RoomId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Caller, Path};
use crate::error::ErrorAnswer;

/// What protects a conversation now, worked out from its state and the server's configuration.
#[derive(Serialize, ToSchema)]
pub(crate) struct RoomSecurity {
    /// `end_to_end`: only the members' devices can read what is said. `in_transit_and_at_rest`, `in_transit`, `nothing`: the
    /// server can read it, and it is encrypted on the way and on disk, on the way only, or not at all.
    #[schema(example = "end_to_end")]
    level: &'static str,
    /// The same for people, in a sentence or two.
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    encryption: Option<RoomEncryption>,
    /// Whether content is encrypted on the server's disks, with a key that is kept elsewhere.
    sealed: bool,
    /// Whether what is said can be searched on the server.
    searchable: bool,
    /// How long messages stay; absent where nothing deletes them.
    #[serde(skip_serializing_if = "Option::is_none")]
    disappears_after_ms: Option<i64>,
    /// Who can read what is said now.
    readable_by: Vec<RoomReader>,
    /// What is known besides, whether encrypted or not, and for how long.
    metadata: Vec<RoomMetadata>,
}

/// End-to-end encryption of a conversation.
#[derive(Serialize, ToSchema)]
struct RoomEncryption {
    algorithm: String,
    since_ts: i64,
    /// Whether the conversation existed before, so that the server may be able to read its beginning.
    after_plain_messages: bool,
}

/// Somebody who can read.
#[derive(Serialize, ToSchema)]
struct RoomReader {
    /// `members`, `world`, `later_members`, `unverified_devices`, `push_gateways`, `operator` or `disk_access`.
    who: &'static str,
    /// How many devices.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<usize>,
    /// Whose devices.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    user_ids: Vec<String>,
}

/// A kind of thing that the server knows.
#[derive(Serialize, ToSchema)]
struct RoomMetadata {
    what: &'static str,
    text: &'static str,
    /// `with_the_room`, `with_the_account`, `until_replaced`, or `for` a time.
    kept: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept_ms: Option<i64>,
}

/// What protects this conversation
#[utoipa::path(
    get, path = "/_aside/v1/rooms/{room_id}/security", tag = "privacy",
    params(("room_id" = String, Path, description = "A room that you are in.")),
    responses((status = 200, description = "The label.", body = RoomSecurity))
)]
pub(crate) async fn get_room_security(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Path(room_id): Path<String>,
) -> Result<Json<RoomSecurity>, ErrorAnswer> {
    let room_id = RoomId::parse(&room_id).map_err(|error| Error::invalid("room_id", error.to_string()))?;
    let room = rooms::access_joined_room(&hs, &session, &room_id).await?;
    Ok(Json(shown(security::label(&hs, &session, &room).await?)))
}

fn shown(label: Label) -> RoomSecurity {
    RoomSecurity {
        level: label.level.as_str(),
        text: label.text,
        encryption: label.encryption.map(|encryption| RoomEncryption {
            algorithm: encryption.algorithm,
            since_ts: encryption.since_ts,
            after_plain_messages: encryption.after_plain_messages,
        }),
        sealed: label.at_rest == AtRest::Sealed,
        searchable: label.searchable,
        disappears_after_ms: label.disappears_after_ms,
        readable_by: label.readers.into_iter().map(reader).collect(),
        metadata: label.metadata.into_iter().map(metadata).collect(),
    }
}

fn reader(reader: Reader) -> RoomReader {
    let who = reader.as_str();
    match reader {
        Reader::UnverifiedDevices { count, owners } => {
            let user_ids = owners.iter().map(ToString::to_string).collect();
            RoomReader { who, count: Some(count), user_ids }
        }
        _ => RoomReader { who, count: None, user_ids: Vec::new() },
    }
}

const DAY_MS: i64 = 24 * 3_600_000;

fn metadata(known: Metadata) -> RoomMetadata {
    let (kept, kept_ms) = match known.kept {
        Kept::WithTheRoom => ("with_the_room", None),
        Kept::WithTheAccount => ("with_the_account", None),
        Kept::UntilReplaced => ("until_replaced", None),
        Kept::Days(days) => ("for", Some(i64::from(days) * DAY_MS)),
        Kept::Milliseconds(ms) => ("for", Some(ms)),
    };
    RoomMetadata { what: known.what, text: known.text, kept, kept_ms }
}
