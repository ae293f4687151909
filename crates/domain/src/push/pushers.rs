//! Pushers: where a user's notifications are to be pushed to (specification, 11.12.1.3 Pushers).

use aside_store::{Side, pushers as store};
use ruma::api::client::push::{Pusher, PusherIds};
use serde_json::json;

use super::target::{self, Target, Way};
use crate::accounts::Session;
use crate::{Error, Homeserver, Limited, Result, UserNum};

/// The specification's limits, in bytes.
const PUSHKEY_BYTES_MAX: usize = 512;
const APP_ID_BYTES_MAX: usize = 64;
/// The longest of what a pusher says otherwise.
const TEXT_BYTES_MAX: usize = 1024;
const PUSHER_BYTES_MAX: usize = 16 << 10;
/// Pushers that a user may have.
const PUSHERS_MAX: i64 = 100;

/// Where push gateways take notifications.
const GATEWAY_PATH: &str = "/_matrix/push/v1/notify";

/// The session's user's pushers, oldest first.
///
/// # Errors
/// [`Error::Internal`].
pub async fn pushers(hs: &Homeserver, session: &Session) -> Result<Vec<Pusher>> {
    let user = session.user;
    let stored = hs.store.read(Side::User(user), async move |tx| store::list(tx, user).await).await?;
    stored.iter().map(|stored| serde_json::from_str(&stored.pusher).map_err(Error::internal)).collect()
}

/// Registers a pusher, or changes the one with the same app id and push key. Unless it is to be appended, other users' pushers
/// with the same key go: the phone has a new owner.
///
/// # Errors
/// [`Error::Invalid`] where the app id, the push key, the kind or the gateway's address isn't allowed, [`Error::TooLarge`].
pub async fn put_pusher(hs: &Homeserver, session: &Session, pusher: &Pusher, append: bool) -> Result<()> {
    hs.limit(Limited::Other, session.user_id.as_str())?;
    let PusherIds { app_id, pushkey, .. } = pusher.ids.clone();
    let text = checked(pusher)?;
    if text.len() > PUSHER_BYTES_MAX {
        return Err(Error::TooLarge(format!("the pusher is longer than {PUSHER_BYTES_MAX} bytes")));
    }
    let user = session.user;
    if !append {
        let app_pushkey = app_pushkey(&app_id, &pushkey);
        let owners =
            hs.store.read(Side::Named, async move |tx| store::list_owners(tx, &app_pushkey).await).await?;
        for owner in owners.into_iter().filter(|owner| *owner != user) {
            delete(hs, owner, &app_id, &pushkey).await?;
        }
    }
    // The owner is noted first: a note without a pusher does no harm, a pusher without a note would outlive its owner's phone.
    let noted = app_pushkey(&app_id, &pushkey);
    hs.store.write(Side::Named, async move |tx| store::insert_owner(tx, &noted, user).await).await?;
    let (device_id, now) = (session.device_id.to_string(), hs.clock.now_ms());
    let stored = hs
        .store
        .write(Side::User(user), async move |tx| {
            let key = (app_id.as_str(), pushkey.as_str());
            if store::count_others(tx, user, key).await? >= PUSHERS_MAX {
                return Ok(false);
            }
            store::put(tx, user, key, &text, &device_id, now).await?;
            Ok(true)
        })
        .await?;
    hs.pushers.forget(user);
    if stored { Ok(()) } else { Err(Error::TooLarge(format!("you have {PUSHERS_MAX} pushers already"))) }
}

/// Deletes a pusher of the session's user; one that isn't there is no error.
///
/// # Errors
/// [`Error::Internal`].
pub async fn delete_pusher(hs: &Homeserver, session: &Session, ids: &PusherIds) -> Result<()> {
    delete(hs, session.user, &ids.app_id, &ids.pushkey).await
}

pub(super) async fn delete(hs: &Homeserver, user: UserNum, app_id: &str, pushkey: &str) -> Result<()> {
    let (app, key) = (app_id.to_owned(), pushkey.to_owned());
    hs.store.write(Side::User(user), async move |tx| store::delete(tx, user, (&app, &key)).await).await?;
    hs.pushers.forget(user);
    let noted = app_pushkey(app_id, pushkey);
    hs.store.write(Side::Named, async move |tx| store::delete_owner(tx, &noted, user).await).await?;
    Ok(())
}

