//! What a page says of itself: Open Graph, and where it has none, what other readers look for.

use aside_outbound::Url;
use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};

/// Longer texts are cut.
const TEXT_CHARS_MAX: usize = 300;
const DESCRIPTION_CHARS_MAX: usize = 1_000;
const SPACES: [char; 2] = [' ', '\u{a0}'];

/// What is shown of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) site_name: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) image: Option<Url>,
}

/// The names under which each thing is looked for, the best first.
const TITLE: &[&str] = &["og:title", "twitter:title", "<title>"];
const DESCRIPTION: &[&str] = &["og:description", "twitter:description", "description"];
const SITE_NAME: &[&str] = &["og:site_name", "application-name"];
const KIND: &[&str] = &["og:type"];
const IMAGE: &[&str] =
    &["og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"];
const ALL: [&[&str]; 5] = [TITLE, DESCRIPTION, SITE_NAME, KIND, IMAGE];

/// Reads the page at an address. Its tags are looked at one after the other and no tree is built, so no page is too deep.
pub(super) fn read(html: &str, url: &Url) -> Page {
    let mut found: Vec<(&'static str, String)> = Vec::new();
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut title: Option<String> = None;
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) if *tag.name == b"title".as_slice() => title = Some(String::new()),
            Token::StartTag(tag) if *tag.name == b"meta".as_slice() => {
                if let Some((name, content)) = meta(&tag)
                    && !found.iter().any(|(other, _)| *other == name)
                {
                    found.push((name, content));
                }
            }
            Token::String(text) => {
                if let Some(title) = &mut title {
                    title.push_str(&String::from_utf8_lossy(&text));
                }
            }
            Token::EndTag(tag) if *tag.name == b"title".as_slice() => {
                // Pictures inside a page (SVG) have titles, too; the page's own comes first.
                let is_first = !found.iter().any(|(name, _)| *name == "<title>");
                if let Some(title) = title.take().filter(|_| is_first) {
                    found.push(("<title>", title));
                }
            }
            _ => {}
        }
    }
    let text = |names: &[&str], chars_max| {
        let named = names.iter().find_map(|name| found.iter().find(|(other, _)| other == name));
        named.map(|(_, text)| tidied(text, chars_max)).filter(|text| !text.is_empty())
    };
    let image = text(IMAGE, usize::MAX).and_then(|address| url.join(&address).ok());
    Page {
        title: text(TITLE, TEXT_CHARS_MAX),
        description: text(DESCRIPTION, DESCRIPTION_CHARS_MAX),
        site_name: text(SITE_NAME, TEXT_CHARS_MAX),
        kind: text(KIND, TEXT_CHARS_MAX),
        image: image.filter(|image| matches!(image.scheme(), "http" | "https")),
    }
}

/// Name and content of a `<meta>` that is looked for and says something.
fn meta(tag: &StartTag<()>) -> Option<(&'static str, String)> {
    let attribute = |name: &[u8]| {
        let (_, value) = tag.attributes.iter().find(|(other, _)| other.as_slice() == name)?;
        Some(String::from_utf8_lossy(value).trim().to_owned())
    };
    let name = attribute(b"property").or_else(|| attribute(b"name"))?.to_ascii_lowercase();
    let name = ALL.into_iter().flatten().find(|known| **known == name)?;
    attribute(b"content").filter(|content| !content.is_empty()).map(|content| (*name, content))
}

/// A text on one line, without what could turn the lines around it about.
fn tidied(text: &str, chars_max: usize) -> String {
    let is_control = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let spaced: String = text.chars().map(|c| if is_control(c) { ' ' } else { c }).collect();
    let words: Vec<&str> = spaced.split(SPACES).filter(|word| !word.is_empty()).collect();
    let line = words.join(" ");
    match line.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn page(html: &str) -> Page {
        read(html, &Url::parse("https://example.org/news/today").unwrap())
    }

    #[test]
    fn open_graph_comes_first() {
        let page = page(
            r#"<!doctype html><html><head>
            <title>Plain title</title><meta name="description" content="Plain description">
            <meta property="og:title" content="Tom &amp; Jerry"><meta PROPERTY="OG:Description" content=' A
            chase '><meta property="og:title" content="second">
            <meta property="og:site_name" content="Example"><meta property="og:type" content="article">
            <meta property="og:image" content="/cat.png"><meta name="twitter:image" content="/other.png">
            </head><body><svg><title>icon</title></svg></body></html>"#,
        );
        assert_eq!(page.title.as_deref(), Some("Tom & Jerry"));
        assert_eq!(page.description.as_deref(), Some("A chase"));
        assert_eq!((page.site_name.as_deref(), page.kind.as_deref()), (Some("Example"), Some("article")));
        assert_eq!(page.image.unwrap().as_str(), "https://example.org/cat.png");
    }

    #[test]
    fn without_open_graph_the_page_is_known_by_its_title() {
        let page = page(
            "<title> A <b>bold</b> title </title><script>'<meta property=og:title content=no>'</script>",
        );
        assert_eq!(page.title.as_deref(), Some("A <b>bold</b> title"));
        assert_eq!((page.description, page.image), (None, None));
    }

    #[test]
    fn what_is_empty_or_no_picture_is_not_there() {
        for html in [
            "",
            "no tags at all",
            "<meta property=og:title>",
            "<meta property=og:title content='  '>",
            "<meta property=og:image content='javascript:alert(1)'>",
            "<meta property=og:image content='data:image/png;base64,AA'>",
            "<meta property=og:image content='file:///etc/passwd'>",
            "<title>never closed",
        ] {
            assert_eq!(page(html), Page::default(), "{html}");
        }
    }

    #[test]
    fn texts_stay_short_and_on_their_line() {
        let title = page(&format!("<meta property=og:title content='{}'>", "ab ".repeat(500))).title.unwrap();
        assert!(title.chars().count() <= TEXT_CHARS_MAX + 1 && title.ends_with('…'), "{title}");
        let turned = page("<meta property=og:title content='abc\u{202e}fed\n\tghi'>").title.unwrap();
        assert_eq!(turned, "abc fed ghi");
        let deep = page(&format!("{}<title>deep</title>", "<div>".repeat(100_000)));
        assert_eq!(deep.title.as_deref(), Some("deep"));
    }

    proptest! {
        #[test]
        fn no_page_breaks_the_reader(html in "(<meta |property=|content=|og:title|<title>|</title>|['\"<>&/!-]|\\PC){0,60}") {
            page(&html);
        }
    }
}
