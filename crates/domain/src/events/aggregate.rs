//! Bundled aggregations: what other events say about one, told together with it (specification, 11.24 Relationships).

use std::collections::HashSet;

use aside_store::events::Event;
use aside_store::relations::{self, Relation};
use aside_store::{Error, Tx, events};
use serde::Deserialize;

use super::Reader;
use super::json::push_text;
use crate::messages::relation_of;

type Result<T> = std::result::Result<T, Error>;

/// How many edits are tried, newest first, until one is valid.
const EDITS_TRIED_MAX: usize = 5;
/// References that are told together with an event; all of them can be paged through.
const REFERENCES_MAX: i64 = 1_000;

impl Reader<'_> {
    /// The value of `m.relations`: the newest edit, the thread and the references of an event. State has none, and neither
    /// have edits and reactions themselves.
    pub(super) async fn aggregate(&mut self, tx: &Tx<'_>, event: &Event) -> Result<Option<String>> {
        if !event.related || event.state_key.is_some() {
            return Ok(None);
        }
        if relation_of(event).is_some_and(|own| matches!(own.rel_type.as_str(), "m.replace" | "m.annotation"))
        {
            return Ok(None);
        }
        let relations = self.list(tx, event).await?;
        let mut members = Vec::new();
        if let Some(edit) = self.newest_edit(tx, event, &relations).await? {
            members.push(format!("\"m.replace\":{edit}"));
        }
        if let Some(thread) = self.thread(tx, event, &relations).await? {
            members.push(format!("\"m.thread\":{thread}"));
        }
        if let Some(references) = self.references(tx, event, &relations).await? {
            members.push(format!("\"m.reference\":{references}"));
        }
        Ok((!members.is_empty()).then(|| format!("{{{}}}", members.join(","))))
    }

    /// What is said about an event and bundled with it, as far as the user may see it, oldest first.
    async fn list(&mut self, tx: &Tx<'_>, event: &Event) -> Result<Vec<Relation>> {
        let relations = relations::list_bundled(tx, self.viewer.room, &event.event_id).await?;
        let mut seen = Vec::with_capacity(relations.len());
        for relation in relations {
            let is_withheld = relation.withheld && relation.sender != self.viewer.user_id;
            if !is_withheld
                && !self.viewer.ignores(&relation.sender)
                && self.sees_any(tx, relation.pos).await?
            {
                seen.push(relation);
            }
        }
        Ok(seen)
    }

    /// The newest edit that counts: by the same sender, of the same type, with new content. A redacted event has none.
    async fn newest_edit(
        &mut self,
        tx: &Tx<'_>,
        event: &Event,
        relations: &[Relation],
    ) -> Result<Option<String>> {
        if event.redacted_by.is_some() {
            return Ok(None);
        }
        let edits = relations.iter().rev().filter(|relation| {
            relation.rel_type == "m.replace" && relation.sender == event.sender && relation.kind == event.kind
        });
        for edit in edits.take(EDITS_TRIED_MAX) {
            if let Some(edit) = events::at(tx, self.viewer.room, edit.pos).await?.filter(has_new_content) {
                return self.write(tx, &edit, None).await.map(Some);
            }
        }
        Ok(None)
    }

    async fn thread(&mut self, tx: &Tx<'_>, root: &Event, relations: &[Relation]) -> Result<Option<String>> {
        let user_id = &self.viewer.user_id;
        let (mut count, mut participated, mut latest) = (0_usize, root.sender == *user_id, None);
        for reply in relations.iter().filter(|relation| relation.rel_type == "m.thread") {
            count += 1;
            participated |= reply.sender == *user_id;
            latest = Some(reply.pos);
        }
        let Some(latest) = latest else { return Ok(None) };
        let Some(latest) = events::at(tx, self.viewer.room, latest).await? else { return Ok(None) };
        let mut edit = None;
        if latest.related {
            let relations = self.list(tx, &latest).await?;
            edit = self.newest_edit(tx, &latest, &relations).await?;
        }
        let edit = edit.map(|edit| format!("{{\"m.replace\":{edit}}}"));
        let latest = self.write(tx, &latest, edit.as_deref()).await?;
        Ok(Some(format!(
            "{{\"latest_event\":{latest},\"count\":{count},\"current_user_participated\":{participated}}}"
        )))
    }

    async fn references(&self, tx: &Tx<'_>, event: &Event, relations: &[Relation]) -> Result<Option<String>> {
        if !relations.iter().any(|relation| relation.rel_type == "m.reference") {
            return Ok(None);
        }
        let found = relations::list_references(tx, self.viewer.room, &event.event_id, REFERENCES_MAX).await?;
        let shown: HashSet<i64> = relations.iter().map(|relation| relation.pos).collect();
        let mut chunk = Vec::with_capacity(found.len());
        for (_, event_id) in found.into_iter().filter(|(pos, _)| shown.contains(pos)) {
            let mut entry = "{\"event_id\":".to_owned();
            push_text(&mut entry, &event_id);
            entry.push('}');
            chunk.push(entry);
        }
        Ok((!chunk.is_empty()).then(|| format!("{{\"chunk\":[{}]}}", chunk.join(","))))
    }
}

/// Whether an edit says what the content is now; in encrypted events only the members can see that.
fn has_new_content(edit: &Event) -> bool {
    #[derive(Deserialize)]
    struct Content {
        #[serde(rename = "m.new_content")]
        _new_content: serde_json::Map<String, serde_json::Value>,
    }
    edit.kind == "m.room.encrypted" || serde_json::from_str::<Content>(&edit.content).is_ok()
}
