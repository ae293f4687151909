//! Finds what the load generator needs in an answer without building a JSON tree, because the generator
//! shares its cores with the server that it measures.

use memchr::{memchr2, memmem};

/// The string under `key` in the outermost object of `json`. The same key deeper inside is not looked at.
pub fn top_level_string(json: &[u8], key: &str) -> Option<String> {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < json.len() {
        match json[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            b'"' => {
                let end = string_end(json, at)?;
                let is_key = depth == 1 && &json[at + 1..end] == key.as_bytes();
                at = end;
                if is_key && let Some(value) = value_after(json, end + 1) {
                    return (json.get(value) == Some(&b'"')).then(|| string_at(json, value)).flatten();
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The index of the quote that ends the string whose opening quote is at `open`.
fn string_end(json: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        at += memchr2(b'"', b'\\', json.get(at..)?)?;
        if json[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}

/// Where the value begins, if a colon follows at `at`; without one the string before was a value and not a
/// key.
fn value_after(json: &[u8], at: usize) -> Option<usize> {
    let colon = skip_space(json, at);
    (json.get(colon) == Some(&b':')).then(|| skip_space(json, colon + 1))
}

fn skip_space(json: &[u8], at: usize) -> usize {
    at + json[at.min(json.len())..].iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

fn string_at(json: &[u8], open: usize) -> Option<String> {
    serde_json::from_slice(&json[open..=string_end(json, open)?]).ok()
}

/// The numbers that directly follow each `marker` in `body`: every message of a measure carries its own.
pub fn marked_numbers<'a>(body: &'a [u8], marker: &'a str) -> impl Iterator<Item = usize> + 'a {
    memmem::find_iter(body, marker).filter_map(|at| {
        let digits = &body[at + marker.len()..];
        let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        std::str::from_utf8(&digits[..length]).ok()?.parse().ok()
    })
}

/// How often `needle` occurs in `body`.
pub fn count(body: &[u8], needle: &str) -> usize {
    memmem::find_iter(body, needle).count()
}

/// Percent-encodes everything but the unreserved characters, so that ids and tokens fit into a path or query.
pub fn percent_encode(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len() + 16), |mut encoded, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte))
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_key_of_the_outermost_object_only() {
        let json = br#"{"rooms":{"next_batch":"inner"},"next_batch":"outer"}"#;
        assert_eq!(top_level_string(json, "next_batch").as_deref(), Some("outer"));
    }

    #[test]
    fn is_not_fooled_by_text_that_looks_like_the_key() {
        let json = br#"{"body":"\"next_batch\":\"no\"","x":"next_batch","next_batch" : "s1_2"}"#;
        assert_eq!(top_level_string(json, "next_batch").as_deref(), Some("s1_2"));
    }

    #[test]
    fn undoes_escapes() {
        assert_eq!(top_level_string(br#"{"event_id":"$a\/b\\"}"#, "event_id").as_deref(), Some("$a/b\\"));
    }

    #[test]
    fn finds_nothing_in_absent_cut_or_other_values() {
        assert_eq!(top_level_string(br#"{"chunk":["end"]}"#, "end"), None);
        assert_eq!(top_level_string(br#"{"end":null}"#, "end"), None);
        assert_eq!(top_level_string(br#"{"end":"abc"#, "end"), None);
        assert_eq!(top_level_string(br#"{"end":"abc\"#, "end"), None);
        assert_eq!(top_level_string(b"", "end"), None);
    }

    #[test]
    fn reads_every_marked_number() {
        let body = br#"{"body":"qx7: 1"},{"body":"qx12 hello"},{"body":"qx12"}"#;
        assert_eq!(marked_numbers(body, "qx").collect::<Vec<_>>(), [7, 12, 12]);
        assert_eq!(count(body, "\"body\""), 3);
    }

    #[test]
    fn encodes_room_ids() {
        assert_eq!(percent_encode("!Ab-1:localhost/x"), "%21Ab-1%3Alocalhost%2Fx");
    }
}
