//! Push gateways: how a notification is told to one (Push Gateway API, `POST /_matrix/push/v1/notify`).

use aside_outbound::{HeaderMap, HeaderValue, Url, header};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::send::{News, Told, unanswered};
use super::target::Target;
use crate::{Error, Homeserver, Result, UserNum, safety, timers};

/// A gateway says which push keys it doesn't know; we told it one.
const ANSWER_BYTES_MAX: usize = 16 << 10;

#[derive(Default, Deserialize)]
struct Answer {
    #[serde(default)]
    rejected: Vec<String>,
}

/// What a gateway is told: of a message, or where there is none, of the number of those unread alone.
pub(super) async fn notification(
    hs: &Homeserver,
    user: UserNum,
    target: &Target,
    news: Option<&News>,
    unread: i64,
    only_ids: bool,
    data: &Map<String, Value>,
) -> Result<Value> {
    let mut device = json!({
        "app_id": target.app_id,
        "pushkey": target.pushkey,
        "pushkey_ts": target.created_ts / 1000,
        "data": data,
    });
    let mut told = json!({ "counts": { "unread": unread } });
    if let Some(news) = news {
        device["tweaks"] = tweaks(news);
        told["event_id"] = json!(news.event.event_id);
        told["room_id"] = json!(news.room.room_id);
        told["prio"] = json!(if news.is_urgent() { "high" } else { "low" });
        if !only_ids && hs.settings.push_content {
            add_content(hs, user, news, &mut told).await?;
        }
    }
    told["devices"] = json!([device]);
    Ok(json!({ "notification": told }))
}

fn tweaks(news: &News) -> Value {
    let mut tweaks = json!({});
    if let Some(sound) = &news.notification.sound {
        tweaks["sound"] = json!(sound);
    }
    if news.notification.highlight {
        tweaks["highlight"] = json!(true);
    }
    tweaks
}

/// What a gateway needs that writes the text which is shown. Content that may have to disappear stays here, since nobody could
/// delete it there; so does what the receiver may not read as it was sent.
async fn add_content(hs: &Homeserver, user: UserNum, news: &News, told: &mut Value) -> Result<()> {
    let News { room, event, .. } = news;
    let of_state = |kind: &str, state_key: &str, field: &str| {
        let content: Value = room.state.get(kind, state_key)?.content_as()?;
        content[field].as_str().map(str::to_owned)
    };
    let named = [
        ("sender_display_name", of_state("m.room.member", &event.sender, "displayname")),
        ("room_name", of_state("m.room.name", "", "name")),
        ("room_alias", of_state("m.room.canonical_alias", "", "alias")),
    ];
    for (field, text) in named {
        if let Some(text) = text {
            told[field] = json!(text);
        }
    }
    told["type"] = json!(event.kind);
    told["sender"] = json!(event.sender);
    let Some(member) = room.member(user) else { return Ok(()) };
    if event.kind == "m.room.member" {
        told["user_is_target"] = json!(event.state_key.as_deref() == Some(member.user_id.as_str()));
    }
    let is_kept = timers::may_disappear(hs, room, &event.content)
        || safety::masks(hs, user, &member.user_id, room).await?;
    if !is_kept && let Ok(content) = serde_json::from_str::<Value>(&event.content) {
        told["content"] = content;
    }
    Ok(())
}

/// Sends it.
///
/// # Errors
/// [`Error::Internal`] where the gateway can't be reached or didn't take it.
pub(super) async fn post(hs: &Homeserver, url: &Url, pushkey: &str, content: &Value) -> Result<Told> {
    let headers =
        HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
    let body = content.to_string().into_bytes();
    let answer = match hs.outbound.post(url, headers, body, ANSWER_BYTES_MAX).await {
        Ok(answer) => answer,
        Err(error) => return unanswered(error),
    };
    if !answer.is_success() {
        return Err(Error::internal(format!("the push gateway answered {}", answer.status)));
    }
    let Answer { rejected } = serde_json::from_slice(&answer.body).unwrap_or_default();
    Ok(if rejected.iter().any(|rejected| rejected == pushkey) { Told::Gone } else { Told::Yes })
}
