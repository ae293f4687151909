//! Edits: how long and how often a message may be changed, and what becomes of what it said before.

use aside_model::policy::Deed;
use aside_store::events::Event;
use aside_store::relations::{self, Relation};
use aside_store::{Side, events};
use serde_json::Value;

use super::change::Change;
use super::windows;
use crate::rooms::Room;
use crate::{Homeserver, Result};

/// Checks an event that is about to be sent, where it is an edit; answers what it does to what it edits. `unwritten` are
/// events that will be in the log before it.
///
/// # Errors
/// [`crate::Error::Policy`], where the profile doesn't allow it any more.
pub(super) async fn check(
    hs: &Homeserver,
    room: &Room,
    edit: &Event,
    unwritten: impl Iterator<Item = &Event>,
) -> Result<Vec<Change>> {
    let Some(relation) = super::relation_of(edit).filter(|relation| relation.rel_type == "m.replace") else {
        return Ok(Vec::new());
    };
    let profile = windows::profile(hs, &edit.sender).await?;
    if windows::edits_are_free(&profile) {
        return Ok(Vec::new());
    }
    let is_same = |other: &Relation| other.rel_type == "m.replace" && other.parent_id == relation.parent_id;
    let in_batch = unwritten.filter(|other| other.sender == edit.sender);
    let in_batch = in_batch.filter_map(super::relation_of).filter(is_same).count();
    let (num, parent_id, sender) = (room.num, relation.parent_id.clone(), edit.sender.clone());
    let (parent, edits) = hs
        .store
        .read(Side::Room(num), async move |tx| {
            let parent = events::find(tx, num, &parent_id).await?;
            Ok((parent, relations::list_edits(tx, num, &parent_id, &sender).await?))
        })
        .await?;
    // An edit of nothing, or of somebody else's message, is an event that no client shows as one.
    let Some(parent) = parent.filter(|parent| parent.sender == edit.sender) else { return Ok(Vec::new()) };
    let age_ms = edit.origin_server_ts - parent.origin_server_ts;
    windows::check(&profile, Deed::Edit, age_ms, edits.len() + in_batch)?;
    if profile.edit.keep_history {
        return Ok(Vec::new());
    }
    let mut changes: Vec<Change> =
        edits.iter().map(|older| Change::supersede(&hs.tokens, room, older)).collect();
    // What an encrypted edit says only the members know, so the first version has to stay for them to apply it to.
    if let Some(content) = edited(&parent, edit).filter(|_| parent.redacted_by.is_none()) {
        changes.push(Change::replace(&hs.tokens, room, &parent, content));
    }
    Ok(changes)
}

/// The content of a message as an edit makes it; it stays where it was in its thread.
fn edited(parent: &Event, edit: &Event) -> Option<String> {
    if parent.kind != edit.kind || edit.kind == "m.room.encrypted" {
        return None;
    }
    let edit: Value = serde_json::from_str(&edit.content).ok()?;
    let mut content = edit.get("m.new_content")?.as_object()?.clone();
    content.remove("m.relates_to");
    let parent: Value = serde_json::from_str(&parent.content).ok()?;
    if let Some(relates_to) = parent.get("m.relates_to") {
        content.insert("m.relates_to".into(), relates_to.clone());
    }
    serde_json::to_string(&content).ok()
}
