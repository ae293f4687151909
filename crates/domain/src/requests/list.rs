//! The requests that wait, found by sender, word, folder and priority.

use aside_store::requests::Request;
use aside_store::{Side, requests as store};
use ruma::{OwnedRoomId, OwnedUserId};

use super::facts::{self, Facts};
use super::preview;
use crate::accounts::Session;
use crate::{Homeserver, Result, messages, rooms};

/// Requests that are looked at to find those that are wanted; the newest ones.
const LOOKED_AT_MAX: i64 = 2_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// The newest first.
    #[default]
    Recent,
    /// Those first that are most likely to be wanted.
    Priority,
}

/// Which requests somebody wants to see.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// `pending` without it; `declined` and so on for what was answered.
    pub state: Option<String>,
    pub folder: Option<String>,
    /// Part of the sender's id or name.
    pub sender: Option<String>,
    /// A word of the first messages, or of the group's name. What is encrypted can't be searched here.
    pub keyword: Option<String>,
    pub unread: Option<bool>,
    pub direct: Option<bool>,
    /// The least that a request must be likely to be wanted.
    pub min_priority: u8,
    pub sort: Sort,
    /// How many to pass over.
    pub offset: usize,
    pub limit: usize,
}

impl Wanted {
    /// Whether each request has to be described before it is known whether, and where, it is on the page.
    fn looks_inside(&self) -> bool {
        self.sender.is_some()
            || self.keyword.is_some()
            || self.min_priority > 0
            || self.sort == Sort::Priority
    }
}

/// A request in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    pub room_id: OwnedRoomId,
    pub sender: OwnedUserId,
    pub state: String,
    pub folder: String,
    pub direct: bool,
    pub stranger: bool,
    pub unread: bool,
    /// Milliseconds since 1970.
    pub created_ts: i64,
    pub expires_ts: Option<i64>,
    /// 0 to 100; how likely it is to be wanted, from what is known of the sender alone.
    pub priority: u8,
    pub encrypted: bool,
    /// The room's name, where it has one.
    pub name: Option<String>,
    pub members: usize,
    /// The newest text, cut short; absent where it is encrypted or there is none.
    pub snippet: Option<String>,
    pub facts: Facts,
    /// What the sender has said, as far as it can be read.
    texts: Vec<String>,
}

/// Lists requests; answers also how many there are in all.
pub async fn list(hs: &Homeserver, session: &Session, wanted: &Wanted) -> Result<(Vec<Listed>, usize)> {
    messages::catch_up(hs, session.user).await;
    let (user, state) = (session.user, wanted.state.clone().unwrap_or_else(|| "pending".to_owned()));
    let requests = hs
        .store
        .read(Side::User(user), async move |tx| store::list(tx, user, &state, LOOKED_AT_MAX).await)
        .await?;
    let requests: Vec<Request> = requests.into_iter().filter(|request| fits(wanted, request)).collect();
    if !wanted.looks_inside() {
        let total = requests.len();
        let mut page = Vec::new();
        for request in requests.into_iter().skip(wanted.offset).take(wanted.limit) {
            page.push(describe(hs, session, request).await?);
        }
        return Ok((page, total));
    }
    let mut found = Vec::new();
    for request in requests {
        // Reading from SQLite never waits, so a long list has to make room for others by itself.
        tokio::task::consume_budget().await;
        let listed = describe(hs, session, request).await?;
        if listed.priority >= wanted.min_priority && matches_words(wanted, &listed) {
            found.push(listed);
        }
    }
    if wanted.sort == Sort::Priority {
        found.sort_by_key(|listed| std::cmp::Reverse((listed.priority, listed.created_ts)));
    }
    let total = found.len();
    Ok((found.into_iter().skip(wanted.offset).take(wanted.limit).collect(), total))
}

fn fits(wanted: &Wanted, request: &Request) -> bool {
    wanted.folder.as_ref().is_none_or(|folder| *folder == request.folder)
        && wanted.unread.is_none_or(|unread| unread == request.unread)
        && wanted.direct.is_none_or(|direct| direct == request.direct)
}

fn matches_words(wanted: &Wanted, listed: &Listed) -> bool {
    let has = |text: &str, part: &str| text.to_lowercase().contains(&part.to_lowercase());
    let sender = wanted.sender.as_ref().is_none_or(|part| {
        has(listed.sender.as_str(), part)
            || listed.facts.display_name.as_deref().is_some_and(|name| has(name, part))
    });
    let keyword = wanted
        .keyword
        .as_ref()
        .is_none_or(|part| listed.texts.iter().chain(&listed.name).any(|text| has(text, part)));
    sender && keyword
}

pub(super) async fn describe(hs: &Homeserver, session: &Session, request: Request) -> Result<Listed> {
    let room = rooms::load(hs, request.room).await?;
    let facts = facts::facts(hs, session.user, request.sender).await?;
    let name: Option<serde_json::Value> = room.state.get("m.room.name", "").and_then(|pdu| pdu.content_as());
    let texts = match request.direct {
        true => preview::texts(hs, &room, &request.sender_id).await?,
        false => Vec::new(),
    };
    Ok(Listed {
        room_id: room.room_id.clone(),
        sender: facts::sender_id(hs, request.sender).await?,
        priority: priority(&request, &facts),
        encrypted: room.is_encrypted(),
        name: name.and_then(|content| Some(content.get("name")?.as_str()?.to_owned())),
        members: room.state.count("join"),
        snippet: texts.first().map(|text| preview::snippet(text)),
        facts,
        texts,
        state: request.state,
        folder: request.folder,
        direct: request.direct,
        stranger: request.stranger,
        unread: request.unread,
        created_ts: request.created_ts,
        expires_ts: (request.expires_ts > 0).then_some(request.expires_ts),
    })
}

/// Known people first, then those whom the platform or common rooms vouch for. Neither age nor money counts.
fn priority(request: &Request, facts: &Facts) -> u8 {
    let mut points: usize = match request.folder.as_str() {
        "inbox" => 60,
        "requests" => 30,
        _ => 0,
    };
    points += if request.stranger { 0 } else { 20 };
    points += if facts.verified { 10 } else { 0 };
    points += (facts.shared_rooms * 3 + facts.mutuals).min(10);
    u8::try_from(points.min(100)).unwrap_or(100)
}
