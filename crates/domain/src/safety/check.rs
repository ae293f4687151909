//! What a client may ask of a text before it is sent. The text is looked at and forgotten: it is neither stored nor logged.

use std::ops::Range;

use aside_model::safety::links::Link;
use aside_model::safety::{
    Assessment, ContactKind, Offence, SensitiveKind, TEXT_BYTES_MAX, assess, contact, links, offence,
    sensitive, utf16_span,
};
use ruma::{OwnedUserId, RoomId};

use super::pair::other_of_pair;
use crate::accounts::Session;
use crate::{Error, Homeserver, Limited, Result, relations, rooms};

/// What was found in a text. Spans are counted in UTF-16 code units, as JavaScript counts.
#[derive(Debug)]
pub struct Checked {
    pub sensitive: Vec<(SensitiveKind, Range<usize>)>,
    pub contacts: Vec<(ContactKind, Range<usize>)>,
    pub offences: Vec<(Offence, Range<usize>)>,
    pub links: Vec<(Link, Range<usize>)>,
    /// Links of the formatted text, whose places are not told.
    pub html_links: Vec<Link>,
    pub spam: Assessment,
    /// Whether the room that was named is encrypted from end to end; `None` where none was named.
    pub encrypted: Option<bool>,
    /// Who would get it, where the room that was named is one of two.
    pub counterpart: Option<Counterpart>,
}

/// Who would get a text, and whether the platform knows that they are who they say they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counterpart {
    pub user_id: OwnedUserId,
    pub verified: bool,
    pub is_page: bool,
}

/// Looks at a text, and at its formatted twin, that somebody is about to send.
///
/// # Errors
/// [`Error::TooLarge`], [`Error::LimitExceeded`], [`Error::Forbidden`] where the user isn't in the room.
pub async fn check(
    hs: &Homeserver,
    session: &Session,
    text: &str,
    html: Option<&str>,
    room_id: Option<&RoomId>,
) -> Result<Checked> {
    hs.limit(Limited::Other, session.user_id.as_str())?;
    if text.len() > TEXT_BYTES_MAX || html.is_some_and(|html| html.len() > TEXT_BYTES_MAX) {
        return Err(Error::TooLarge(format!("the text is longer than {TEXT_BYTES_MAX} bytes")));
    }
    let room = match room_id {
        Some(room_id) => Some(rooms::access_joined_room(hs, session, room_id).await?),
        None => None,
    };
    let counterpart = match room.as_ref().and_then(|room| other_of_pair(room, &session.user_id)) {
        Some((other, member)) => {
            let facts = relations::facts(hs, other).await?;
            let user_id = member.user_id.clone();
            Some(Counterpart { user_id, verified: facts.verified, is_page: facts.is_page })
        }
        None => None,
    };
    let rules = &hs.house_rules.links;
    let placed = |span: Range<usize>| utf16_span(text, &span);
    let in_html = html.map(|html| links::find_in_html(html, rules)).unwrap_or_default();
    Ok(Checked {
        sensitive: sensitive::find(text).into_iter().map(|found| (found.what, placed(found.span))).collect(),
        contacts: contact::find(text).into_iter().map(|found| (found.what, placed(found.span))).collect(),
        offences: offence::find(text).into_iter().map(|found| (found.what, placed(found.span))).collect(),
        links: links::find_links(text, rules)
            .into_iter()
            .map(|found| (found.what, placed(found.span)))
            .collect(),
        html_links: in_html.into_iter().map(|found| found.what).collect(),
        spam: assess(text, rules),
        encrypted: room.map(|room| room.is_encrypted()),
        counterpart,
    })
}
