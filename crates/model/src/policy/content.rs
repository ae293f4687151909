//! What a message is, told from its event: the kind, how long its text is, how large its file.

use serde_json::Value;

use super::words::{Kind, Unit};

/// What can be seen of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub kind: Kind,
    /// The text's length; 0 where there is none or it can't be read.
    pub length: i64,
    /// The file's size in bytes as the sender says; 0 where there is none.
    pub size_bytes: i64,
    /// Pictures and videos; more than one in a gallery (MSC4274).
    pub items: i64,
    /// The text, for those who compare or rate it.
    pub text: String,
}

/// Looks at an event's type and content. What can't be read is of the kind `other`, never an error.
pub fn look(event_type: &str, content: &str, unit: Unit) -> Seen {
    let plain = |kind| Seen { kind, length: 0, size_bytes: 0, items: 0, text: String::new() };
    match event_type {
        "m.room.message" | "m.sticker" => {}
        "m.room.encrypted" => return plain(Kind::Encrypted),
        "m.reaction" => return plain(Kind::Reaction),
        "m.location" => return plain(Kind::Location),
        kind if kind.starts_with("m.call.") || kind.contains(".call.") || kind == "m.rtc.notification" => {
            return plain(Kind::Call);
        }
        kind if kind.contains("poll.") => return plain(Kind::Poll),
        _ => return plain(Kind::Other),
    }
    // Each field is read by itself: one that is not as it should be must not hide the others from the rules.
    let Ok(content) = serde_json::from_str::<Value>(content) else { return plain(Kind::Other) };
    let content = what_counts(&content, unit);
    let text = |place: &str| content.pointer(place).and_then(Value::as_str).unwrap_or_default();
    let body = text("/body");
    let kind = match (event_type, text("/msgtype")) {
        ("m.sticker", _) => Kind::Sticker,
        (_, "m.text" | "m.notice" | "m.emote") if has_link(body) => Kind::Link,
        (_, "m.text" | "m.notice" | "m.emote") => Kind::Text,
        (_, "m.image") if text("/info/mimetype") == "image/gif" => Kind::Gif,
        (_, "m.image") => Kind::Image,
        (_, "m.video") => Kind::Video,
        (_, "m.audio") if content.get("org.matrix.msc3245.voice").is_some() => Kind::Voice,
        (_, "m.audio" | "m.file") => Kind::File,
        (_, "m.location") => Kind::Location,
        (_, "m.gallery" | "dm.filament.gallery") => Kind::Image,
        _ => Kind::Other,
    };
    let size_of = |item: &Value| item.pointer("/info/size").and_then(Value::as_i64).unwrap_or(0).max(0);
    let gallery = content.get("itemtypes").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let items = match kind {
        Kind::Image | Kind::Gif | Kind::Video => gallery.len().max(1),
        _ => 0,
    };
    Seen {
        kind,
        length: i64::try_from(unit.count(body)).unwrap_or(i64::MAX),
        size_bytes: gallery.iter().map(size_of).fold(size_of(content), i64::max),
        items: i64::try_from(items).unwrap_or(i64::MAX),
        text: body.to_owned(),
    }
}

/// An edit says twice what it says, and its new text counts. Of what isn't one, but has a new text, clients may show either.
fn what_counts(content: &Value, unit: Unit) -> &Value {
    let Some(new) = content.get("m.new_content").filter(|new| new.is_object()) else { return content };
    let is_edit = content.pointer("/m.relates_to/rel_type").is_some_and(|relation| relation == "m.replace");
    let length =
        |content: &Value| unit.count(content.get("body").and_then(Value::as_str).unwrap_or_default());
    if is_edit || length(new) > length(content) { new } else { content }
}

/// Whether a text holds something that a client would make clickable.
fn has_link(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    if ["http://", "https://", "www.", "mailto:", "matrix:", "tel:"].iter().any(|sign| lower.contains(sign)) {
        return true;
    }
    lower.split_whitespace().any(is_domain)
}

/// `example.com`, also with a path behind it; a full stop at the end of a sentence makes no domain.
fn is_domain(word: &str) -> bool {
    let host = word.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let host = host.trim_matches(|c: char| !c.is_alphanumeric());
    let Some((name, top)) = host.rsplit_once('.') else { return false };
    let labels = |part: &str| part.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.');
    !name.is_empty() && labels(name) && !name.ends_with('.') && TOP_LEVELS.contains(&top)
}

