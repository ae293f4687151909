//! What the platform's own backend says about people, many at a time. Everything can be repeated: the same call twice is
//! the same as once.

use std::collections::BTreeMap;

use aside_model::relation::{Date, Facts, RelationKind};
use aside_store::{Side, facts as store};
use futures_util::{StreamExt, TryStreamExt, stream};
use ruma::{OwnedUserId, UserId};

use super::write::{Edge, Half};
use crate::operators::Service;
use crate::{Error, Homeserver, Result, UserNum, accounts, safety};

/// Relations or people of one call.
const UPDATES_MAX: usize = 10_000;
/// Rows written in one transaction, and transactions at the same time: what the database may commit together, while
/// somebody's message waits.
const ROWS_AT_ONCE: usize = 100;
const SIDES_AT_ONCE: usize = 32;
const ITEM_BYTES_MAX: usize = 255;
const LABEL_CHARS_MAX: usize = 255;
const BADGES_MAX: usize = 16;
const BADGE_BYTES_MAX: usize = 64;

/// A relation that is to be, or not to be any more.
#[derive(Debug, Clone)]
pub struct RelationUpdate {
    pub kind: RelationKind,
    pub from: OwnedUserId,
    /// Needed where the kind ties to a person.
    pub to: Option<OwnedUserId>,
    /// The id of the group, organisation, listing or order, where the kind has one.
    pub item: Option<String>,
    pub label: Option<String>,
    pub committed: bool,
    /// Whether the same holds the other way. Some kinds always do.
    pub mutual: bool,
    /// Milliseconds since 1970; the present where it isn't said and the relation is new.
    pub since_ms: Option<i64>,
    pub until_ms: Option<i64>,
}

/// What became of a call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Updates that hold now.
    pub written: usize,
    /// Numbers of updates, from 0, about people who are not users here.
    pub skipped: Vec<usize>,
}

/// Deletes relations, then writes others. Updates about people who are not users here are left out.
///
/// # Errors
/// [`Error::TooLarge`] for too many; [`Error::Invalid`] where one can't be, and then nothing is done.
pub async fn write_relations(
    hs: &Homeserver,
    _: &Service,
    put: Vec<RelationUpdate>,
    delete: Vec<RelationUpdate>,
) -> Result<(Written, Written)> {
    if put.len() + delete.len() > UPDATES_MAX {
        return Err(too_many());
    }
    put.iter().chain(&delete).try_for_each(check)?;
    let (deleted, to_delete) = halves(hs, &delete).await?;
    write(hs, to_delete, false).await?;
    keep_away(hs, &delete, false).await?;
    let (written, to_put) = halves(hs, &put).await?;
    write(hs, to_put, true).await?;
    keep_away(hs, &put, true).await?;
    Ok((written, deleted))
}

/// Who keeps whom away stands on the people's own lists, too.
async fn keep_away(hs: &Homeserver, updates: &[RelationUpdate], holds: bool) -> Result<()> {
    for update in updates.iter().filter(|update| safety::keeps_away(update.kind)) {
        let Some(to) = &update.to else { continue };
        let both = [(&update.from, to), (to, &update.from)];
        for (from, to) in both.into_iter().take(if update.mutual { 2 } else { 1 }) {
            let (Some(user), Some(other)) =
                (accounts::find_user_num(hs, from).await?, accounts::find_user_num(hs, to).await?)
            else {
                continue;
            };
            safety::follow_platform(hs, update.kind, user, (to, other), holds).await?;
        }
    }
    Ok(())
}

fn too_many() -> Error {
    Error::TooLarge(format!("one call takes at most {UPDATES_MAX}"))
}

