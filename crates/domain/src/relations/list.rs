//! Listing relations: one's own, and those that point at one.

use aside_model::relation::RelationKind;
use aside_store::{Side, ties};
use ruma::{OwnedUserId, UserId};

use crate::accounts::{self, Session};
use crate::operators::Service;
use crate::{Error, Homeserver, Limited, Result, UserNum};

/// Which way the relations go that are to be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From the one who lists them.
    Out,
    /// Towards the one who lists them.
    In,
}

/// Which relations are to be listed.
#[derive(Debug, Clone)]
pub struct Which {
    pub kind: RelationKind,
    pub way: Way,
    /// Only those that one has said and the other has not: a page may then hold fewer than there would be place for.
    pub pending: bool,
    /// Where the page before said that this one begins; the first page without it.
    pub from: Option<String>,
    /// How many at most.
    pub limit: usize,
}

/// A relation in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// `None` where it is not with a person.
    pub user_id: Option<OwnedUserId>,
    pub item: Option<String>,
    pub label: Option<String>,
    pub committed: bool,
    /// Milliseconds since 1970.
    pub since_ms: i64,
    pub until_ms: Option<i64>,
    /// Whether it holds the other way, too.
    pub is_mutual: bool,
}

/// The relations of a kind that the session's user has, or that point at them, the newest first; and where the next page begins.
///
/// # Errors
/// [`Error::Invalid`] for a page that there can't be, [`Error::Forbidden`] for what others keep to themselves,
/// [`Error::LimitExceeded`].
pub async fn list(hs: &Homeserver, session: &Session, which: Which) -> Result<(Vec<Listed>, Option<String>)> {
    hs.limit(Limited::Other, session.user_id.as_str())?;
    if which.way == Way::In && !which.kind.is_told() {
        let kind = which.kind.as_str();
        return Err(Error::forbidden(format!("Whose {kind} points at you is theirs to know.")));
    }
    page(hs, session.user, which).await
}

/// As [`list`], of anybody and without secrets, for the operator's backend.
///
/// # Errors
/// As [`list`]; [`Error::NotFound`] where there is no such user.
pub async fn list_of(
    hs: &Homeserver,
    _: &Service,
    user_id: &UserId,
    which: Which,
) -> Result<(Vec<Listed>, Option<String>)> {
    let user = accounts::find_user_num(hs, user_id).await?.ok_or(Error::NotFound("user"))?;
    page(hs, user, which).await
}

async fn page(hs: &Homeserver, user: UserNum, which: Which) -> Result<(Vec<Listed>, Option<String>)> {
    let Which { kind, way, pending, from, limit } = which;
    let behind = from.as_deref().map_or(Ok(ties::start()), place)?;
    let (is_out, rows) = (way == Way::Out, i64::try_from(limit).unwrap_or(i64::MAX));
    let now = hs.clock.now_ms();
    let found = hs
        .store
        .read(Side::User(user), async move |tx| {
            let page = ties::list(tx, user, is_out, kind.as_str(), &behind, rows).await?;
            let mut found = Vec::with_capacity(page.len());
            for tie in page {
                let back = ties::find(tx, user, tie.other, &tie.kind, &tie.item, !is_out).await?;
                found.push((tie, back.is_some_and(|back| !back.declined)));
            }
            Ok(found)
        })
        .await?;
    let next = found.last().filter(|_| found.len() == limit).map(|(tie, _)| written(tie));
    let mut listed = Vec::with_capacity(found.len());
    for (tie, is_mutual) in found {
        let has_ended = tie.until_ts.is_some_and(|until_ms| until_ms <= now);
        if has_ended || (pending && is_mutual) {
            continue;
        }
        let with_person = tie.other.0 != 0;
        listed.push(Listed {
            user_id: if with_person { Some(accounts::user_id(hs, tie.other).await?) } else { None },
            item: Some(tie.item).filter(|item| !item.is_empty()),
            label: tie.label,
            committed: tie.committed,
            since_ms: tie.since_ts,
            until_ms: tie.until_ts,
            is_mutual,
        });
    }
    Ok((listed, next))
}

/// Where a page begins: the last relation of the page before.
fn written(tie: &ties::Tie) -> String {
    format!("{}_{}_{}", tie.since_ts, tie.other.0, tie.item)
}

fn place(from: &str) -> Result<ties::Place> {
    let wrong = || Error::invalid("from", "is not the next_batch of a page");
    let mut parts = from.splitn(3, '_');
    let mut number = || parts.next().and_then(|part| part.parse::<i64>().ok()).ok_or_else(wrong);
    let (since_ts, other) = (number()?, number()?);
    Ok((since_ts, other, parts.next().ok_or_else(wrong)?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_begins_behind_the_last_relation_of_the_one_before() {
        assert_eq!(place("5_7_a_b").unwrap(), (5, 7, "a_b".to_owned()));
        assert_eq!(place("5_7_").unwrap(), (5, 7, String::new()));
        for wrong in ["", "5", "5_7", "x_7_", "99999999999999999999_1_"] {
            assert!(place(wrong).is_err(), "{wrong}");
        }
    }
}
