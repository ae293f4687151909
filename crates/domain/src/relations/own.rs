//! What people say of their own relations: that they follow somebody, ask for a connection, or accept one.

use aside_model::relation::{Between, Direction, RelationKind};
use aside_store::{Side, facts as store_facts, ties, users};
use ruma::UserId;

use super::outgoing;
use super::write::Edge;
use crate::accounts::{self, Session};
use crate::{Error, Homeserver, Limited, Result, UserNum};

/// Relations of one kind that somebody may have.
const TIES_MAX: i64 = 10_000;

/// Says that the session's user follows somebody, likes them, or is or would like to be connected with them. Who was asked
/// for a connection accepts by saying so, too. Answers whether it holds both ways now.
///
/// Somebody who has blocked the session's user hears nothing of it, and the user nothing of that.
///
/// # Errors
/// [`Error::Invalid`] for a kind that only the platform can write, for oneself, and for liking a page that is none;
/// [`Error::NotFound`] where there is no such user; [`Error::Refused`] where there are too many; [`Error::LimitExceeded`].
pub async fn put(hs: &Homeserver, session: &Session, kind: RelationKind, user_id: &UserId) -> Result<bool> {
    hs.limit(Limited::Other, session.user_id.as_str())?;
    let other = find_other(hs, session, kind, user_id).await?;
    let (user, now) = (session.user, hs.clock.now_ms());
    let theirs = find_theirs(hs, other, user).await?.ok_or(Error::NotFound("user"))?;
    if kind == RelationKind::PageLike && !theirs.is_page {
        return Err(Error::invalid("user_id", "is not a page"));
    }
    let back = Between::of(&[], &theirs.ties, now);
    let edge = Edge::new(kind, user, other, now);
    if let Some(copy) = edge.copy().filter(|_| !back.holds(RelationKind::Block, Direction::Back)) {
        hs.store.write(Side::User(other), async move |tx| copy.put(tx).await).await?;
    }
    let own = edge.outgoing();
    let fits = hs
        .store
        .write(Side::User(user), async move |tx| {
            if ties::count(tx, user, kind.as_str()).await? >= TIES_MAX {
                return Ok(false);
            }
            own.put(tx).await?;
            ties::set_declined(tx, user, other, kind.as_str(), false).await?;
            Ok(true)
        })
        .await?;
    hs.circles.forget(user);
    if !fits {
        return Err(Error::Refused(format!("nobody can have more than {TIES_MAX} of these")));
    }
    Ok(back.holds(kind, Direction::Back))
}

/// Takes back what was said. A contact or a connection ends for both.
///
/// # Errors
/// As [`put`]. What was never said is taken back already.
pub async fn delete(hs: &Homeserver, session: &Session, kind: RelationKind, user_id: &UserId) -> Result<()> {
    hs.limit(Limited::Other, session.user_id.as_str())?;
    let other = find_other(hs, session, kind, user_id).await?;
    let edge = Edge::new(kind, session.user, other, 0);
    edge.delete(hs).await?;
    if let Some(theirs) = edge.reversed().filter(|_| kind.is_asked()) {
        theirs.delete(hs).await?;
    }
    Ok(())
}

/// Declines to be somebody's contact or connection. They don't hear of it, and asking again changes nothing.
///
/// # Errors
/// [`Error::Invalid`] for a kind that nobody is asked for, [`Error::NotFound`] where nobody asked.
pub async fn decline(hs: &Homeserver, session: &Session, kind: RelationKind, user_id: &UserId) -> Result<()> {
    hs.limit(Limited::Other, session.user_id.as_str())?;
    if !kind.is_asked() {
        return Err(Error::invalid("kind", "only contacts and connections can be declined"));
    }
    let unasked = || Error::NotFound("request");
    let other = accounts::find_user_num(hs, user_id).await?.ok_or_else(unasked)?;
    let user = session.user;
    let was_asked = hs
        .store
        .write(Side::User(user), async move |tx| {
            if ties::find(tx, user, other, kind.as_str(), "", true).await?.is_some() {
                return Ok(false);
            }
            ties::set_declined(tx, user, other, kind.as_str(), true).await
        })
        .await?;
    if was_asked { Ok(()) } else { Err(unasked()) }
}

async fn find_other(
    hs: &Homeserver,
    session: &Session,
    kind: RelationKind,
    user_id: &UserId,
) -> Result<UserNum> {
    if !kind.is_personal() {
        return Err(Error::invalid("kind", format!("{} is not for people to say", kind.as_str())));
    }
    if session.user_id == user_id {
        return Err(Error::invalid("user_id", "is your own"));
    }
    accounts::find_user_num(hs, user_id).await?.ok_or(Error::NotFound("user"))
}

/// What the other one's side says.
struct Theirs {
    is_page: bool,
    ties: Vec<super::Tie>,
}

/// `None` where the account has been given up.
async fn find_theirs(hs: &Homeserver, other: UserNum, user: UserNum) -> Result<Option<Theirs>> {
    let found = hs
        .store
        .read(Side::User(other), async move |tx| {
            let is_active = users::find(tx, other).await?.is_some_and(|user| !user.deactivated);
            Ok(if is_active { Some(store_facts::find(tx, other).await?) } else { None })
        })
        .await?;
    let Some(facts) = found else { return Ok(None) };
    let is_page = facts.is_some_and(|facts| facts.page);
    Ok(Some(Theirs { is_page, ties: outgoing(hs, other, user).await? }))
}
