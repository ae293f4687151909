//! Who is typing where (specification, 11.5 Typing notifications).

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ruma::{OwnedUserId, UserId};

use super::{Subject, audience, tell};
use crate::accounts::Session;
use crate::rooms::{JoinedRoom, Room, load};
use crate::{Error, Homeserver, Limited, Result, RoomNum, UserNum, privacy, safety};

/// How long somebody types where their client doesn't say.
const TIMEOUT_DEFAULT: Duration = Duration::from_secs(30);
/// How long somebody types at most before their client says so again.
const TIMEOUT_MAX: Duration = Duration::from_secs(120);
/// People listed as typing in one room.
const TYPERS_MAX: usize = 100;

/// Everyone who is typing.
pub(super) struct Typing {
    rooms: Mutex<HashMap<RoomNum, Typers>>,
    started_ms: i64,
}

type Typers = BTreeMap<UserNum, Typer>;

struct Typer {
    user_id: OwnedUserId,
    /// Milliseconds since 1970.
    until_ms: i64,
}

impl Typing {
    pub(super) fn new(now_ms: i64) -> Self {
        Typing { rooms: Mutex::default(), started_ms: now_ms }
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<RoomNum, Typers>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers whether somebody started.
    fn start(&self, room: RoomNum, user: UserNum, typer: Typer) -> bool {
        let mut rooms = self.rooms();
        let typers = rooms.entry(room).or_default();
        if typers.len() >= TYPERS_MAX && !typers.contains_key(&user) {
            return false;
        }
        typers.insert(user, typer).is_none()
    }

    /// Answers whether somebody stopped.
    fn stop(&self, room: RoomNum, user: UserNum) -> bool {
        let mut rooms = self.rooms();
        let Some(typers) = rooms.get_mut(&room) else { return false };
        let stopped = typers.remove(&user).is_some();
        if typers.is_empty() {
            rooms.remove(&room);
        }
        stopped
    }

    /// Takes out everyone whose time is over, and answers the rooms where that changed something.
    fn expire(&self, now_ms: i64) -> Vec<RoomNum> {
        let mut changed = Vec::new();
        self.rooms().retain(|room, typers| {
            let before = typers.len();
            typers.retain(|_, typer| typer.until_ms > now_ms);
            if typers.len() < before {
                changed.push(*room);
            }
            !typers.is_empty()
        });
        changed
    }
}

/// Notes that the session's user types in a room for some time, or (`None`) has stopped.
///
/// # Errors
/// [`Error::Forbidden`] where it is said of somebody else, [`Error::LimitExceeded`].
pub async fn put(
    hs: &Arc<Homeserver>,
    session: &Session,
    room: &JoinedRoom,
    user_id: &UserId,
    typing: Option<Option<Duration>>,
) -> Result<()> {
    if session.user_id != user_id {
        return Err(Error::forbidden("You can't type for other users."));
    }
    hs.limit(Limited::Other, session.user_id.as_str())?;
    let Some(timeout) = typing else {
        let typing = &hs.ephemeral.typing;
        // Whoever typed before this process started may still be seen as typing.
        let is_young = hs.clock.now_ms() - typing.started_ms < TIMEOUT_MAX.as_millis() as i64;
        if typing.stop(room.num, session.user) || is_young {
            tell(hs, &audience(room), Subject::Typing(room.num));
        }
        return Ok(());
    };
    super::active(hs, session);
    if !privacy::shows_typing(hs, session.user).await? || safety::keeps_quiet(hs, room, session).await? {
        return Ok(());
    }
    let timeout = timeout.unwrap_or(TIMEOUT_DEFAULT).min(TIMEOUT_MAX);
    let until_ms = hs.clock.now_ms() + i64::try_from(timeout.as_millis()).unwrap_or(0);
    let typer = Typer { user_id: session.user_id.clone(), until_ms };
    if hs.ephemeral.typing.start(room.num, session.user, typer) {
        tell(hs, &audience(room), Subject::Typing(room.num));
    }
    Ok(())
}

/// Notes that somebody doesn't type any more, because they have sent what they typed.
pub(crate) fn stop(hs: &Homeserver, room: &Room, user: UserNum) {
    if hs.ephemeral.typing.stop(room.num, user) {
        tell(hs, &audience(room), Subject::Typing(room.num));
    }
}

/// Notes that somebody types nowhere any more, because they don't want to be seen typing.
pub(crate) async fn stop_everywhere(hs: &Homeserver, user: UserNum) -> Result<()> {
    let rooms: Vec<RoomNum> = {
        let rooms = hs.ephemeral.typing.rooms();
        rooms.iter().filter(|(_, typers)| typers.contains_key(&user)).map(|(room, _)| *room).collect()
    };
    for num in rooms {
        stop(hs, &*load(hs, num).await?, user);
    }
    Ok(())
}

pub(super) async fn expire(hs: &Homeserver, now_ms: i64) {
    for num in hs.ephemeral.typing.expire(now_ms) {
        match load(hs, num).await {
            Ok(room) => tell(hs, &audience(&room), Subject::Typing(num)),
            Err(error) => tracing::error!(%error, room = num.0, "nobody is told who stopped typing"),
        }
    }
}

/// The rooms where somebody types.
pub(crate) fn rooms(hs: &Homeserver) -> Vec<RoomNum> {
    hs.ephemeral.typing.rooms().keys().copied().collect()
}

/// Who types in a room.
pub(crate) fn typers(hs: &Homeserver, room: RoomNum) -> Vec<OwnedUserId> {
    let now = hs.clock.now_ms();
    let rooms = hs.ephemeral.typing.rooms();
    let typers = rooms.get(&room).into_iter().flatten().filter(|(_, typer)| typer.until_ms > now);
    typers.map(|(_, typer)| typer.user_id.clone()).collect()
}
