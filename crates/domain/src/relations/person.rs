//! What helps to judge somebody whom one doesn't know: whether they are who they say, whom both know, what both belong to,
//! and for how long the account has been theirs.

use std::collections::{BTreeMap, BTreeSet};

use aside_model::relation::RelationKind;
use aside_store::{Side, facts as store_facts, profiles, queue, ties, users};
use ruma::{OwnedUserId, UserId};

use super::{circle, facts};
use crate::accounts::{self, Profile, Session};
use crate::privacy::{self, Aspect};
use crate::{Error, Homeserver, Limited, Result, UserNum};

/// People whom both know that are named.
const SAMPLE_MAX: usize = 5;
/// Groups that both are in that are named.
const GROUPS_MAX: usize = 20;
const MS_OF_DAY: i64 = 24 * 60 * 60 * 1000;

/// Somebody, as far as the one who asks may know.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    pub user_id: OwnedUserId,
    /// Name and picture, and the rest where they show it.
    pub profile: Profile,
    pub verified: bool,
    pub badges: Vec<String>,
    pub is_page: bool,
    /// The day since which the account has belonged to whoever has it now, as its first millisecond since 1970.
    pub account_since_ms: i64,
    /// `None` where they don't show it.
    pub common: Option<Common>,
    /// What the one who asks is to them.
    pub you: BTreeSet<RelationKind>,
    /// What they are to the one who asks, as far as that is told.
    pub they: BTreeSet<RelationKind>,
}

/// What two people have in common.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Common {
    /// People whom both know.
    pub mutual_count: usize,
    /// Some of them.
    pub mutual_sample: Vec<OwnedUserId>,
    /// Groups and organisations of the platform: kind, id, and what people call it.
    pub groups: Vec<(RelationKind, String, Option<String>)>,
    /// Conversations that both are in.
    pub rooms: usize,
}

/// Shows somebody.
///
/// # Errors
/// [`Error::NotFound`] where there is no such person, or not any more; [`Error::LimitExceeded`].
pub async fn find_person(hs: &Homeserver, session: &Session, user_id: &UserId) -> Result<Person> {
    hs.limit(Limited::Other, session.user_id.as_str())?;
    let nobody = || Error::NotFound("user");
    let user = accounts::find_user_num(hs, user_id).await?.ok_or_else(nobody)?;
    let found = hs
        .store
        .read(Side::User(user), async move |tx| {
            let Some(account) = users::find(tx, user).await?.filter(|user| !user.deactivated) else {
                return Ok(None);
            };
            Ok(Some((
                account.created_ts,
                profiles::list(tx, user).await?,
                store_facts::find(tx, user).await?,
            )))
        })
        .await?;
    let (created_ts, fields, known) = found.ok_or_else(nobody)?;
    let facts = facts::of_stored(created_ts, known.unwrap_or_default(), hs.clock.now_ms());
    let is_shown =
        privacy::is_shown(hs, Aspect::Details, Some((session.user, &session.user_id)), user).await?;
    let mut profile = Profile::of_stored(fields);
    if !is_shown {
        profile.hide_details();
    }
    let (you, they) = relations_with(hs, session.user, user).await?;
    let common = match is_shown && user != session.user {
        true => Some(common(hs, session.user, user).await?),
        false => None,
    };
    Ok(Person {
        user_id: user_id.to_owned(),
        profile,
        verified: facts.verified,
        badges: facts.badges,
        is_page: facts.is_page,
        account_since_ms: facts.trust_from_ms - facts.trust_from_ms.rem_euclid(MS_OF_DAY),
        common,
        you,
        they,
    })
}

/// What somebody's own side knows of another: what they say, and what the other one says and doesn't keep to themselves.
async fn relations_with(
    hs: &Homeserver,
    user: UserNum,
    other: UserNum,
) -> Result<(BTreeSet<RelationKind>, BTreeSet<RelationKind>)> {
    let found =
        hs.store.read(Side::User(user), async move |tx| ties::list_with(tx, user, other).await).await?;
    let (mut you, mut they) = (BTreeSet::new(), BTreeSet::new());
    let lasting = |until_ts: Option<i64>| until_ts.is_none_or(|until_ts| until_ts > hs.clock.now_ms());
    for tie in found.into_iter().filter(|tie| lasting(tie.until_ts) && !tie.declined) {
        match RelationKind::parse(&tie.kind) {
            Some(kind) if tie.outgoing => drop(you.insert(kind)),
            Some(kind) if kind.is_told() => drop(they.insert(kind)),
            _ => {}
        }
    }
    // Both know of a match, so both know of the likes that made it.
    if you.contains(&RelationKind::Like) && super::between(hs, user, other).await?.is_matched() {
        they.insert(RelationKind::Like);
    }
    Ok((you, they))
}

async fn common(hs: &Homeserver, user: UserNum, other: UserNum) -> Result<Common> {
    let (mine, theirs) = (circle(hs, user).await?, circle(hs, other).await?);
    let mutual: Vec<UserNum> = mine
        .iter()
        .copied()
        .filter(|person| theirs.binary_search(person).is_ok() && ![user, other].contains(person))
        .collect();
    let mut mutual_sample = Vec::new();
    for person in mutual.iter().take(SAMPLE_MAX) {
        mutual_sample.push(accounts::user_id(hs, *person).await?);
    }
    let (mine, theirs) = (groups(hs, user).await?, groups(hs, other).await?);
    let groups = mine.into_iter().filter(|(group, _)| theirs.contains_key(group)).take(GROUPS_MAX);
    let (my_rooms, their_rooms) = (rooms(hs, user).await?, rooms(hs, other).await?);
    Ok(Common {
        mutual_count: mutual.len(),
        mutual_sample,
        groups: groups.map(|((kind, item), label)| (kind, item, label)).collect(),
        rooms: my_rooms.intersection(&their_rooms).count(),
    })
}

/// What somebody belongs to.
async fn groups(hs: &Homeserver, user: UserNum) -> Result<BTreeMap<(RelationKind, String), Option<String>>> {
    let nobody = UserNum(0);
    let found =
        hs.store.read(Side::User(user), async move |tx| ties::list_with(tx, user, nobody).await).await?;
    let group = |tie: ties::Tie| Some(((RelationKind::parse(&tie.kind)?, tie.item), tie.label));
    Ok(found.into_iter().filter_map(group).collect())
}

async fn rooms(hs: &Homeserver, user: UserNum) -> Result<BTreeSet<crate::RoomNum>> {
    let found =
        hs.store.read(Side::User(user), async move |tx| queue::list_user_rooms(tx, user).await).await?;
    Ok(found.into_iter().filter(|room| room.membership == "join").map(|room| room.room).collect())
}
