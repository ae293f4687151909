//! What is added to a message at the server's edge, where the server can read it. The event itself stays as it was sent;
//! what is said about its links stands in `unsigned`, which every client passes on and no signature covers.

use aside_model::safety::links::{self, Link};
use aside_store::events::Event;
use serde::Deserialize;
use serde_json::json;

use super::HouseRules;

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    body: String,
    formatted_body: Option<String>,
    #[serde(rename = "m.new_content")]
    new_content: Option<Box<Content>>,
}

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

/// The links of a message's text and of its HTML; of an edit, those of the new text.
pub(crate) fn links_of(rules: &HouseRules, content: &str) -> Vec<Link> {
    let Ok(content) = serde_json::from_str::<Content>(content) else { return Vec::new() };
    let content = content.new_content.map_or(Content { new_content: None, ..content }, |new| *new);
    let text = links::find_links(&content.body, &rules.links);
    let html =
        content.formatted_body.map(|html| links::find_in_html(&html, &rules.links)).unwrap_or_default();
    text.into_iter().chain(html).map(|found| found.what).collect()
}
