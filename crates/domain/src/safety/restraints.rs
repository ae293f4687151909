//! What somebody has set against others, beside blocking them: restricted and muted people, whose invites they take, and
//! words that they don't want to read. All of it is account data, so that every device of theirs knows it.

use std::collections::BTreeMap;

use aside_model::safety::WordFilter;
use aside_model::safety::invites::{InviteAction, InviteRules};
use aside_store::{Side, account_data as store};
use ruma::{OwnedUserId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::account_data::{self, GLOBAL};
use crate::accounts::{self, Session};
use crate::per_user::PerUser;
use crate::relations::{Edge, RelationKind};
use crate::{Error, Homeserver, Result, UserNum};

use super::filters::{WORD_FILTERS, phrases_of};

/// The account data that holds restricted and muted people, by kind and user id.
const RESTRAINTS: &str = "org.aside.restraints";
const INVITE_CONFIG: &str = "m.invite_permission_config";
const INVITE_FILTERS: &str = "org.matrix.msc4155.invite_permission_config";
/// People that somebody may restrict, and as many that they may mute.
const PEOPLE_MAX: usize = 10_000;

/// How somebody keeps another person at a distance without blocking them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Restraint {
    /// What they say waits apart and notifies nobody; they don't see receipts, typing and presence.
    Restrict,
    /// What they say notifies nobody.
    Mute,
}

impl Restraint {
    fn key(self) -> &'static str {
        match self {
            Restraint::Restrict => "restricted",
            Restraint::Mute => "muted",
        }
    }

    fn relation(self) -> RelationKind {
        match self {
            Restraint::Restrict => RelationKind::Restrict,
            Restraint::Mute => RelationKind::Mute,
        }
    }
}

/// Everything of a user that is looked at while others do something.
#[derive(Debug, Default)]
pub(crate) struct Restraints {
    restricted: BTreeMap<OwnedUserId, i64>,
    muted: BTreeMap<OwnedUserId, i64>,
    invites: InviteRules,
    pub(crate) words: WordFilter,
}

impl Restraints {
    fn of(&self, kind: Restraint) -> &BTreeMap<OwnedUserId, i64> {
        match kind {
            Restraint::Restrict => &self.restricted,
            Restraint::Mute => &self.muted,
        }
    }

    pub(crate) fn restricts(&self, user_id: &UserId) -> bool {
        self.restricted.contains_key(user_id)
    }

    /// Whether what somebody says notifies nobody.
    pub(crate) fn is_quiet(&self, user_id: &UserId) -> bool {
        self.muted.contains_key(user_id) || self.restricts(user_id)
    }

    pub(crate) fn judge_invite(&self, user_id: &UserId) -> InviteAction {
        self.invites.judge(user_id.as_str())
    }
}

/// The restraints of each user.
pub(crate) struct RestraintCache(PerUser<Restraints>);

impl RestraintCache {
    pub(crate) fn new(shared: bool) -> Self {
        RestraintCache(PerUser::new(shared))
    }

    /// To be called once global account data of this type was set.
    pub(crate) fn changed(&self, user: UserNum, kind: &str) {
        if matches!(kind, RESTRAINTS | INVITE_CONFIG | INVITE_FILTERS | WORD_FILTERS) {
            self.0.forget(user);
        }
    }
}

/// What a user has set against others.
pub(crate) async fn restraints(hs: &Homeserver, user: UserNum) -> Result<std::sync::Arc<Restraints>> {
    let read = async {
        let found = hs.store.read(Side::User(user), async move |tx| {
            let mut found = BTreeMap::new();
            for kind in [RESTRAINTS, INVITE_CONFIG, INVITE_FILTERS, WORD_FILTERS] {
                let data = store::find(tx, user, GLOBAL, kind).await?;
                found.extend(data.map(|data| (kind, data.content)));
            }
            Ok(found)
        });
        let found = found.await?;
        let content = |kind: &str| found.get(kind).map(String::as_str);
        let people = read_people(content(RESTRAINTS));
        let phrases = phrases_of(content(WORD_FILTERS));
        Ok(Restraints {
            restricted: people_of(&people, Restraint::Restrict),
            muted: people_of(&people, Restraint::Mute),
            invites: InviteRules::parse(content(INVITE_CONFIG), content(INVITE_FILTERS)),
            words: WordFilter::new(phrases.iter().map(String::as_str)),
        })
    };
    hs.restraints.0.get(user, read).await
}

