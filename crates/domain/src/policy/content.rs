//! What a message may be, whoever gets it: how long its text, how large its file; and the same text to many strangers.

use aside_model::policy::{Consent, Deed, Inputs, Links, Profile, Rule, Unit, decide, look};
use aside_model::safety::{links, offers_to_leave};
use aside_store::{Side, budgets};
use base64::Engine as _;
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::gate::refuse;
use super::gather::{Pair, gather};
use crate::accounts::Session;
use crate::rooms::Room;
use crate::{Error, Homeserver, Result, UserNum, media, privacy, rooms, safety};

const DAY_MS: i64 = 86_400_000;
/// The largest event of the specification.
const EVENT_BYTES_MAX: usize = 65_536;
/// Shorter texts, such as "hi", are the same because there is little to say.
const SAME_TEXT_MIN: usize = 12;
/// Events that make a phone ring.
const CALLS: [&str; 3] = ["m.call.invite", "m.rtc.notification", "org.matrix.msc4075.rtc.notification"];

/// Checks a message of an ordinary conversation. Nearly all are shorter than every limit in any unit, and cost a comparison.
///
/// # Errors
/// [`Error::Policy`].
pub(crate) async fn check_message(
    hs: &Homeserver,
    session: &Session,
    room: &Room,
    kind: &str,
    content: &str,
) -> Result<()> {
    match room.state.members().len() {
        2 => check_other(hs, session, room, kind).await?,
        _ if CALLS.contains(&kind) => check_called(hs, session, room, content).await?,
        _ => {}
    }
    let profile = hs.policy_for(session.user).await?;
    if profile.limits.messages_per_day >= 0 && hs.settings.rate_limits {
        count_day(hs, session.user, &profile).await?;
    }
    // What is larger than an event can be is refused as that.
    let is_short = content.len() > EVENT_BYTES_MAX
        || profile.text.max < 0
        || i64::try_from(content.len()).is_ok_and(|length| length <= profile.text.max);
    let (limits_files, limits_links) = (limits_files(&profile), profile.content.links != Links::Any);
    let keeps_here = profile.content.block_off_platform;
    if is_short && !limits_files && !limits_links && !keeps_here && profile.media.items_per_message < 0 {
        return Ok(());
    }
    let seen = look(kind, content, profile.text.unit);
    let inputs = Inputs {
        deed: Deed::Message,
        consent: Consent::Accepted,
        kind: seen.kind,
        length: seen.length,
        // Whoever sends it may say anything about its size.
        size_bytes: if limits_files { seen.size_bytes.max(media::size_in(hs, content).await?) } else { 0 },
        items: seen.items,
        foreign_link: limits_links && leads_away(hs, &profile, kind, content),
        offers_to_leave: keeps_here && offers_to_leave(&seen.text),
        ..Inputs::default()
    };
    refuse(decide(&profile, &inputs)).map(drop)
}

/// Whether the other one of two takes messages at all, and calls of this one, where it is a call.
async fn check_other(hs: &Homeserver, session: &Session, room: &Room, kind: &str) -> Result<()> {
    let others = room.state.joined().map(|(num, _)| num).filter(|num| *num != session.user);
    let Some(other) = others.last() else { return Ok(()) };
    let theirs = privacy::settings(hs, other).await?;
    let calls = CALLS.contains(&kind) && theirs.who_may_call.is_some();
    if !theirs.dms_off() && !calls {
        return Ok(());
    }
    // Neither is asked of a group, and a conversation that was the pair's once stays theirs.
    if !rooms::is_direct_room(hs, room, session.user, other).await? {
        return Ok(());
    }
    let deed = if calls { Deed::Call } else { Deed::Start };
    let pair = Pair { sender: session.user, sender_id: &session.user_id, recipient: other };
    let (profile, inputs) = gather(hs, pair, deed).await?;
    match decide(&profile, &inputs) {
        verdict if verdict.is_refused() => Err(Error::Policy(Box::new(verdict.for_sender()))),
        _ => Ok(()),
    }
}

/// Whether those take calls of this one who are called by name in a group. Who is not named is free to ignore it.
async fn check_called(hs: &Homeserver, session: &Session, room: &Room, content: &str) -> Result<()> {
    #[derive(Deserialize)]
    struct Called {
        invitee: Option<String>,
        #[serde(rename = "m.mentions", default)]
        mentions: Mentions,
    }
    #[derive(Default, Deserialize)]
    struct Mentions {
        #[serde(default)]
        user_ids: Vec<String>,
    }
    let Ok(called) = serde_json::from_str::<Called>(content) else { return Ok(()) };
    let named = |user_id: &str| {
        called.invitee.as_deref() == Some(user_id) || called.mentions.user_ids.iter().any(|id| id == user_id)
    };
    let joined = room.state.joined().filter(|(num, _)| *num != session.user);
    for (other, _) in joined.filter(|(_, member)| named(member.user_id.as_str())) {
        if privacy::settings(hs, other).await?.who_may_call.is_none() {
            continue;
        }
        let pair = Pair { sender: session.user, sender_id: &session.user_id, recipient: other };
        let (profile, inputs) = gather(hs, pair, Deed::Call).await?;
        let verdict = decide(&profile, &inputs);
        if verdict.is_refused() {
            return Err(Error::Policy(Box::new(verdict.for_sender())));
        }
    }
    Ok(())
}

