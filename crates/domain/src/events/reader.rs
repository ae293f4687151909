//! Reading events of a room for one person.

use std::collections::HashSet;
use std::sync::Arc;

use aside_model::safety::contact::mask_content;
use aside_store::events::{Direction, Event};
use aside_store::{Error, Tx, events, rooms as room_store};
use ruma::events::room::history_visibility::HistoryVisibility;
use ruma::events::room::member::MembershipState;
use ruma::serde::Raw;
use ruma::{OwnedRoomId, OwnedUserId};
use serde_json::value::RawValue;

use super::json::{Parts, Unsigned, client_json};
use super::visibility::{Visibility, history_visibility_of, membership_of};
use crate::accounts::Session;
use crate::rooms::{Pdu, Room};
use crate::safety::{HouseRules, link_warnings};
use crate::{Homeserver, RoomNum, messages};

type Result<T> = std::result::Result<T, Error>;

/// Who looks at which room: everything that can be said without asking the database. It is made before a read and moved
/// into it.
#[derive(Debug, Clone)]
pub(crate) struct Viewer {
    pub(super) room: RoomNum,
    room_id: OwnedRoomId,
    pub(super) user_id: String,
    device_id: String,
    now_ms: i64,
    with_room_id: bool,
    /// The newest position that this viewer is told about.
    last_pos: i64,
    ignored: Arc<HashSet<OwnedUserId>>,
    house_rules: Arc<HouseRules>,
    /// Whether contacts are taken out of what others say.
    masks: bool,
    /// The newest event of the user's membership and of the room's history visibility.
    membership: Option<(i64, MembershipState)>,
    setting: Option<(i64, HistoryVisibility)>,
}

impl Viewer {
    /// For answers where an event stands alone: with its room id.
    pub(crate) fn new(hs: &Homeserver, session: &Session, room: &Room) -> Viewer {
        let member = room.member(session.user);
        let setting = room.state.get("m.room.history_visibility", "");
        Viewer {
            room: room.num,
            room_id: room.room_id.clone(),
            user_id: session.user_id.to_string(),
            device_id: session.device_id.to_string(),
            now_ms: hs.clock.now_ms(),
            with_room_id: true,
            last_pos: room.next_pos - 1,
            ignored: Arc::default(),
            house_rules: Arc::clone(&hs.house_rules),
            masks: false,
            membership: member.map(|member| (member.pos, member.membership.as_str().into())),
            setting: setting.map(|pdu| (pdu.pos, history_visibility_of(pdu.content.get()))),
        }
    }

    /// For a sync, where events stand below their room.
    pub(crate) fn in_sync(hs: &Homeserver, session: &Session, room: &Room) -> Viewer {
        Viewer { with_room_id: false, ..Viewer::new(hs, session, room) }
    }

    /// Tells of nothing newer than `last_pos`, also not in what is bundled with older events.
    pub(crate) fn upto(self, last_pos: i64) -> Viewer {
        Viewer { last_pos: last_pos.min(self.last_pos), ..self }
    }

    /// Tells of nothing that these people said; what they do to the room's state is told.
    pub(crate) fn ignoring(self, ignored: Arc<HashSet<OwnedUserId>>) -> Viewer {
        Viewer { ignored, ..self }
    }

    /// Takes contacts out of what others say; the events themselves stay as they were sent.
    pub(crate) fn masking(self, masks: bool) -> Viewer {
        Viewer { masks, ..self }
    }

    /// Whether an event is withheld from this viewer: a blocked person said it.
    pub(super) fn is_kept_from(&self, event: &Event) -> bool {
        event.withheld && event.sender != self.user_id
    }

    pub(super) fn ignores(&self, sender: &str) -> bool {
        self.ignored.iter().any(|user_id| user_id.as_str() == sender)
    }