fn check(update: &RelationUpdate) -> Result<()> {
    let RelationUpdate { kind, from, to, item, label, .. } = update;
    let name = kind.as_str();
    match to {
        Some(_) if kind.is_affiliation() => {
            return Err(Error::invalid("to", format!("{name} is with an item, not with a person")));
        }
        None if !kind.is_affiliation() => return Err(Error::invalid("to", format!("{name} needs one"))),
        Some(to) if to == from => return Err(Error::invalid("to", "is the same as from")),
        _ => {}
    }
    match item {
        Some(_) if !kind.has_item() => return Err(Error::invalid("item", format!("{name} has none"))),
        None if kind.has_item() => return Err(Error::invalid("item", format!("{name} needs one"))),
        Some(item) if item.is_empty() || item.len() > ITEM_BYTES_MAX => {
            return Err(Error::invalid("item", format!("must have 1 to {ITEM_BYTES_MAX} bytes")));
        }
        _ => {}
    }
    if label.as_ref().is_some_and(|label| label.chars().count() > LABEL_CHARS_MAX) {
        return Err(Error::invalid("label", format!("has more than {LABEL_CHARS_MAX} characters")));
    }
    Ok(())
}

/// What is to be written to each side.
type Halves = BTreeMap<UserNum, Vec<Half>>;

async fn halves(hs: &Homeserver, updates: &[RelationUpdate]) -> Result<(Written, Halves)> {
    let (mut written, mut halves) = (Written::default(), Halves::new());
    for (number, update) in updates.iter().enumerate() {
        // Names are mostly at hand, so a long list has to make room for others by itself.
        tokio::task::consume_budget().await;
        let Some(edge) = edge(hs, update).await? else {
            written.skipped.push(number);
            continue;
        };
        written.written += 1;
        let reversed = edge.reversed().filter(|_| update.mutual || update.kind.is_shared());
        for edge in [Some(edge), reversed].into_iter().flatten() {
            for half in [edge.copy(), Some(edge.outgoing())].into_iter().flatten() {
                halves.entry(half.user).or_default().push(half);
            }
        }
    }
    Ok((written, halves))
}

async fn edge(hs: &Homeserver, update: &RelationUpdate) -> Result<Option<Edge>> {
    let Some(from) = accounts::find_user_num(hs, &update.from).await? else { return Ok(None) };
    let to = match &update.to {
        Some(to) => match accounts::find_user_num(hs, to).await? {
            Some(to) => Some(to),
            None => return Ok(None),
        },
        None => None,
    };
    Ok(Some(Edge {
        kind: update.kind,
        from,
        to,
        item: update.item.clone().unwrap_or_default(),
        label: update.label.clone(),
        committed: update.committed,
        since_ms: update.since_ms.unwrap_or_else(|| hs.clock.now_ms()),
        until_ms: update.until_ms,
    }))
}

/// Puts or deletes, each side by itself and a bounded number of rows at a time.
async fn write(hs: &Homeserver, halves: Halves, is_put: bool) -> Result<()> {
    let people: Vec<UserNum> = halves.keys().copied().collect();
    let batches = halves.into_iter().flat_map(|(user, halves)| {
        let mut rest = halves.into_iter();
        let next = move || {
            let batch: Vec<Half> = rest.by_ref().take(ROWS_AT_ONCE).collect();
            (!batch.is_empty()).then_some((user, batch))
        };
        std::iter::from_fn(next)
    });
    let written = batches.map(|(user, batch)| {
        hs.store.write(Side::User(user), async move |tx| {
            for half in &batch {
                if is_put { half.put(tx).await? } else { half.delete(tx).await? }
            }
            Ok(())
        })
    });
    let done = stream::iter(written).buffer_unordered(SIDES_AT_ONCE).try_collect::<()>().await;
    for user in people {
        hs.circles.forget(user);
    }
    Ok(done?)
}