/// Whether a message has a link to a place that isn't the platform's own.
fn leads_away(hs: &Homeserver, profile: &Profile, kind: &str, content: &str) -> bool {
    if kind != "m.room.message" {
        return false;
    }
    let links = safety::links_of(&hs.house_rules, content);
    links.iter().any(|link| !links::leads_within(link, &profile.content.platform_domains))
}

fn limits_files(profile: &Profile) -> bool {
    let media = &profile.media;
    [media.image_bytes, media.video_bytes, media.audio_bytes, media.file_bytes]
        .iter()
        .any(|limit| *limit >= 0)
}

async fn count_day(hs: &Homeserver, user: UserNum, profile: &Profile) -> Result<()> {
    let (day, max) = (hs.clock.now_ms() / DAY_MS, profile.limits.messages_per_day);
    let counted = hs
        .store
        .write(Side::User(user), async move |tx| budgets::count_day(tx, user, day, max).await)
        .await?;
    if counted {
        return Ok(());
    }
    let inputs = Inputs { deed: Deed::Message, messages_24h: max, ..Inputs::default() };
    refuse(decide(profile, &inputs)).map(drop)
}

/// Notes who gets a text of a stranger, and stops the sender where too many do. To be called before the text is sent.
///
/// # Errors
/// [`Error::Policy`].
pub(crate) async fn note_text(
    hs: &Homeserver,
    session: &Session,
    room: &Room,
    kind: &str,
    content: &str,
) -> Result<()> {
    if room.requests.is_empty() || !hs.settings.rate_limits {
        return Ok(());
    }
    let asked = room.requests.values().find(|row| row.stranger && row.sender == session.user);
    let Some(other) = asked.map(|row| row.user) else { return Ok(()) };
    let profile = hs.policy_for(other).await?;
    let Some(hash) = hash_of(session.user, &look(kind, content, profile.text.unit).text) else {
        return Ok(());
    };
    let (user, now, limits) = (session.user, hs.clock.now_ms(), profile.limits.clone());
    let (paused, same_text) = hs
        .store
        .write(Side::User(user), async move |tx| {
            let paused = budgets::lock(tx, user).await? > now;
            let since = now - limits.same_text_window_s.saturating_mul(1000);
            let count = budgets::count_text(tx, user, &hash, other, since).await?;
            let over = limits.same_text_recipients >= 0 && count >= limits.same_text_recipients;
            if over {
                budgets::set_paused(tx, user, now + limits.same_text_pause_s.saturating_mul(1000)).await?;
            } else if !paused {
                budgets::put_text(tx, user, &hash, other, now, since).await?;
            }
            Ok((paused, count))
        })
        .await?;
    let inputs =
        Inputs { deed: Deed::Message, consent: Consent::Requested, paused, same_text, ..Inputs::default() };
    let verdict = decide(&profile, &inputs);
    let decided = verdict.reasons.last().map(|reason| reason.rule);
    match decided {
        Some(Rule::SameText | Rule::SameTextPause) => Err(Error::Policy(Box::new(verdict.for_sender()))),
        // Anything else is judged where the message is stored.
        _ => Ok(()),
    }
}

/// What an event says, as far as that can be read.
pub(crate) fn text_of(kind: &str, content: &RawValue) -> String {
    look(kind, content.get(), Unit::Chars).text
}

/// What stands for a text, without case, spaces and signs; another sender's is another.
fn hash_of(user: UserNum, text: &str) -> Option<String> {
    let letters: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if letters.chars().count() < SAME_TEXT_MIN {
        return None;
    }
    let mut hasher = Sha256::new();
    hasher.update(user.0.to_be_bytes());
    hasher.update(letters.as_bytes());
    Some(base64::engine::general_purpose::STANDARD_NO_PAD.encode(&hasher.finalize()[..16]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_the_same_whatever_their_dress() {
        let (one, other) = (UserNum(1), UserNum(2));
        let plain = hash_of(one, "Buy my course now");
        assert!(plain.is_some());
        assert_eq!(plain, hash_of(one, "BUY, my   course: NOW!!"));
        assert_ne!(plain, hash_of(other, "Buy my course now"));
        assert_ne!(plain, hash_of(one, "Buy my course today"));
        assert_eq!(hash_of(one, "hi there"), None);
    }
}
