//! Links, and what is wrong with them.
//!
//! A link is suspicious where it pretends: a host that looks like a well-known one, letters of several scripts, a text
//! that shows another address than it leads to. It is opaque where nobody can tell where it leads: a shortener, a bare
//! number for a host. Which of that matters, the policy profile says.

use std::borrow::Cow;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::Finding;
use super::fold::{self, mixes_scripts};

/// Links looked at in one text.
const LINKS_MAX: usize = 100;
/// The longest address that is looked at, in bytes.
const URL_BYTES_MAX: usize = 4096;
/// Names shorter than this are only compared as a whole: they stand in too many others.
const NAME_CHARS_MIN: usize = 5;
/// A mistyped name is only told where it is this long: shorter ones have real words for neighbours.
const TYPO_CHARS_MIN: usize = 6;

/// What is wrong with a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "flag", rename_all = "snake_case")]
pub enum LinkFlag {
    /// The host looks like another one that people trust.
    LookAlike { of: String },
    /// A part of the host mixes letters of scripts that nobody writes together.
    MixedScripts,
    /// The host is written in other letters than it is sent in.
    Punycode { reads: String },
    /// Nobody can tell where it leads.
    Shortener,
    /// The text shows another host than the link leads to.
    MismatchedAnchor { shows: String },
    /// The host is a number.
    IpAddress,
    /// What stands before the `@` looks like the host and isn't.
    UserInfo,
    /// It does something else than open a page.
    Scheme { scheme: String },
    /// Invisible characters, or ones that turn the writing around.
    Invisible,
}

impl LinkFlag {
    /// Whether the link pretends to be what it isn't, and not only hides where it leads.
    pub fn is_deceptive(&self) -> bool {
        !matches!(self, LinkFlag::Shortener | LinkFlag::IpAddress | LinkFlag::Punycode { .. })
    }
}

/// A link of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// As it stands in the text.
    pub text: String,
    /// The host it leads to, in the letters it is sent in; empty where it has none.
    pub host: String,
    pub flags: Vec<LinkFlag>,
}

/// Names that links may pretend to be, and hosts that shorten links.
#[derive(Debug, Clone)]
pub struct LinkRules {
    protected: Vec<Protected>,
    shorteners: Vec<String>,
}

#[derive(Debug, Clone)]
struct Protected {
    /// `paypal`
    name: String,
    look: String,
    /// `paypal.com`
    domain: String,
}

const PROTECTED: &[&str] = &[
    "paypal.com",
    "google.com",
    "apple.com",
    "icloud.com",
    "microsoft.com",
    "facebook.com",
    "instagram.com",
    "whatsapp.com",
    "telegram.org",
    "tiktok.com",
    "linkedin.com",
    "twitter.com",
    "amazon.com",
    "amazon.de",
    "netflix.com",
    "ebay.com",
    "ebay.de",
    "etsy.com",
    "binance.com",
    "coinbase.com",
    "revolut.com",
    "wise.com",
    "dhl.com",
    "dhl.de",
    "ups.com",
    "fedex.com",
    "santander.com",
    "sparkasse.de",
    "caixabank.es",
    "laposte.fr",
    "steamcommunity.com",
    "discord.com",
    "github.com",
    "dropbox.com",
    "outlook.com",
    "gmail.com",
    "matrix.org",
];

const SHORTENERS: &[&str] = &[
    "bit.ly",
    "tinyurl.com",
    "t.co",
    "goo.gl",
    "ow.ly",
    "is.gd",
    "buff.ly",
    "rebrand.ly",
    "cutt.ly",
    "shorturl.at",
    "rb.gy",
    "tiny.cc",
    "t.ly",
    "s.id",
    "v.gd",
    "bl.ink",
    "lnkd.in",
    "surl.li",
    "kutt.it",
    "qr.ae",
];

/// Endings below which names are given out, beside those of one label.
const SECOND_LEVEL: &[&str] = &["co", "com", "org", "net", "gov", "ac", "edu", "gob", "gouv"];

/// Endings by which a bare host is told from two words without a space.
const ENDINGS: &[&str] = &[
    "com", "net", "org", "info", "biz", "io", "co", "me", "app", "dev", "xyz", "top", "site", "online",
    "shop", "store", "club", "vip", "live", "link", "click", "icu", "cc", "tv", "gg", "ly", "de", "at", "ch",
    "fr", "es", "it", "nl", "be", "pl", "pt", "ru", "su", "ua", "uk", "us", "eu", "cn", "in", "br", "mx",
    "ar", "jp", "tk", "ml", "ga", "cf",
];

impl Default for LinkRules {
    fn default() -> Self {
        LinkRules::new(PROTECTED.iter().copied(), SHORTENERS.iter().copied())
    }
}