/// What is to be known of somebody. `None` leaves it as it is, `Some(None)` forgets it.
#[derive(Debug, Clone, Default)]
pub struct PersonUpdate {
    /// A day such as `2001-02-28`.
    pub birth_date: Option<Option<String>>,
    /// The youngest and oldest age, where the birth date is not to be stored.
    pub age_band: Option<Option<(u8, u8)>>,
    pub verified: Option<bool>,
    pub badges: Option<Vec<String>>,
    pub page: Option<bool>,
    pub open: Option<bool>,
    /// When the account came to whoever has it now, in milliseconds since 1970.
    pub trust_from_ms: Option<Option<i64>>,
}

/// Notes what the platform knows of people. Those who are not users here are left out.
///
/// # Errors
/// [`Error::TooLarge`] for too many; [`Error::Invalid`] where something can't be, and then nothing is done.
pub async fn write_people(
    hs: &Homeserver,
    _: &Service,
    updates: Vec<(OwnedUserId, PersonUpdate)>,
) -> Result<Written> {
    if updates.len() > UPDATES_MAX {
        return Err(too_many());
    }
    updates.iter().try_for_each(|(_, update)| check_person(update))?;
    let mut by_user: BTreeMap<UserNum, Vec<PersonUpdate>> = BTreeMap::new();
    let mut written = Written::default();
    for (number, (user_id, update)) in updates.into_iter().enumerate() {
        tokio::task::consume_budget().await;
        match accounts::find_user_num(hs, &user_id).await? {
            Some(user) => by_user.entry(user).or_default().push(update),
            None => written.skipped.push(number),
        }
        written.written = number + 1 - written.skipped.len();
    }
    let noted = by_user.into_iter().map(|(user, updates)| {
        hs.store.write(Side::User(user), async move |tx| {
            let mut facts = store::find(tx, user).await?.unwrap_or_default();
            updates.iter().for_each(|update| update.apply(&mut facts));
            store::put(tx, user, &facts).await
        })
    });
    stream::iter(noted).buffer_unordered(SIDES_AT_ONCE).try_collect::<()>().await?;
    Ok(written)
}

fn check_person(update: &PersonUpdate) -> Result<()> {
    if let Some(Some(date)) = &update.birth_date
        && date.parse::<Date>().is_err()
    {
        return Err(Error::invalid("birth_date", "is not a day such as 2001-02-28"));
    }
    if let Some(Some((min, max))) = update.age_band
        && min > max
    {
        return Err(Error::invalid("age_band", "its youngest age is above its oldest"));
    }
    let badges = update.badges.as_deref().unwrap_or_default();
    let is_name = |badge: &String| !badge.is_empty() && badge.len() <= BADGE_BYTES_MAX;
    if badges.len() > BADGES_MAX || !badges.iter().all(is_name) {
        let reason = format!("at most {BADGES_MAX} names, each of 1 to {BADGE_BYTES_MAX} bytes");
        return Err(Error::invalid("badges", reason));
    }
    Ok(())
}

impl PersonUpdate {
    fn apply(&self, facts: &mut store::Facts) {
        if let Some(birth_date) = &self.birth_date {
            facts.birth_date.clone_from(birth_date);
        }
        if let Some(band) = self.age_band {
            facts.age_min = band.map(|(min, _)| i64::from(min));
            facts.age_max = band.map(|(_, max)| i64::from(max));
        }
        if let Some(badges) = &self.badges {
            facts.badges = serde_json::to_string(badges).ok().filter(|_| !badges.is_empty());
        }
        facts.verified = self.verified.unwrap_or(facts.verified);
        facts.page = self.page.unwrap_or(facts.page);
        facts.open = self.open.unwrap_or(facts.open);
        facts.trust_from_ts = self.trust_from_ms.unwrap_or(facts.trust_from_ts);
    }
}

/// What is known of somebody, for the operator's backend.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_facts(hs: &Homeserver, _: &Service, user_id: &UserId) -> Result<Facts> {
    let user = accounts::find_user_num(hs, user_id).await?.ok_or(Error::NotFound("user"))?;
    super::facts(hs, user).await
}