/// An app id has no spaces, so this names one pair of them.
fn app_pushkey(app_id: &str, pushkey: &str) -> String {
    format!("{app_id} {pushkey}")
}

/// The pusher as it is stored, once everything about it is found to be allowed.
fn checked(pusher: &Pusher) -> Result<String> {
    let PusherIds { app_id, pushkey, .. } = &pusher.ids;
    let length = |field, text: &str, max: usize| match text.len() {
        len if len > 0 && len <= max => Ok(()),
        _ => Err(Error::invalid(field, format!("1 to {max} bytes"))),
    };
    length("app_id", app_id, APP_ID_BYTES_MAX)?;
    length("pushkey", pushkey, PUSHKEY_BYTES_MAX)?;
    if app_id.contains(char::is_whitespace) {
        return Err(Error::invalid("app_id", "no spaces"));
    }
    for (field, text) in [
        ("app_display_name", &pusher.app_display_name),
        ("device_display_name", &pusher.device_display_name),
        ("lang", &pusher.lang),
        ("profile_tag", pusher.profile_tag.as_ref().unwrap_or(&String::new())),
    ] {
        if text.len() > TEXT_BYTES_MAX {
            return Err(Error::invalid(field, format!("at most {TEXT_BYTES_MAX} bytes")));
        }
    }
    let mut value = serde_json::to_value(pusher).map_err(Error::internal)?;
    match value["kind"].as_str().unwrap_or_default() {
        target::HTTP => check_gateway(value["data"]["url"].as_str().unwrap_or_default())?,
        // Only the browser can read what is sent to it, so nobody has to prove that it is theirs (MSC4174 would ask them to).
        target::WEB_PUSH => value["data"]["activated"] = json!(true),
        "email" => return Err(Error::invalid("kind", "this server sends no e-mail")),
        _ => {}
    }
    let text = value.to_string();
    let (app_id, pushkey) = (app_id.clone(), pushkey.clone());
    let stored = store::Pusher { app_id, pushkey, pusher: text, created_ts: 0, pushed_seq: 0, badge: 0 };
    if let Way::Browser(subscription) = Target::read(&stored)?.way {
        // Whether a key is one is only known once it is used.
        subscription.encrypt(b"")?;
    }
    Ok(stored.pusher)
}

/// A gateway's address is HTTP with the path that the specification gives; whether it may be reached is decided when it is.
fn check_gateway(url: &str) -> Result<()> {
    let refused = |reason: &str| Err(Error::invalid("data.url", reason));
    if url.len() > TEXT_BYTES_MAX || url.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return refused("not the address of a push gateway");
    }
    let Some(rest) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) else {
        return refused("must begin with https://");
    };
    let Some((host, path)) = rest.split_once('/') else { return refused("has no path") };
    if host.is_empty() || host.contains(['?', '#', '@', '\\']) {
        return refused("has no host");
    }
    let path = path.split(['?', '#']).next().unwrap_or_default();
    if path != &GATEWAY_PATH[1..] {
        return refused("the path must be /_matrix/push/v1/notify");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_has_the_path_of_the_specification() {
        for url in [
            "https://push.example.org/_matrix/push/v1/notify",
            "http://127.0.0.1:5000/_matrix/push/v1/notify",
            "https://push.example.org/_matrix/push/v1/notify?key=1",
        ] {
            assert!(check_gateway(url).is_ok(), "{url}");
        }
        for url in [
            "",
            "push.example.org/_matrix/push/v1/notify",
            "ftp://push.example.org/_matrix/push/v1/notify",
            "https:///_matrix/push/v1/notify",
            "https://push.example.org",
            "https://push.example.org/",
            "https://push.example.org/other",
            "https://user@push.example.org/_matrix/push/v1/notify",
            "https://push.example.org/_matrix/push/v1/notify/more",
            "https://push.example.org/_matrix/push/v1/not ify",
        ] {
            assert!(check_gateway(url).is_err(), "{url}");
        }
    }
}
