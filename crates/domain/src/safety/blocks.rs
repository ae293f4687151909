//! Whom somebody blocks, and what follows at once from blocking them.

use aside_store::{Side, complaints, queue};
use ruma::{OwnedUserId, UserId};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::account_data::{self, GLOBAL, IGNORED_USER_LIST, ignored};
use crate::accounts::{self, Session};
use crate::relations::{Edge, RelationKind};
use crate::{Error, Homeserver, Result, UserNum, requests, rooms, to_device};

/// People that somebody may block.
const BLOCKS_MAX: usize = 10_000;
/// People that one change of the list adds or takes away, whose effects are worked out.
const NEW_BLOCKS_MAX: usize = 1_000;
/// Where an entry of the list says since when it is there.
const SINCE: &str = "org.aside.since_ts";
/// How long a block counts against who was blocked.
const COMPLAINTS_KEPT_MS: i64 = 90 * 24 * 3_600_000;

/// Somebody who is blocked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub user_id: OwnedUserId,
    /// Milliseconds since 1970; `None` where another client blocked them, which doesn't say when.
    pub since_ts: Option<i64>,
}

/// Blocks somebody; doing it again changes nothing.
///
/// # Errors
/// [`Error::NotFound`] where there is no such person, [`Error::Invalid`] for oneself, [`Error::TooLarge`].
pub async fn block(hs: &Homeserver, session: &Session, user_id: &UserId) -> Result<()> {
    if session.user_id == user_id {
        return Err(Error::invalid("user_id", "that is you"));
    }
    let other = accounts::find_user_num(hs, user_id).await?.ok_or(Error::NotFound("user"))?;
    add(hs, session.user, user_id, other).await
}

/// As [`block`], on behalf of a user whose platform says that they have blocked somebody.
pub(crate) async fn add(hs: &Homeserver, user: UserNum, blocked_id: &UserId, blocked: UserNum) -> Result<()> {
    let (name, now) = (blocked_id.to_string(), hs.clock.now_ms());
    account_data::change(hs, user, GLOBAL, IGNORED_USER_LIST, move |content| {
        let mut content = read(content.as_deref());
        let people = content.entry("ignored_users").or_insert_with(|| json!({}));
        if !people.is_object() {
            *people = json!({});
        }
        let Some(people) = people.as_object_mut() else { return Ok(None) };
        if people.contains_key(&name) {
            return Ok(None);
        }
        if people.len() >= BLOCKS_MAX {
            return Err(Error::TooLarge(format!("you have blocked {BLOCKS_MAX} people already")));
        }
        people.insert(name.clone(), json!({ SINCE: now }));
        Ok(Some(Value::Object(content).to_string()))
    })
    .await?;
    take_effect(hs, user, blocked_id, blocked).await
}

/// Takes a block back; one that isn't there is no error. What was said meanwhile stays withheld, the keys to what will be said come.
pub async fn unblock(hs: &Homeserver, session: &Session, user_id: &UserId) -> Result<()> {
    remove(hs, session.user, user_id).await
}

/// As [`unblock`], on behalf of a user.
pub(crate) async fn remove(hs: &Homeserver, user: UserNum, user_id: &UserId) -> Result<()> {
    let name = user_id.to_string();
    account_data::change(hs, user, GLOBAL, IGNORED_USER_LIST, move |content| {
        let mut content = read(content.as_deref());
        let people = content.get_mut("ignored_users").and_then(Value::as_object_mut);
        let was_there = people.is_some_and(|people| people.remove(&name).is_some());
        Ok(was_there.then(|| Value::Object(content).to_string()))
    })
    .await?;
    lift(hs, user, user_id).await
}

/// The block as a relation between the two, by which the policy knows it.
fn edge(hs: &Homeserver, user: UserNum, blocked: UserNum) -> Edge {
    Edge::new(RelationKind::Block, user, blocked, hs.clock.now_ms())
}

