//! The standard client-server calls that the measures are made of.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result};
use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::HeaderValue;
use serde_json::{Value, json};

use super::client::Connection;
use super::scan::{percent_encode, top_level_string};

/// Long enough that a poll of a running measure never ends for lack of news.
pub const LONG_POLL_MS: u64 = 30_000;
const PASSWORD: &str = "seven lanterns over the quiet harbour";

pub struct User {
    pub id: String,
    pub name: String,
    pub token: HeaderValue,
}

pub struct Room {
    path: String,
}

pub struct Synced {
    pub next_batch: String,
    pub body: Bytes,
}

/// Registers `name`, or logs in if the name is taken.
pub async fn register(connection: &mut Connection, name: &str) -> Result<User> {
    const PATH: &str = "/_matrix/client/v3/register";
    let mut request = json!({
        "username": name,
        "password": PASSWORD,
        "auth": { "type": "m.login.dummy" },
    });
    let mut answer = connection.post(PATH, None, body(&request)).await?;
    if answer.status == StatusCode::UNAUTHORIZED {
        let session =
            top_level_string(&answer.body, "session").context("user-interactive answer without a session")?;
        request["auth"]["session"] = session.into();
        answer = connection.post(PATH, None, body(&request)).await?;
    }
    if top_level_string(&answer.body, "errcode").as_deref() == Some("M_USER_IN_USE") {
        return login(connection, name).await;
    }
    user(name, &answer.ok().context("registering")?)
}

pub async fn login(connection: &mut Connection, name: &str) -> Result<User> {
    let request = json!({
        "type": "m.login.password",
        "identifier": { "type": "m.id.user", "user": name },
        "password": PASSWORD,
    });
    let answer = connection.post("/_matrix/client/v3/login", None, body(&request)).await?;
    user(name, &answer.ok().context("logging in")?)
}

fn user(name: &str, answer: &[u8]) -> Result<User> {
    let field =
        |key| top_level_string(answer, key).with_context(|| format!("no {key} in the answer to {name}"));
    let mut token = HeaderValue::try_from(format!("Bearer {}", field("access_token")?))?;
    token.set_sensitive(true);
    Ok(User { id: field("user_id")?, name: name.to_owned(), token })
}

/// Makes a direct room of `creator` and `invitee`, and lets the invitee join it.
pub async fn direct_room(connection: &mut Connection, creator: &User, invitee: &User) -> Result<Arc<Room>> {
    let request = json!({
        "preset": "trusted_private_chat",
        "is_direct": true,
        "invite": [invitee.id],
    });
    let answer =
        connection.post("/_matrix/client/v3/createRoom", Some(&creator.token), body(&request)).await?;
    let room_id =
        top_level_string(&answer.ok()?, "room_id").context("createRoom answered without a room_id")?;
    let room = Room { path: format!("/_matrix/client/v3/rooms/{}", percent_encode(&room_id)) };
    let join = format!("{}/join", room.path);
    connection.post(&join, Some(&invitee.token), Bytes::from_static(b"{}")).await?.ok()?;
    Ok(Arc::new(room))
}

/// Sends one text message of about 100 bytes that begins with `marker` and `number`.
pub async fn send(
    connection: &mut Connection,
    user: &User,
    room: &Room,
    marker: &str,
    number: usize,
) -> Result<()> {
    // Unique in the whole run, so unique for every device too.
    static NEXT_TRANSACTION: AtomicU64 = AtomicU64::new(0);

    let transaction = NEXT_TRANSACTION.fetch_add(1, Ordering::Relaxed);
    let path = format!("{}/send/m.room.message/{transaction}", room.path);
    let text = format!(
        r#"{{"msgtype":"m.text","body":"{marker}{number}: shall we meet at eight by the old bridge?"}}"#
    );
    let answer = connection.put(&path, Some(&user.token), text.into()).await?.ok()?;
    top_level_string(&answer, "event_id").context("a send was answered without an event_id")?;
    Ok(())
}

pub async fn sync(
    connection: &mut Connection,
    user: &User,
    since: Option<&str>,
    timeout_ms: u64,
) -> Result<Synced> {
    let mut path = format!("/_matrix/client/v3/sync?timeout={timeout_ms}");
    if let Some(since) = since {
        path.push_str("&since=");
        path.push_str(&percent_encode(since));
    }
    let body = connection.get(&path, Some(&user.token)).await?.ok()?;
    let next_batch =
        top_level_string(&body, "next_batch").context("a sync was answered without next_batch")?;
    Ok(Synced { next_batch, body })
}

/// One page of at most `limit` events of a room's history, newest first.
pub async fn messages(
    connection: &mut Connection,
    user: &User,
    room: &Room,
    from: Option<&str>,
    limit: usize,
) -> Result<Bytes> {
    let mut path = format!("{}/messages?dir=b&limit={limit}", room.path);
    if let Some(from) = from {
        path.push_str("&from=");
        path.push_str(&percent_encode(from));
    }
    connection.get(&path, Some(&user.token)).await?.ok()
}

fn body(request: &Value) -> Bytes {
    request.to_string().into()
}
