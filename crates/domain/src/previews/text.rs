//! Bytes of a page become text: by what the server says, by what the page says, else as UTF-8.

use encoding_rs::{Encoding, UTF_8};

/// A page says it near its beginning, or not at all.
const START_BYTES: usize = 1_024;

pub(super) fn decode(bytes: &[u8], content_type: Option<&str>) -> String {
    let named = content_type.and_then(|text| charset(text.as_bytes()));
    let named = named.or_else(|| charset(&bytes[..bytes.len().min(START_BYTES)]));
    // A byte order mark says more than either.
    named.unwrap_or(UTF_8).decode(bytes).0.into_owned()
}

/// What stands behind `charset=`.
fn charset(text: &[u8]) -> Option<&'static Encoding> {
    let text = String::from_utf8_lossy(text).to_ascii_lowercase();
    let (_, rest) = text.split_once("charset=")?;
    let label = rest.trim_start_matches(['"', '\'', ' ']);
    let end = label.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | ':' | '.'));
    Encoding::for_label(&label.as_bytes()[..end.unwrap_or(label.len())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_other_times_can_be_read() {
        let latin = b"<title>Gr\xfc\xdfe</title>";
        assert_eq!(decode(latin, Some("text/html; charset=ISO-8859-1")), "<title>Grüße</title>");
        assert_eq!(
            decode(b"<meta charset='shift_jis'>\x93\xfa\x96{", Some("text/html")),
            "<meta charset='shift_jis'>日本"
        );
        assert_eq!(decode("Grüße".as_bytes(), None), "Grüße");
        assert_eq!(
            decode(b"\xff\xfeG\0", Some("text/html; charset=utf-8")),
            "G",
            "a byte order mark decides"
        );
        assert_eq!(decode("ü".as_bytes(), Some("text/html; charset=nonsense")), "ü");
    }
}