fn read_people(content: Option<&str>) -> Map<String, Value> {
    content.and_then(|content| serde_json::from_str(content).ok()).unwrap_or_default()
}

/// Clients may write the list too; what can't be understood of it restrains nobody.
fn people_of(content: &Map<String, Value>, kind: Restraint) -> BTreeMap<OwnedUserId, i64> {
    let listed = content.get(kind.key()).and_then(Value::as_object).into_iter().flatten();
    let person = |(user_id, about): (&String, &Value)| {
        Some((UserId::parse(user_id).ok()?, about["since_ts"].as_i64().unwrap_or(0)))
    };
    listed.filter_map(person).collect()
}

/// Restricts or mutes somebody; doing it again changes nothing.
///
/// # Errors
/// [`Error::NotFound`] where there is no such person, [`Error::Invalid`] for oneself, [`Error::TooLarge`].
pub async fn put_restraint(
    hs: &Homeserver,
    session: &Session,
    kind: Restraint,
    user_id: &UserId,
) -> Result<()> {
    if session.user_id == user_id {
        return Err(Error::invalid("user_id", "that is you"));
    }
    let other = accounts::find_user_num(hs, user_id).await?.ok_or(Error::NotFound("user"))?;
    add(hs, session.user, kind, user_id, other).await
}

/// As [`put_restraint`], on behalf of a user whose platform says so.
pub(crate) async fn add(
    hs: &Homeserver,
    user: UserNum,
    kind: Restraint,
    user_id: &UserId,
    other: UserNum,
) -> Result<()> {
    let (key, name, now) = (kind.key(), user_id.to_string(), hs.clock.now_ms());
    account_data::change(hs, user, GLOBAL, RESTRAINTS, move |content| {
        let mut content = read_people(content.as_deref());
        let people = content.entry(key).or_insert_with(|| json!({}));
        let Some(people) = people.as_object_mut() else { return Ok(None) };
        if people.contains_key(&name) {
            return Ok(None);
        }
        if people.len() >= PEOPLE_MAX {
            return Err(Error::TooLarge(format!("you have {PEOPLE_MAX} people on this list already")));
        }
        people.insert(name.clone(), json!({ "since_ts": now }));
        Ok(Some(Value::Object(content).to_string()))
    })
    .await?;
    Edge::new(kind.relation(), user, other, now).put(hs).await
}

/// Takes a restriction or a mute back; one that isn't there is no error.
pub async fn remove_restraint(
    hs: &Homeserver,
    session: &Session,
    kind: Restraint,
    user_id: &UserId,
) -> Result<()> {
    remove(hs, session.user, kind, user_id).await
}

/// As [`remove_restraint`], on behalf of a user.
pub(crate) async fn remove(hs: &Homeserver, user: UserNum, kind: Restraint, user_id: &UserId) -> Result<()> {
    let (key, name) = (kind.key(), user_id.to_string());
    account_data::change(hs, user, GLOBAL, RESTRAINTS, move |content| {
        let mut content = read_people(content.as_deref());
        let people = content.get_mut(key).and_then(Value::as_object_mut);
        let was_there = people.is_some_and(|people| people.remove(&name).is_some());
        Ok(was_there.then(|| Value::Object(content).to_string()))
    })
    .await?;
    let Some(other) = accounts::find_user_num(hs, user_id).await? else { return Ok(()) };
    Edge::new(kind.relation(), user, other, hs.clock.now_ms()).delete(hs).await
}

/// Whom the session's user restricts and mutes, with since when (milliseconds since 1970).
pub async fn list_restraints(
    hs: &Homeserver,
    session: &Session,
) -> Result<Vec<(Restraint, OwnedUserId, i64)>> {
    let restraints = restraints(hs, session.user).await?;
    let of = |kind: Restraint| {
        restraints
            .of(kind)
            .iter()
            .map(move |(user_id, since)| (kind, user_id.clone(), *since))
            .collect::<Vec<_>>()
    };
    Ok([of(Restraint::Restrict), of(Restraint::Mute)].concat())
}