/// Whom the session's user blocks, in the order of their ids.
pub async fn blocks(hs: &Homeserver, session: &Session) -> Result<Vec<Block>> {
    let content = account_data::find(hs, session.user, GLOBAL, IGNORED_USER_LIST).await?;
    let content = read(content.as_deref());
    let people = content.get("ignored_users").and_then(Value::as_object).into_iter().flatten();
    let mut blocks: Vec<Block> = people
        .filter_map(|(user_id, about)| {
            Some(Block { user_id: UserId::parse(user_id).ok()?, since_ts: about[SINCE].as_i64() })
        })
        .collect();
    blocks.sort_by(|one, other| one.user_id.cmp(&other.user_id));
    Ok(blocks)
}

/// How many people blocked a user since a time (milliseconds since 1970); a number for limits, not for eyes.
pub async fn blocks_since(hs: &Homeserver, user: UserNum, since_ts: i64) -> Result<i64> {
    let count = hs.store.read(Side::User(user), async move |tx| {
        complaints::count_since(tx, user, complaints::Kind::Block, since_ts).await
    });
    Ok(count.await?)
}

/// Takes over the list as one of the user's clients wrote it, with the effects of blocking for whoever is new on it.
///
/// # Errors
/// As [`account_data::put`].
pub(crate) async fn set_ignored(hs: &Homeserver, session: &Session, content: &RawValue) -> Result<()> {
    let before = ignored(hs, session.user).await?;
    account_data::set(hs, session.user, GLOBAL, IGNORED_USER_LIST, content.get().to_owned()).await?;
    let after = ignored(hs, session.user).await?;
    let new: Vec<&OwnedUserId> = after.difference(&before).take(NEW_BLOCKS_MAX).collect();
    for user_id in new {
        if let Some(other) =
            accounts::find_user_num(hs, user_id).await?.filter(|other| *other != session.user)
        {
            take_effect(hs, session.user, user_id, other).await?;
        }
    }
    for user_id in before.difference(&after).take(NEW_BLOCKS_MAX) {
        lift(hs, session.user, user_id).await?;
    }
    Ok(())
}

fn read(content: Option<&str>) -> Map<String, Value> {
    content.and_then(|content| serde_json::from_str(content).ok()).unwrap_or_default()
}

/// Clears what the blocked person has asked for and still waits, and notes the block against them.
async fn take_effect(hs: &Homeserver, user: UserNum, blocked_id: &UserId, blocked: UserNum) -> Result<()> {
    let now = hs.clock.now_ms();
    edge(hs, user, blocked).put(hs).await?;
    hs.store
        .write(Side::User(blocked), async move |tx| {
            let before = now - COMPLAINTS_KEPT_MS;
            complaints::put(tx, blocked, user, complaints::Kind::Block, now, before).await
        })
        .await?;
    clear_invites(hs, user, blocked_id).await
}

/// What follows once somebody is blocked no longer.
async fn lift(hs: &Homeserver, user: UserNum, user_id: &UserId) -> Result<()> {
    let Some(other) = accounts::find_user_num(hs, user_id).await? else { return Ok(()) };
    edge(hs, user, other).delete(hs).await?;
    to_device::release(hs, user, user_id).await
}

/// The invite stays where the inviter sees it, and is gone for the invited: they are not told of a refusal.
async fn clear_invites(hs: &Homeserver, user: UserNum, inviter: &UserId) -> Result<()> {
    let user_rooms =
        hs.store.read(Side::User(user), async move |tx| queue::list_user_rooms(tx, user).await).await?;
    let own_id = accounts::user_id(hs, user).await?;
    for user_room in user_rooms.iter().filter(|user_room| user_room.membership == "invite") {
        let room = rooms::load(hs, user_room.room).await?;
        let invite = room.state.get("m.room.member", own_id.as_str());
        if invite.is_some_and(|invite| invite.sender == inviter) {
            requests::silently(hs, user, user_room.room, "blocked").await?;
        }
    }
    Ok(())
}