/// Endings of names that clients make clickable without a scheme, and that strangers use most.
const TOP_LEVELS: [&str; 32] = [
    "com", "net", "org", "io", "me", "ly", "gl", "co", "app", "dev", "link", "click", "top", "xyz", "info",
    "biz", "site", "online", "shop", "store", "live", "ru", "cn", "de", "uk", "fr", "in", "br", "eu", "us",
    "tk", "cc",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_message_is_follows_from_its_event() {
        for (kind, content, expected) in [
            ("m.room.message", r#"{"msgtype":"m.text","body":"hello there. how are you"}"#, Kind::Text),
            ("m.room.message", r#"{"msgtype":"m.text","body":"see https://example.org"}"#, Kind::Link),
            ("m.room.message", r#"{"msgtype":"m.text","body":"see bit.ly/abc"}"#, Kind::Link),
            ("m.room.message", r#"{"msgtype":"m.text","body":"I came home.Com que"}"#, Kind::Link),
            ("m.room.message", r#"{"msgtype":"m.text","body":"1.5 or 2..."}"#, Kind::Text),
            (
                "m.room.message",
                r#"{"msgtype":"m.image","body":"a","info":{"mimetype":"image/png"}}"#,
                Kind::Image,
            ),
            (
                "m.room.message",
                r#"{"msgtype":"m.image","body":"a","info":{"mimetype":"image/gif"}}"#,
                Kind::Gif,
            ),
            (
                "m.room.message",
                r#"{"msgtype":"m.audio","body":"a","org.matrix.msc3245.voice":{}}"#,
                Kind::Voice,
            ),
            ("m.room.message", r#"{"msgtype":"m.audio","body":"a"}"#, Kind::File),
            ("m.room.message", r#"{"msgtype":"m.video","body":"a"}"#, Kind::Video),
            (
                "m.room.message",
                r#"{"msgtype":"m.gallery","body":"a","itemtypes":[{"itemtype":"m.image"}]}"#,
                Kind::Image,
            ),
            ("m.room.message", r#"{"msgtype":7}"#, Kind::Other),
            ("m.room.message", r#"{"msgtype":"m.file","body":null,"info":{"size":null}}"#, Kind::File),
            ("m.room.message", r#"{"msgtype":"m.text","body":"a","info":7,"m.new_content":7}"#, Kind::Text),
            ("m.room.message", r#"{"msgtype":"org.example.x","body":""}"#, Kind::Other),
            ("m.sticker", r#"{"body":"a"}"#, Kind::Sticker),
            ("m.reaction", "{}", Kind::Reaction),
            ("m.call.invite", "{}", Kind::Call),
            ("m.poll.start", "{}", Kind::Poll),
            ("m.room.encrypted", r#"{"ciphertext":"x"}"#, Kind::Encrypted),
            ("org.example.thing", "{}", Kind::Other),
        ] {
            assert_eq!(look(kind, content, Unit::Chars).kind, expected, "{content}");
        }
    }

    #[test]
    fn a_gallery_has_as_many_items_as_it_names_and_the_size_of_its_largest() {
        let gallery = r#"{"msgtype":"dm.filament.gallery","body":"","itemtypes":[{"info":{"size":7}},{"info":{"size":9}},3]}"#;
        let seen = look("m.room.message", gallery, Unit::Chars);
        assert_eq!((seen.items, seen.size_bytes), (3, 9));
        let items = |content: &str| look("m.room.message", content, Unit::Chars).items;
        assert_eq!(items(r#"{"msgtype":"m.video","body":"a"}"#), 1);
        assert_eq!(items(r#"{"msgtype":"m.text","body":"a","itemtypes":[1,2]}"#), 0);
    }

    #[test]
    fn a_text_is_counted_in_the_profiles_unit() {
        let content = r#"{"msgtype":"m.text","body":"né😀"}"#;
        for (unit, length) in [(Unit::Chars, 3), (Unit::Utf16, 4), (Unit::Bytes, 7)] {
            assert_eq!(look("m.room.message", content, unit).length, length);
        }
        let said_anew =
            r#""msgtype":"m.text","body":"* longer","m.new_content":{"msgtype":"m.text","body":"new"}"#;
        let edit = format!("{{{said_anew},\"m.relates_to\":{{\"rel_type\":\"m.replace\"}}}}");
        assert_eq!(look("m.room.message", &edit, Unit::Chars).length, 3);
        let no_edit = format!("{{{said_anew}}}");
        assert_eq!(look("m.room.message", &no_edit, Unit::Chars).length, 8);
    }
}