    /// Readies itself for events from `from_pos` on. It costs no query where the user has been in the room since then.
    pub(crate) async fn open(&self, tx: &Tx<'_>, from_pos: i64) -> Result<Reader<'_>> {
        let mut visibility = Visibility::default();
        let newest = self.membership.as_ref();
        let is_in = newest.is_some_and(|(pos, newest)| *newest == MembershipState::Join && *pos <= from_pos);
        visibility.memberships = match newest {
            None => Vec::new(),
            Some(newest) if is_in || newest.0 < from_pos => vec![newest.clone()],
            Some(_) => self.list_memberships(tx).await?,
        };
        visibility.settings = match &self.setting {
            None => Vec::new(),
            _ if is_in => Vec::new(),
            Some(newest) if newest.0 < from_pos => vec![newest.clone()],
            Some(_) => self.list_settings(tx).await?,
        };
        Ok(Reader { viewer: self, visibility, known_from: from_pos })
    }

    /// A current piece of state, without asking the database.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] where its content isn't JSON.
    pub(crate) fn state_event<T>(&self, pdu: &Pdu) -> crate::Result<Raw<T>> {
        let kind = pdu.kind.to_string();
        let parts = Parts {
            kind: &kind,
            sender: pdu.sender.as_str(),
            event_id: pdu.event_id.as_str(),
            state_key: pdu.state_key.as_deref(),
            origin_server_ts: i64::from(pdu.origin_server_ts.0),
            content: pdu.content.get(),
            pdu: None,
            redacted: false,
        };
        let membership = self.membership.as_ref().filter(|(pos, _)| *pos <= pdu.pos);
        let unsigned = Unsigned {
            now_ms: self.now_ms,
            membership: membership.map(|(_, membership)| membership.as_str()),
            ..Unsigned::default()
        };
        Ok(raw(client_json(&parts, self.shown_room_id(), &unsigned))?)
    }

    fn shown_room_id(&self) -> Option<&str> {
        self.with_room_id.then_some(self.room_id.as_str())
    }

    pub(super) async fn visibility(&self, tx: &Tx<'_>) -> Result<Visibility> {
        let (memberships, settings) = (self.list_memberships(tx).await?, self.list_settings(tx).await?);
        Ok(Visibility { memberships, settings })
    }

    /// Where the user last came to be out of the room; `None` where they never were in it, or still are.
    pub(crate) async fn left_at(&self, tx: &Tx<'_>) -> Result<Option<i64>> {
        Ok(Visibility { memberships: self.list_memberships(tx).await?, settings: Vec::new() }.left_at())
    }

    async fn list_memberships(&self, tx: &Tx<'_>) -> Result<Vec<(i64, MembershipState)>> {
        let history = room_store::list_state_history(tx, self.room, "m.room.member", &self.user_id).await?;
        Ok(history.into_iter().map(|event| (event.pos, membership_of(&event.content))).collect())
    }

    async fn list_settings(&self, tx: &Tx<'_>) -> Result<Vec<(i64, HistoryVisibility)>> {
        let history = room_store::list_state_history(tx, self.room, "m.room.history_visibility", "").await?;
        Ok(history.into_iter().map(|event| (event.pos, history_visibility_of(&event.content))).collect())
    }
}

/// A viewer inside a read: knows which events the user may see, and writes them in the client format.
pub(crate) struct Reader<'v> {
    pub(super) viewer: &'v Viewer,
    visibility: Visibility,
    /// What is older needs another look at the database.
    known_from: i64,
}

