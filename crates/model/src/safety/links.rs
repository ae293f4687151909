//! Links in what people write: where they stand, and how they are made harmless.

use super::Finding;
use super::link_rules::{LinkFlag, LinkRules};

/// Links looked at in one text.
const LINKS_MAX: usize = 100;

/// A link of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// As it stands in the text.
    pub text: String,
    /// The host it leads to, in the letters it is sent in; empty where it has none.
    pub host: String,
    pub flags: Vec<LinkFlag>,
}

/// Endings by which a bare host is told from two words without a space.
const ENDINGS: &[&str] = &[
    "com", "net", "org", "info", "biz", "io", "co", "me", "app", "dev", "xyz", "top", "site", "online",
    "shop", "store", "club", "vip", "live", "link", "click", "icu", "cc", "tv", "gg", "ly", "de", "at", "ch",
    "fr", "es", "it", "nl", "be", "pl", "pt", "ru", "su", "ua", "uk", "us", "eu", "cn", "in", "br", "mx",
    "ar", "jp", "tk", "ml", "ga", "cf",
];

/// The links of a text, in their order.
pub fn find_links(text: &str, rules: &LinkRules) -> Vec<Finding<Link>> {
    let text = super::looked_at(text);
    let link = |span: std::ops::Range<usize>| {
        let (host, flags) = rules.inspect(&text[span.clone()], None);
        Finding { what: Link { text: text[span.clone()].to_owned(), host, flags }, span }
    };
    find_spans(text).into_iter().map(link).collect()
}

