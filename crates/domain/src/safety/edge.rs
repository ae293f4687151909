//! What is added to a message at the server's edge, where the server can read it. The event itself stays as it was sent;
//! what is said about its links stands in `unsigned`, which every client passes on and no signature covers.

use aside_model::safety::links::{self, Link};
use aside_store::events::Event;
use serde_json::{Value, json};

use super::HouseRules;

/// The suspicious links of a message as JSON, with what is wrong with them and a form that leads nowhere; `None` where there
/// are none. Looking for the signs of a link comes first: most messages have none.
pub(crate) fn link_warnings(rules: &HouseRules, event: &Event) -> Option<String> {
    let has_sign =
        event.content.contains("://") || event.content.contains("www.") || event.content.contains('/');
    if event.kind != "m.room.message" || event.redacted_by.is_some() || !has_sign {
        return None;
    }
    let mut found: Vec<Link> = Vec::new();
    for link in links_of(rules, &event.content) {
        let is_new = !found.iter().any(|other| other.text == link.text && other.flags == link.flags);
        if !link.flags.is_empty() && is_new {
            found.push(link);
        }
    }
    let warnings: Vec<_> = found
        .iter()
        .map(|link| json!({ "url": link.text, "flags": link.flags, "defanged": links::defang(&link.text) }))
        .collect();
    (!warnings.is_empty()).then(|| json!(warnings).to_string())
}

/// The links of a message's text and of its HTML, and of what an edit makes of it.
pub(crate) fn links_of(rules: &HouseRules, content: &str) -> Vec<Link> {
    let Ok(content) = serde_json::from_str::<Value>(content) else { return Vec::new() };
    let mut found = Vec::new();
    for said in [Some(&content), content.get("m.new_content")].into_iter().flatten() {
        let text = |field: &str| said.get(field).and_then(Value::as_str).unwrap_or_default();
        found.extend(links::find_links(text("body"), &rules.links));
        found.extend(links::find_in_html(text("formatted_body"), &rules.links));
    }
    found.into_iter().map(|found| found.what).collect()
}
