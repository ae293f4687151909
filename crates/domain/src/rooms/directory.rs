//! The public room directory (specification, 11.13 Room directory).

use aside_store::{Side, aliases};
use ruma::RoomId;
use ruma::directory::{PublicRoomsChunk, RoomTypeFilter};
use ruma::events::StateEventType;

use super::{Room, access_joined_room, find_room_num, load, summary};
use crate::accounts::Session;
use crate::{Error, Homeserver, Result, RoomNum};

/// Rooms of the directory that are looked at, the newest; more would have to be kept sorted in the database.
const LISTED_MAX: i64 = 5_000;
const PAGE_DEFAULT: usize = 100;
const PAGE_MAX: usize = 500;

pub(super) async fn set_listed(hs: &Homeserver, room: RoomNum, listed: bool) -> Result<()> {
    Ok(hs.store.write(Side::Named, async move |tx| aliases::set_listed(tx, room, listed).await).await?)
}

pub(super) async fn is_listed_room(hs: &Homeserver, room: RoomNum) -> Result<bool> {
    Ok(hs.store.read(Side::Named, async move |tx| aliases::is_listed(tx, room).await).await?)
}

/// Lists a room in the directory, or takes it out: whoever may say what the room is called may.
///
/// # Errors
/// [`Error::Forbidden`] to others, and where there is no such room.
pub async fn publish(hs: &Homeserver, session: &Session, room_id: &RoomId, listed: bool) -> Result<()> {
    let room = access_joined_room(hs, session, room_id).await?;
    let levels = room.power_levels();
    if !levels.user_can_send_state(&session.user_id, StateEventType::RoomCanonicalAlias) {
        return Err(Error::forbidden("Your power level is too low to list the room."));
    }
    set_listed(hs, room.num, listed).await
}

/// Whether a room is listed.
///
/// # Errors
/// [`Error::NotFound`] where there is no such room.
pub async fn is_listed(hs: &Homeserver, room_id: &RoomId) -> Result<bool> {
    let num = find_room_num(hs, room_id).await?.ok_or(Error::NotFound("room"))?;
    is_listed_room(hs, num).await
}

/// Which rooms of the directory somebody asks for.
#[derive(Debug, Clone, Default)]
pub struct DirectoryRequest {
    /// Looked for in the name, the topic and the alias, in whatever case.
    pub search: Option<String>,
    /// Empty for rooms of every type.
    pub types: Vec<RoomTypeFilter>,
    pub limit: Option<usize>,
    pub since: Option<String>,
}

/// A page of the directory.
#[derive(Debug, Default)]
pub struct DirectoryPage {
    pub rooms: Vec<PublicRoomsChunk>,
    pub next: Option<String>,
    pub previous: Option<String>,
    pub total: usize,
}

/// The listed rooms, those with most people first.
///
/// # Errors
/// [`Error::Invalid`] where the token is not one of this server's.
pub async fn list(hs: &Homeserver, request: DirectoryRequest) -> Result<DirectoryPage> {
    let offset = match request.since.as_deref().filter(|since| !since.is_empty()) {
        Some(since) => offset(since).ok_or_else(|| Error::invalid("since", "not a token of this server"))?,
        None => 0,
    };
    let limit = request.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX);
    let listed =
        hs.store.read(Side::Named, async move |tx| aliases::list_listed(tx, LISTED_MAX).await).await?;
    let search = request.search.map(|search| search.to_lowercase());
    let mut found = Vec::new();
    for num in listed {
        tokio::task::consume_budget().await;
        let room = match load(hs, num).await {
            Ok(room) => room,
            Err(Error::NotFound(_)) => continue,
            Err(error) => return Err(error),
        };
        found.extend(described(&room, search.as_deref(), &request.types));
    }
    found.sort_by(|one, other| {
        other.num_joined_members.cmp(&one.num_joined_members).then_with(|| one.room_id.cmp(&other.room_id))
    });
    let total = found.len();
    let rooms: Vec<PublicRoomsChunk> = found.into_iter().skip(offset).take(limit).collect();
    let end = offset.saturating_add(rooms.len());
    Ok(DirectoryPage {
        next: (!rooms.is_empty() && end < total).then(|| token(end)),
        previous: (offset > 0).then(|| token(offset.saturating_sub(limit))),
        rooms,
        total,
    })
}

fn described(room: &Room, search: Option<&str>, types: &[RoomTypeFilter]) -> Option<PublicRoomsChunk> {
    let found = PublicRoomsChunk::from(summary::of(room));
    let room_type = found.room_type.as_ref().map(|room_type| room_type.as_str());
    if !types.is_empty() && !types.iter().any(|wanted| wanted.as_str() == room_type) {
        return None;
    }
    let alias = found.canonical_alias.as_ref().map(|alias| alias.as_str());
    let texts = [found.name.as_deref(), found.topic.as_deref(), alias];
    let is_wanted = search
        .is_none_or(|search| texts.into_iter().flatten().any(|text| text.to_lowercase().contains(search)));
    is_wanted.then_some(found)
}

fn token(offset: usize) -> String {
    format!("d{offset}")
}

fn offset(token: &str) -> Option<usize> {
    token.strip_prefix('d')?.parse().ok()
}