impl LinkRules {
    /// `protected` and `shorteners` are hosts, `example.com`.
    pub fn new<'a>(
        protected: impl IntoIterator<Item = &'a str>,
        shorteners: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let protect = |domain: &str| {
            let domain = domain.trim().to_ascii_lowercase();
            let name = domain.split('.').next().unwrap_or_default().to_owned();
            Protected { look: look_of(&name), name, domain }
        };
        LinkRules {
            protected: protected.into_iter().map(protect).collect(),
            shorteners: shorteners.into_iter().map(str::to_ascii_lowercase).collect(),
        }
    }

    /// The rules with more names to protect.
    #[must_use]
    pub fn protecting<'a>(mut self, domains: impl IntoIterator<Item = &'a str>) -> Self {
        self.protected.extend(LinkRules::new(domains, []).protected);
        self
    }

    /// What is wrong with a link; `shown` is the text that it stands under.
    pub fn inspect(&self, link: &str, shown: Option<&str>) -> (String, Vec<LinkFlag>) {
        let mut flags = Vec::new();
        if link.chars().chain(shown.unwrap_or_default().chars()).any(is_treacherous) {
            flags.push(LinkFlag::Invisible);
        }
        let Some(url) = parse(link) else { return (String::new(), flags) };
        if !matches!(url.scheme(), "http" | "https" | "mailto" | "matrix" | "tel" | "mxc") {
            flags.push(LinkFlag::Scheme { scheme: url.scheme().to_owned() });
        }
        if !url.username().is_empty() && url.has_host() {
            flags.push(LinkFlag::UserInfo);
        }
        let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_owned();
        match url.host() {
            Some(Host::Ipv4(_) | Host::Ipv6(_)) => flags.push(LinkFlag::IpAddress),
            Some(Host::Domain(_)) => self.inspect_host(&host, &mut flags),
            None => {}
        }
        let shows =
            shown.and_then(|shown| find_spans(shown).first().and_then(|span| parse(&shown[span.clone()])));
        if let Some(shows) = shows.as_ref().and_then(Url::host_str)
            && registrable(shows) != registrable(&host)
        {
            flags.push(LinkFlag::MismatchedAnchor { shows: shows.to_owned() });
        }
        (host, flags)
    }

    fn inspect_host(&self, host: &str, flags: &mut Vec<LinkFlag>) {
        let reads = readable(host);
        if reads != host {
            flags.push(LinkFlag::Punycode { reads: reads.to_string() });
        }
        if reads.split('.').any(mixes_scripts) {
            flags.push(LinkFlag::MixedScripts);
        }
        if self.shorteners.iter().any(|shortener| is_within(host, shortener)) {
            flags.push(LinkFlag::Shortener);
        }
        if !self.protected.iter().any(|protected| is_within(host, &protected.domain))
            && let Some(of) = self.looks_like(&reads)
        {
            flags.push(LinkFlag::LookAlike { of: of.to_owned() });
        }
    }

    /// The protected host that a host looks like: one of its labels, or a part of one, reads like the protected name.
    fn looks_like(&self, reads: &str) -> Option<&str> {
        let own = registrable(reads);
        let main = own.split('.').next().unwrap_or_default();
        let suffix_labels = own.split('.').count() - 1;
        let labels: Vec<&str> = reads.split('.').collect();
        let names = &labels[..labels.len().saturating_sub(suffix_labels)];
        let parts: Vec<&str> = names.iter().flat_map(|label| label.split(['-', '_'])).collect();
        let like = self.protected.iter().find(|protected| {
            // A well-known name below another ending may well be its owner's.
            if main == protected.name {
                return false;
            }
            let length = protected.name.chars().count();
            let is_like = |part: &str| look_of(part) == protected.look && part != protected.name;
            parts.iter().any(|part| is_like(part))
                || (length >= NAME_CHARS_MIN && parts.contains(&protected.name.as_str()))
                || (length >= TYPO_CHARS_MIN && is_typo(&fold::fold(main), &protected.name))
        });
        like.map(|protected| protected.domain.as_str())
    }
}

/// What letters beside each other look like is taken for the one letter that they look like.
fn look_of(name: &str) -> String {
    fold::look(name).replace("rn", "m").replace("vv", "w").replace("ci", "d")
}

/// One letter too many, too few, another, or two swapped.
fn is_typo(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one == other || one.len().abs_diff(other.len()) > 1 {
        return false;
    }
    let same_start = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[same_start..], &other[same_start..]);
    match one.len().cmp(&other.len()) {
        std::cmp::Ordering::Less => *one == other[1..],
        std::cmp::Ordering::Greater => one[1..] == *other,
        std::cmp::Ordering::Equal => {
            one[1..] == other[1..]
                || (one.len() >= 2 && one[0] == other[1] && one[1] == other[0] && one[2..] == other[2..])
        }
    }
}

