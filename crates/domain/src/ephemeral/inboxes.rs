//! What passed by for whom since when. An inbox is there only while something is in it, and only for minutes: whoever
//! comes back later is told how things are now.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{RoomNum, UserNum};

/// How long a change is remembered; longer than any sync waits.
const KEPT_MS: i64 = 5 * 60 * 1000;
/// Changes in one inbox; past it, its user is told how things are now.
const CHANGES_MAX: usize = 2_000;
/// Inboxes; past it, all begin anew.
const INBOXES_MAX: usize = 100_000;

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// Who types in a room.
    Typing(RoomNum),
    /// Whether somebody is there.
    Presence(UserNum),
}

impl Subject {
    pub(crate) fn room(self) -> Option<RoomNum> {
        match self {
            Subject::Typing(room) => Some(room),
            Subject::Presence(_) => None,
        }
    }

    pub(crate) fn person(self) -> Option<UserNum> {
        match self {
            Subject::Presence(user) => Some(user),
            Subject::Typing(_) => None,
        }
    }
}

/// What changed for a user since a serial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Changed {
    /// It is not remembered: anything may have.
    Anything,
    These(Vec<Subject>),
}

/// Everyone's inbox. Serials are milliseconds since 1970, or more where much happens at once, and always rise; so a serial of an
/// earlier process is lower than any of this one.
pub(crate) struct Inboxes {
    /// The newest serial whose changes are all in their inboxes.
    published: AtomicI64,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    inboxes: HashMap<UserNum, Inbox>,
    /// Changes up to this serial may have been forgotten, whoever's they were.
    forgotten: i64,
}

#[derive(Default)]
struct Inbox {
    changes: HashMap<Subject, i64>,
    newest: i64,
    /// Changes of this user up to this serial may have been forgotten.
    forgotten: i64,
}

impl Inboxes {
    pub(super) fn new(now_ms: i64) -> Self {
        let inner = Inner { forgotten: now_ms, ..Inner::default() };
        Inboxes { published: AtomicI64::new(now_ms), inner: Mutex::new(inner) }
    }

    /// The newest serial that this process gave out.
    fn serial(&self) -> i64 {
        self.published.load(Ordering::SeqCst)
    }

    /// The present: whoever has been told what is new up to here asks from here on. It doesn't fall behind what another process
    /// told them, or they would be told everything at each turn.
    pub(crate) fn present(&self, since: Option<i64>, now_ms: i64) -> i64 {
        let serial = self.serial();
        since.filter(|since| *since <= now_ms).map_or(serial, |since| serial.max(since))
    }

    /// Whether anything changed for a user since a serial.
    pub(crate) fn has_news(&self, user: UserNum, since: i64, now_ms: i64) -> bool {
        let inner = self.inner();
        let newest = inner.inboxes.get(&user).map_or(0, |inbox| inbox.newest);
        newest > since || self.is_beyond_memory(&inner, since, now_ms)
    }

    /// What changed for a user since a serial.
    pub(crate) fn changed(&self, user: UserNum, since: i64, now_ms: i64) -> Changed {
        let inner = self.inner();
        let Some(inbox) = inner.inboxes.get(&user) else {
            return match self.is_beyond_memory(&inner, since, now_ms) {
                true => Changed::Anything,
                false => Changed::These(Vec::new()),
            };
        };
        if since < inbox.forgotten || self.is_beyond_memory(&inner, since, now_ms) {
            return Changed::Anything;
        }
        let newer = inbox.changes.iter().filter(|(_, serial)| **serial > since);
        Changed::These(newer.map(|(subject, _)| *subject).collect())
    }

    /// A serial that is newer than the present one is another process's, of several on the same database; one from the future
    /// is from before the clock was set.
    fn is_beyond_memory(&self, inner: &Inner, since: i64, now_ms: i64) -> bool {
        since < inner.forgotten || since > self.serial().max(now_ms)
    }