pub(super) fn find_spans(text: &str) -> Vec<std::ops::Range<usize>> {
    let is_break = |c: char| {
        c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`' | '\u{201c}' | '\u{201d}' | '«' | '»')
    };
    let mut spans = Vec::new();
    let mut start = 0;
    for word in text.split_inclusive(is_break) {
        let whole = word.trim_end_matches(is_break);
        if let Some((from, to)) = link_in(whole) {
            spans.push(start + from..start + to);
        }
        start += word.len();
        if spans.len() >= LINKS_MAX {
            break;
        }
    }
    spans
}

/// Where in a word without spaces a link stands.
fn link_in(word: &str) -> Option<(usize, usize)> {
    let begin = match word.find("://") {
        Some(at) => {
            let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
            word[..at]
                .rfind(|c| !is_scheme(c))
                .map_or(0, |before| before + word[before..].chars().next().map_or(0, char::len_utf8))
        }
        None => word.find(|c: char| c.is_alphanumeric())?,
    };
    let rest = &word[begin..];
    let closing = |c: char| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '…');
    let mut end = rest.trim_end_matches(closing).len();
    while let Some((open, close)) =
        [('(', ')'), ('[', ']')].into_iter().find(|(_, close)| rest[..end].ends_with(*close))
    {
        if rest[..end].matches(open).count() >= rest[..end].matches(close).count() {
            break;
        }
        end = rest[..end - 1].trim_end_matches(closing).len();
    }
    let link = &rest[..end];
    let has_scheme = link.find("://").is_some_and(|at| at > 0 && link.len() > at + 3);
    (has_scheme || is_bare_host(link)).then_some((begin, begin + end))
}

/// `example.com/path`, where it can be told from the end of a sentence and from an e-mail address.
fn is_bare_host(link: &str) -> bool {
    let host = link.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host
        .rsplit_once(':')
        .map_or(host, |(host, port)| if port.bytes().all(|b| b.is_ascii_digit()) { host } else { link });
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty() && label.len() <= 63 && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let Some(last) = labels.last() else { return false };
    labels.len() >= 2
        && labels.iter().all(is_label)
        // A capital after a full stop begins a sentence.
        && (ENDINGS.contains(last)
            || (*last == last.to_ascii_uppercase() && ENDINGS.contains(&last.to_ascii_lowercase().as_str()))
            || (labels[0] == "www" && labels.len() > 2))
}

/// The links of a message's HTML, each with the text that it stands under; spans are of the HTML.
pub fn find_in_html(html: &str, rules: &LinkRules) -> Vec<Finding<Link>> {
    let html = super::looked_at(html);
    let mut found = Vec::new();
    let mut at = 0;
    // An ASCII letter is one byte in either case, so positions in the lowered text are those of the HTML.
    let lowered = html.to_ascii_lowercase();
    while found.len() < LINKS_MAX {
        let Some(open) = lowered[at..].find("<a").map(|offset| at + offset) else { break };
        let Some(tag_end) = lowered[open..].find('>').map(|offset| open + offset) else { break };
        at = tag_end + 1;
        let Some(href) = attribute(&html[open..tag_end], &lowered[open..tag_end]) else { continue };
        let close = lowered[at..].find("</a").map_or(html.len(), |offset| at + offset);
        let shown = without_tags(&html[at..close]);
        let (host, flags) = rules.inspect(&href, Some(&shown));
        found.push(Finding { what: Link { text: href, host, flags }, span: open..close });
        at = close;
    }
    found
}

fn attribute(tag: &str, lowered: &str) -> Option<String> {
    let from = lowered.find("href")? + 4;
    let value = tag[from..].trim_start().strip_prefix('=')?.trim_start();
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next()?,
        _ => value.split_whitespace().next()?,
    };
    Some(decoded(value.trim()))
}

fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut inside = false;
    for character in html.chars() {
        match character {
            '<' => inside = true,
            '>' => inside = false,
            other if !inside => text.push(other),
            _ => {}
        }
    }
    decoded(&text)
}

fn decoded(text: &str) -> String {
    let names =
        [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x2f;", "/")];
    names.iter().fold(text.to_owned(), |text, (name, character)| text.replace(name, character))
}

/// Whether a link leads to one of these domains, or to a host below one. Links that name people and rooms of Matrix lead to
/// no other place.
pub fn leads_within(link: &Link, domains: &[String]) -> bool {
    let is_matrix =
        link.host == "matrix.to" || link.text.starts_with("matrix:") || link.text.starts_with("mxc:");
    let is_below = |domain: &String| {
        let domain = domain.trim().to_ascii_lowercase();
        let rest = link.host.strip_suffix(&domain);
        !domain.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    is_matrix || domains.iter().any(is_below)
}

/// A link in a form that no client makes clickable: `hxxps://example[.]com/path`.
pub fn defang(link: &str) -> String {
    let (scheme, rest) = link.split_once("://").map_or((None, link), |(scheme, rest)| (Some(scheme), rest));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest[..end].replace('.', "[.]").replace('@', "[@]");
    let scheme = match scheme {
        Some(scheme) if scheme.eq_ignore_ascii_case("http") => "hxxp://".to_owned(),
        Some(scheme) if scheme.eq_ignore_ascii_case("https") => "hxxps://".to_owned(),
        Some(scheme) => format!("{scheme}[:]//"),
        None => String::new(),
    };
    format!("{scheme}{host}{}", &rest[end..])
}

/// A text with those links defanged that `wanted` names.
pub fn defang_text(text: &str, links: &[Finding<Link>], wanted: impl Fn(&Link) -> bool) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut upto = 0;
    for Finding { what, span } in links.iter().filter(|found| wanted(&found.what)) {
        out.push_str(&text[upto..span.start]);
        out.push_str(&defang(&what.text));
        upto = span.end;
    }
    out.push_str(&text[upto..]);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn links(text: &str) -> Vec<String> {
        find_links(text, &LinkRules::default()).into_iter().map(|found| found.what.text).collect()
    }

    #[test]
    fn links_are_found_in_text() {
        for (text, expected) in [
            ("see https://example.org/a?b=c.", vec!["https://example.org/a?b=c"]),
            ("(https://example.org/a_(b))", vec!["https://example.org/a_(b)"]),
            ("www.example.berlin, or example.com!", vec!["www.example.berlin", "example.com"]),
            ("<http://192.0.2.1:8080/x>", vec!["http://192.0.2.1:8080/x"]),
            ("go:https://a.example/ now", vec!["https://a.example/"]),
            ("this is the end.Then we go", vec![]),
            ("e.g. this", vec![]),
            ("mail bob@example.com", vec![]),
            ("раураl.com", vec!["раураl.com"]),
            ("file.txt and 3.50", vec![]),
            ("javascript://x", vec!["javascript://x"]),
            ("://", vec![]),
        ] {
            assert_eq!(links(text), expected, "{text}");
        }
    }

    #[test]
    fn a_sf_09_an_anchor_that_shows_another_host_is_flagged() {
        let html = |html: &str| find_in_html(html, &LinkRules::default()).remove(0).what;
        let shows = |host: &str| vec![LinkFlag::MismatchedAnchor { shows: host.into() }];
        assert_eq!(
            html("<a href=\"https://evil.example\">https://bank.example</a>").flags,
            shows("bank.example")
        );
        assert_eq!(
            html("<a href='https://evil.example'><b>www.bank.org</b></a>").flags,
            shows("www.bank.org")
        );
        assert_eq!(html("<A HREF=https://m.bank.org/x>bank.org</A>").flags, vec![]);
        assert_eq!(html("<a href=\"https://bank.org\">my bank</a>").flags, vec![]);
        assert_eq!(html("<a href=\"https://bank.org/?a&amp;b\">x").text, "https://bank.org/?a&b");
    }

    #[test]
    fn a_defanged_link_leads_nowhere() {
        assert_eq!(defang("https://a.example.com/b.c?d"), "hxxps://a[.]example[.]com/b.c?d");
        assert_eq!(defang("a.com"), "a[.]com");
        let text = "go to https://bit.ly/x or https://example.org";
        let found = find_links(text, &LinkRules::default());
        let defanged = defang_text(text, &found, |link| !link.flags.is_empty());
        assert_eq!(defanged, "go to hxxps://bit[.]ly/x or https://example.org");
    }

    #[test]
    fn a_link_leads_within_its_domains_or_away() {
        let domains = ["Shop.example".to_owned(), String::new()];
        for (text, is_within) in [
            ("https://shop.example/item/7", true),
            ("https://www.shop.example", true),
            ("https://matrix.to/#/@bob:localhost", true),
            ("https://notshop.example", false),
            ("https://shop.example.evil.com", false),
            ("https://shop.example@evil.com", false),
            ("https://evil.com/?u=shop.example", false),
        ] {
            let found = find_links(text, &LinkRules::default());
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(leads_within(&found[0].what, &domains), is_within, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_defanged_is_found_again(host in "[a-z]{2,8}\\.(com|org|de)", path in "(/[a-z]{0,5})?") {
            for link in [format!("https://{host}{path}"), format!("{host}{path}")] {
                prop_assert_eq!(links(&link).len(), 1);
                prop_assert!(links(&defang(&link)).iter().all(|found| !found.contains(&host)));
            }
        }
    }
}
