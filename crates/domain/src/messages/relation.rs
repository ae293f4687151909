//! What an event says about another one (`m.relates_to`).

use aside_store::events::Event;
use aside_store::relations::Relation;
use serde::Deserialize;

#[derive(Deserialize)]
struct Content {
    #[serde(rename = "m.relates_to")]
    relates_to: Option<RelatesTo>,
}

#[derive(Deserialize)]
struct RelatesTo {
    event_id: Option<String>,
    rel_type: Option<String>,
    key: Option<String>,
}

/// The relation of an event to its parent. A plain reply (`m.in_reply_to` alone) is none: nothing is aggregated from it.
pub(crate) fn of(event: &Event) -> Option<Relation> {
    // Most events relate to nothing; looking for the words is cheaper than parsing.
    if event.state_key.is_some() || !event.content.contains("m.relates_to") {
        return None;
    }
    let relates_to = serde_json::from_str::<Content>(&event.content).ok()?.relates_to?;
    Some(Relation {
        parent_id: relates_to.event_id?,
        pos: event.pos,
        rel_type: relates_to.rel_type?,
        kind: event.kind.clone(),
        sender: event.sender.clone(),
        annotation: relates_to.key,
        withheld: event.withheld,
    })
}