impl Reader<'_> {
    /// Whether the user may see the event at a position that is not older than what this was opened for.
    pub(crate) fn sees(&self, pos: i64) -> bool {
        pos <= self.viewer.last_pos && self.visibility.sees(pos)
    }

    /// As [`Reader::sees`], of any position.
    pub(crate) async fn sees_any(&mut self, tx: &Tx<'_>, pos: i64) -> Result<bool> {
        if pos < self.known_from {
            self.know_all(tx).await?;
        }
        Ok(self.sees(pos))
    }

    /// As [`Reader::sees_any`], of an event that is at hand: one that is withheld is for its sender alone.
    pub(crate) async fn may_read(&mut self, tx: &Tx<'_>, event: &Event) -> Result<bool> {
        Ok(!self.viewer.is_kept_from(event) && self.sees_any(tx, event.pos).await?)
    }

    /// As [`Reader::may_read`], and whether it is by somebody whom the user listens to.
    pub(crate) async fn shows(&mut self, tx: &Tx<'_>, event: &Event) -> Result<bool> {
        let is_ignored = event.state_key.is_none() && self.viewer.ignores(&event.sender);
        Ok(!is_ignored && self.may_read(tx, event).await?)
    }

    /// The position nearest to `from` in a direction, `from` included, that the user may see.
    pub(crate) async fn next_seen(
        &mut self,
        tx: &Tx<'_>,
        from: i64,
        direction: Direction,
    ) -> Result<Option<i64>> {
        if from < self.known_from || (direction == Direction::Backwards && !self.sees(from)) {
            self.know_all(tx).await?;
        }
        Ok(self.visibility.next_seen(from, direction).filter(|pos| *pos <= self.viewer.last_pos))
    }

    /// Looks at everything that ever decided what the user may see.
    async fn know_all(&mut self, tx: &Tx<'_>) -> Result<()> {
        if self.known_from > 0 {
            self.visibility = self.viewer.visibility(tx).await?;
            self.known_from = 0;
        }
        Ok(())
    }

    /// Writes events of a timeline: with the previous content of state, and with what other events say about them.
    /// Only state, redacted events and events that others relate to cost queries.
    pub(crate) async fn render<T>(&mut self, tx: &Tx<'_>, events: &[Event]) -> Result<Vec<Raw<T>>> {
        let mut rendered = Vec::with_capacity(events.len());
        for event in events {
            let relations = self.aggregate(tx, event).await?;
            rendered.push(raw(self.write(tx, event, relations.as_deref()).await?)?);
        }
        Ok(rendered)
    }

    /// Writes events of a block of state, where what was before is of no interest.
    pub(crate) async fn render_state<T>(&self, tx: &Tx<'_>, events: &[Event]) -> Result<Vec<Raw<T>>> {
        let mut rendered = Vec::with_capacity(events.len());
        for event in events {
            let redaction = self.redaction(tx, event).await?;
            let unsigned = Unsigned { redacted_because: redaction.as_deref(), ..self.own_unsigned(event) };
            rendered.push(raw(client_json(&event.into(), self.viewer.shown_room_id(), &unsigned))?);
        }
        Ok(rendered)
    }

    /// One event in the client format, with bundled aggregations that were looked up before.
    pub(super) async fn write(
        &mut self,
        tx: &Tx<'_>,
        event: &Event,
        relations: Option<&str>,
    ) -> Result<String> {
        let redaction = self.redaction(tx, event).await?;
        let previous = self.previous(tx, event).await?;
        let previous = previous.as_ref().map(|event| (event.content.as_str(), event.event_id.as_str()));
        let redacted_because = redaction.as_deref();
        let is_own = event.sender == self.viewer.user_id;
        let links = if is_own { None } else { link_warnings(&self.viewer.house_rules, event) };
        let links = links.as_deref();
        let is_masked = self.viewer.masks && !is_own && event.kind == "m.room.message";
        let masked = if is_masked { mask_content(&event.content) } else { None };
        let mut parts = Parts::from(event);
        parts.content = masked.as_deref().unwrap_or(parts.content);
        let unsigned = Unsigned {
            redacted_because,
            previous,
            relations,
            links,
            masked: masked.is_some(),
            ..self.own_unsigned(event)
        };
        Ok(client_json(&parts, self.viewer.shown_room_id(), &unsigned))
    }

    /// What is known without a look-up.
    fn own_unsigned<'a>(&'a self, event: &'a Event) -> Unsigned<'a> {
        let Viewer { user_id, device_id, now_ms, .. } = self.viewer;
        let is_own = event.sender == *user_id && event.device_id.as_ref() == Some(device_id);
        let is_known = event.pos >= self.known_from;
        Unsigned {
            now_ms: *now_ms,
            membership: is_known.then(|| self.visibility.membership_at(event.pos).as_str()),
            transaction_id: event.txn.as_deref().filter(|_| is_own).and_then(messages::txn_id),
            ..Unsigned::default()
        }
    }

    /// The redaction that emptied an event. It is told even where it came after the user left: they see that the content
    /// is gone, and should see why.
    async fn redaction(&self, tx: &Tx<'_>, event: &Event) -> Result<Option<String>> {
        let Some(redacted_by) = &event.redacted_by else { return Ok(None) };
        let redaction = events::find(tx, self.viewer.room, redacted_by).await?;
        let told = redaction.filter(|redaction| !self.viewer.is_kept_from(redaction));
        Ok(told.map(|redaction| {
            let unsigned = self.own_unsigned(&redaction);
            client_json(&(&redaction).into(), self.viewer.shown_room_id(), &unsigned)
        }))
    }

    /// The event that a piece of state had before, where the user may see it.
    async fn previous(&mut self, tx: &Tx<'_>, event: &Event) -> Result<Option<Event>> {
        let Some(state_key) = event.state_key.as_deref().filter(|_| event.pos > 1) else { return Ok(None) };
        let room = self.viewer.room;
        let found = room_store::find_state_at(tx, room, &event.kind, state_key, event.pos - 1).await?;
        match found {
            Some(previous) if self.sees_any(tx, previous.pos).await? => Ok(Some(previous)),
            _ => Ok(None),
        }
    }
}

fn raw<T>(json: String) -> Result<Raw<T>> {
    RawValue::from_string(json)
        .map(Raw::from_json)
        .map_err(|error| Error::Database(format!("a stored event is not JSON: {error}")))
}