fn is_within(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The part of a host that somebody has registered, as far as that can be told without a list of all endings.
fn registrable(host: &str) -> &str {
    let host = host.trim_end_matches('.');
    if host.parse::<IpAddr>().is_ok() {
        return host;
    }
    let labels: Vec<&str> = host.split('.').collect();
    let second = labels.len().checked_sub(2).and_then(|at| labels.get(at)).copied().unwrap_or_default();
    let is_country = labels.last().is_some_and(|last| last.chars().count() == 2);
    let kept = if labels.len() > 2 && is_country && SECOND_LEVEL.contains(&second) { 3 } else { 2 };
    let dropped: usize =
        labels[..labels.len().saturating_sub(kept)].iter().map(|label| label.len() + 1).sum();
    &host[dropped..]
}

/// A host in the letters that people read.
fn readable(host: &str) -> Cow<'_, str> {
    if !host.contains("xn--") {
        return Cow::Borrowed(host);
    }
    Cow::Owned(idna::domain_to_unicode(host).0)
}

fn is_treacherous(character: char) -> bool {
    fold::is_invisible(character) || character.is_control()
}

fn parse(link: &str) -> Option<Url> {
    if link.len() > URL_BYTES_MAX {
        return None;
    }
    match Url::parse(link) {
        // `example.com:8080` parses with `example.com` as its scheme.
        Ok(url) if !url.scheme().contains('.') => Some(url),
        _ => Url::parse(&format!("https://{link}")).ok(),
    }
}

/// The links of a text, in their order.
pub fn find_links(text: &str, rules: &LinkRules) -> Vec<Finding<Link>> {
    let text = super::looked_at(text);
    let link = |span: std::ops::Range<usize>| {
        let (host, flags) = rules.inspect(&text[span.clone()], None);
        Finding { what: Link { text: text[span.clone()].to_owned(), host, flags }, span }
    };
    find_spans(text).into_iter().map(link).collect()
}

fn find_spans(text: &str) -> Vec<std::ops::Range<usize>> {
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

    fn flags(link: &str) -> Vec<LinkFlag> {
        LinkRules::default().inspect(link, None).1
    }

    #[test]
    fn a_sf_09_links_that_pretend_are_flagged_with_the_reason() {
        let like = |of: &str| LinkFlag::LookAlike { of: of.into() };
        for (link, expected) in [
            ("https://paypal.com/signin", vec![]),
            ("https://www.paypal.com", vec![]),
            ("https://paypal.example", vec![]),
            ("https://paypa1.com", vec![like("paypal.com")]),
            ("https://paypal.com.evil.example/login", vec![like("paypal.com")]),
            ("https://paypal-login.com", vec![like("paypal.com")]),
            ("https://paypall.com", vec![like("paypal.com")]),
            ("https://payapl.com", vec![like("paypal.com")]),
            ("https://arnazon.com", vec![like("amazon.com")]),
            ("https://appleseed.org", vec![]),
            ("https://bit.ly/x", vec![LinkFlag::Shortener]),
            ("https://notbit.ly/x", vec![]),
            ("http://192.0.2.1/login", vec![LinkFlag::IpAddress]),
            ("http://3221225985/", vec![LinkFlag::IpAddress]),
            ("http://[2001:db8::1]/", vec![LinkFlag::IpAddress]),
            ("https://paypal.com@evil.example/", vec![LinkFlag::UserInfo]),
            ("javascript:alert(1)", vec![LinkFlag::Scheme { scheme: "javascript".into() }]),
            ("https://exa\u{202e}mple.org", vec![LinkFlag::Invisible]),
            ("https://xn--mnchen-3ya.de", vec![LinkFlag::Punycode { reads: "münchen.de".into() }]),
        ] {
            assert_eq!(flags(link), expected, "{link}");
        }
        let mixed = flags("https://раураl.com");
        assert!(mixed.contains(&LinkFlag::MixedScripts) && mixed.contains(&like("paypal.com")), "{mixed:?}");
        let whole = flags("https://аррӏе.com");
        assert!(whole.contains(&like("apple.com")), "in one script throughout: {whole:?}");
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
    fn names_can_be_added() {
        let rules = LinkRules::default().protecting(["volksbank.example"]);
        assert_eq!(rules.inspect("https://vo1ksbank.example", None).1.len(), 1);
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

        #[test]
        fn a_typo_is_one_in_both_directions(one in "[a-d]{1,6}", other in "[a-d]{1,6}") {
            prop_assert_eq!(is_typo(&one, &other), is_typo(&other, &one));
        }
    }
}