    /// Notes a change for some users.
    pub(super) fn note(&self, users: &[UserNum], subject: Subject, now_ms: i64) {
        let mut inner = self.inner();
        let serial = now_ms.max(self.serial() + 1);
        for user in users {
            let inbox = inner.inboxes.entry(*user).or_default();
            if inbox.changes.len() >= CHANGES_MAX {
                inbox.changes.clear();
                inbox.forgotten = inbox.newest;
            }
            inbox.changes.insert(subject, serial);
            inbox.newest = serial;
        }
        if inner.inboxes.len() > INBOXES_MAX {
            inner.inboxes.clear();
            inner.forgotten = serial;
        }
        // Published last and under the lock: who reads this serial finds the change.
        self.published.store(serial, Ordering::SeqCst);
    }

    /// Forgets what is old.
    pub(super) fn trim(&self, now_ms: i64) {
        let mut inner = self.inner();
        let before = now_ms - KEPT_MS;
        let mut forgotten = inner.forgotten;
        inner.inboxes.retain(|_, inbox| {
            let kept = inbox.newest >= before;
            if !kept {
                forgotten = forgotten.max(inbox.newest);
            }
            kept
        });
        inner.forgotten = forgotten;
        if inner.inboxes.len() * 4 < inner.inboxes.capacity() {
            inner.inboxes.shrink_to_fit();
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_800_000_000_000;
    const ALICE: UserNum = UserNum(1);
    const BOB: UserNum = UserNum(2);
    const TYPING: Subject = Subject::Typing(RoomNum(7));

    #[test]
    fn a_change_is_news_until_it_was_told() {
        let inboxes = Inboxes::new(START);
        let since = inboxes.serial();
        assert!(!inboxes.has_news(ALICE, since, START));
        inboxes.note(&[ALICE], TYPING, START);
        assert!(inboxes.has_news(ALICE, since, START));
        assert!(!inboxes.has_news(BOB, since, START));
        assert_eq!(inboxes.changed(ALICE, since, START), Changed::These(vec![TYPING]));
        let since = inboxes.serial();
        assert!(!inboxes.has_news(ALICE, since, START));
        assert_eq!(inboxes.changed(ALICE, since, START), Changed::These(Vec::new()));
    }

    #[test]
    fn two_changes_in_one_millisecond_have_two_serials() {
        let inboxes = Inboxes::new(START);
        inboxes.note(&[ALICE], TYPING, START);
        let since = inboxes.serial();
        inboxes.note(&[ALICE], Subject::Presence(BOB), START);
        assert_eq!(inboxes.changed(ALICE, since, START), Changed::These(vec![Subject::Presence(BOB)]));
    }

    #[test]
    fn what_is_not_remembered_may_have_changed() {
        let inboxes = Inboxes::new(START);
        assert_eq!(
            inboxes.changed(ALICE, START - 1, START),
            Changed::Anything,
            "a token of an earlier process"
        );
        assert_eq!(inboxes.changed(ALICE, START + 1, START), Changed::Anything, "a token from the future");
        let since = inboxes.serial();
        inboxes.note(&[ALICE], TYPING, START + 10);
        inboxes.trim(START + 10 + KEPT_MS);
        assert_eq!(inboxes.changed(ALICE, since, START), Changed::These(vec![TYPING]), "not old enough");
        inboxes.trim(START + 11 + KEPT_MS);
        assert_eq!(inboxes.changed(ALICE, since, START), Changed::Anything);
        let now = inboxes.serial();
        assert!(!inboxes.has_news(ALICE, now, START), "an idle user isn't woken by time that passes");
    }

    #[test]
    fn a_full_inbox_begins_anew() {
        let inboxes = Inboxes::new(START);
        let since = inboxes.serial();
        for room in 0..=CHANGES_MAX {
            inboxes.note(&[ALICE], Subject::Typing(RoomNum(room as i64)), START);
        }
        assert_eq!(inboxes.changed(ALICE, since, START), Changed::Anything);
    }

    #[test]
    fn a_token_of_another_process_is_kept_and_one_from_the_future_is_not() {
        let inboxes = Inboxes::new(START);
        assert_eq!(inboxes.present(None, START + 9), START);
        assert_eq!(inboxes.present(Some(START + 5), START + 9), START + 5);
        assert!(!inboxes.has_news(ALICE, START + 5, START + 9));
        assert_eq!(inboxes.present(Some(START + 20), START + 9), START);
        assert!(inboxes.has_news(ALICE, START + 20, START + 9));
    }
}
