//! What is wrong with a link.
//!
//! A link is suspicious where it pretends: a host that looks like a well-known one, letters of several scripts, a text
//! that shows another address than it leads to. It is opaque where nobody can tell where it leads: a shortener, a bare
//! number for a host. Which of that matters, the policy profile says.

use std::borrow::Cow;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::fold::{self, mixes_scripts};
use super::links::find_spans;

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
    fn names_can_be_added() {
        let rules = LinkRules::default().protecting(["volksbank.example"]);
        assert_eq!(rules.inspect("https://vo1ksbank.example", None).1.len(), 1);
    }

    proptest! {
        #[test]
        fn a_typo_is_one_in_both_directions(one in "[a-d]{1,6}", other in "[a-d]{1,6}") {
            prop_assert_eq!(is_typo(&one, &other), is_typo(&other, &one));
        }
    }
}
