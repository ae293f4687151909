//! Ways to reach somebody outside: where a marketplace wants people to stay until they have agreed, these are masked.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Finding, LinkRules, in_order, lexicon, links};

/// What kind of contact it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    Email,
    Phone,
    /// A name on another network.
    Handle,
    /// A link to another messenger.
    MessengerLink,
    /// A street and a house number, or a post code and a place.
    Address,
}

/// What stands in the place of what was masked.
pub const MASK: &str = "•••••";

/// Digits that a phone number has.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

/// Every contact in a text, in its order.
pub fn find(text: &str) -> Vec<Finding<ContactKind>> {
    let text = super::looked_at(text);
    let found = |what: ContactKind| move |span: Range<usize>| Finding { what, span };
    let mut all: Vec<Finding<ContactKind>> = Vec::new();
    all.extend(emails(text).into_iter().map(found(ContactKind::Email)));
    all.extend(phones(text).into_iter().map(found(ContactKind::Phone)));
    all.extend(handles(text).into_iter().map(found(ContactKind::Handle)));
    all.extend(messenger_links(text).into_iter().map(found(ContactKind::MessengerLink)));
    all.extend(addresses(text).into_iter().map(found(ContactKind::Address)));
    in_order(all)
}

/// A text without its contacts.
pub fn mask_contacts(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut upto = 0;
    for Finding { span, .. } in find(text) {
        out.push_str(&text[upto..span.start]);
        out.push_str(MASK);
        upto = span.end;
    }
    out.push_str(&text[upto..]);
    out
}

/// The content of a message without contacts, in its text and in what an edit makes of it; `None` where it has none. Where
/// the formatted text has some, it goes: the plain one says the same.
pub fn mask_content(content: &str) -> Option<String> {
    let mut content: serde_json::Map<String, Value> = serde_json::from_str(content).ok()?;
    let mut masked = mask_fields(&mut content);
    if let Some(edit) = content.get_mut("m.new_content").and_then(Value::as_object_mut) {
        masked |= mask_fields(edit);
    }
    masked.then(|| Value::Object(content).to_string())
}

fn mask_fields(content: &mut serde_json::Map<String, Value>) -> bool {
    let text_of = |name: &str| content.get(name).and_then(Value::as_str);
    let body = text_of("body").filter(|body| !find(body).is_empty()).map(mask_contacts);
    let hides = body.is_some() || text_of("formatted_body").is_some_and(|html| !find(html).is_empty());
    if hides {
        content.remove("formatted_body");
        content.remove("format");
    }
    if let Some(body) = body {
        content.insert("body".into(), Value::String(body));
    }
    hides
}

/// The words of a text with where they stand.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let end = start + word.trim_end().len();
        if end > start {
            words.push(start..end);
        }
        start += word.len();
    }
    words
}

/// A word without the punctuation around it.
fn bare(text: &str, word: &Range<usize>) -> Range<usize> {
    let is_edge = |c: char| !c.is_alphanumeric() && c != '+' && c != '@' && c != '_';
    let inner = &text[word.clone()];
    let start = word.start + (inner.len() - inner.trim_start_matches(is_edge).len());
    let end = start + text[start..word.end].trim_end_matches(is_edge).len();
    start..end
}

/// `bob@example.org`, and `bob (at) example dot org`.
fn emails(text: &str) -> Vec<Range<usize>> {
    let words: Vec<Range<usize>> = words(text).iter().map(|word| bare(text, word)).collect();
    let mut found: Vec<Range<usize>> =
        words.iter().filter(|word| is_email(&text[(*word).clone()])).cloned().collect();
    let is_one_of = |word: &Range<usize>, names: &[&str]| {
        names.contains(&text[word.clone()].trim_matches(['(', ')', '[', ']']).to_lowercase().as_str())
    };
    for (at, window) in words.windows(5).enumerate() {
        let [user, sign, host, dot, ending] = window else { continue };
        let is_spelt = is_one_of(sign, &["at", "@", "arroba", "ät"])
            && is_one_of(dot, &["dot", "punkt", "punto", "point"]);
        if is_spelt
            && is_email(&format!("{}@{}.{}", &text[user.clone()], &text[host.clone()], &text[ending.clone()]))
        {
            found.push(words[at].start..ending.end);
        }
    }
    for window in words.windows(3) {
        let [user, sign, host] = window else { continue };
        // Without brackets it may just as well be a place where something is.
        let is_bracketed = text[user.end..sign.start].contains(['(', '[']);
        if is_bracketed
            && is_one_of(sign, &["at", "@", "arroba"])
            && is_email(&format!("{}@{}", &text[user.clone()], &text[host.clone()]))
        {
            found.push(user.start..host.end);
        }
    }
    found
}

fn is_email(word: &str) -> bool {
    let word = word.strip_prefix("mailto:").unwrap_or(word);
    let Some((user, host)) = word.split_once('@') else { return false };
    let is_user = !user.is_empty() && user.chars().all(|c| c.is_alphanumeric() || "._%+-".contains(c));
    let is_host = host.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '-');
    let Some((name, ending)) = host.rsplit_once('.') else { return false };
    is_user
        && is_host
        && !name.is_empty()
        && ending.chars().count() >= 2
        && ending.chars().all(char::is_alphabetic)
}

/// Numbers that begin with `+` or `00`, numbers in groups that begin with `0` or an area code in brackets, and any long
/// number beside a word such as "call" or "WhatsApp".
fn phones(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(start) =
        text[rest..].find(|c: char| c.is_ascii_digit() || c == '+' || c == '(').map(|at| rest + at)
    {
        let is_part = |c: char| {
            c.is_ascii_digit() || matches!(c, '+' | '(' | ')' | ' ' | '-' | '.' | '/' | '\u{a0}' | '\u{202f}')
        };
        let length = text[start..].find(|c: char| !is_part(c)).unwrap_or(text.len() - start);
        let number = text[start..start + length].trim_end_matches(|c: char| !c.is_ascii_digit());
        rest = start + length.max(1);
        let after_letter = text[..start].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_');
        let before_letter = text[rest..].chars().next().is_some_and(char::is_alphabetic)
            && text[..rest].ends_with(|c: char| c.is_ascii_digit());
        if !after_letter && !before_letter && is_phone(text, start, number) {
            found.push(start..start + number.len());
        }
    }
    found
}

fn is_phone(text: &str, start: usize, number: &str) -> bool {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    if !PHONE_DIGITS.contains(&digits) || is_date(number) {
        return false;
    }
    let international = number.starts_with('+') || number.starts_with("(+") || number.starts_with("00");
    let national = number.starts_with('0') && digits >= 9 || number.starts_with('(') && number.contains(')');
    let dashed = digits == 10 && number.matches(['-', '.']).count() == 2;
    let from = text.floor_char_boundary(start.saturating_sub(30));
    international || national || dashed || lexicon::phone_words().matches(&text[from..start])
}

/// `2026-11-22`, `22.11.2026`, with or without a time beside it.
fn is_date(number: &str) -> bool {
    let first = number.split(' ').next().unwrap_or_default();
    let parts: Vec<usize> = first.split(['-', '.', '/']).map(str::len).collect();
    matches!(parts.as_slice(), [4, 1..=2, 1..=2] | [1..=2, 1..=2, 4] | [1..=2, 1..=2, 2])
}

/// `@name`, and the word after the name of a network: `insta: name`.
fn handles(text: &str) -> Vec<Range<usize>> {
    let words: Vec<Range<usize>> = words(text).iter().map(|word| bare(text, word)).collect();
    let is_name = |name: &str| {
        (3..=40).contains(&name.chars().count())
            && name.chars().all(|c| c.is_alphanumeric() || "._-".contains(c))
    };
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        // A Matrix id has a colon, and is no way outside.
        if text[word.clone()].strip_prefix('@').is_some_and(is_name) {
            found.push(word.clone());
        }
        let whole = &text[word.clone()];
        let (network, name) = whole.split_once([':', '=']).unwrap_or((whole, ""));
        if !lexicon::networks().contains(&network.to_lowercase().as_str()) {
            continue;
        }
        if is_name(name) {
            found.push(word.clone());
        } else if let Some(next) = words.get(at + 1)
            && text[word.end..next.start].contains([':', '='])
            && is_name(text[next.clone()].trim_start_matches('@'))
        {
            found.push(word.start..next.end);
        }
    }
    found
}

fn messenger_links(text: &str) -> Vec<Range<usize>> {
    let found = links::find_links(text, &LinkRules::new([], [])).into_iter();
    let leads_out = |host: &str| {
        lexicon::messenger_hosts()
            .iter()
            .any(|own| host.strip_suffix(own).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
    };
    found.filter(|found| leads_out(&found.what.host)).map(|found| found.span).collect()
}

/// A word that names a street, with a house number beside it: `12 Main Street`, `Hauptstraße 12`, `Calle Mayor 12`.
fn addresses(text: &str) -> Vec<Range<usize>> {
    let words: Vec<Range<usize>> = words(text).iter().map(|word| bare(text, word)).collect();
    let is_house = |word: &Range<usize>| {
        let word = &text[word.clone()];
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        (1..=5).contains(&digits) && word.len() - digits <= 1
    };
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let folded = super::fold::fold(&text[word.clone()]);
        let place = lexicon::street(&folded);
        let first = at.saturating_sub(3);
        match place {
            // Romance languages name the kind of street first: the number comes a few words later, or just before.
            Some(lexicon::Street::Before) => {
                if let Some(house) = words[at + 1..].iter().take(5).find(|word| is_house(word)) {
                    found.push(word.start..house.end);
                } else if let Some(house) =
                    at.checked_sub(1).map(|before| &words[before]).filter(|word| is_house(word))
                {
                    found.push(house.start..words.get(at + 2).unwrap_or(word).end);
                }
            }
            Some(lexicon::Street::After) => {
                if let Some(house) = words[first..at].iter().rev().find(|word| is_house(word)) {
                    found.push(house.start..word.end);
                }
            }
            Some(lexicon::Street::Ending) => {
                if let Some(house) = words.get(at + 1).filter(|word| is_house(word)) {
                    found.push(word.start..house.end);
                }
            }
            None => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kinds(text: &str) -> Vec<(ContactKind, &str)> {
        find(text).into_iter().map(|found| (found.what, &text[found.span])).collect()
    }

    #[test]
    fn contacts_are_found_in_several_languages() {
        use ContactKind::{Address, Email, Handle, MessengerLink, Phone};
        for (text, expected) in [
            ("write to bob.b+x@example.co.uk!", vec![(Email, "bob.b+x@example.co.uk")]),
            ("bob at example dot com", vec![(Email, "bob at example dot com")]),
            ("bob (at) example.com", vec![(Email, "bob (at) example.com")]),
            ("see it at example.com", vec![]),
            ("+49 (0)30 901820-0 ok", vec![(Phone, "+49 (0)30 901820-0")]),
            ("ruf an: 0151 23456789", vec![(Phone, "0151 23456789")]),
            ("(555) 123-4567", vec![(Phone, "(555) 123-4567")]),
            ("555-123-4567", vec![(Phone, "555-123-4567")]),
            ("mi whatsapp 612345678", vec![(Phone, "612345678")]),
            ("order 612345678", vec![]),
            ("on 22.11.2026 10", vec![]),
            ("2026-11-22", vec![]),
            ("follow @bob_shop", vec![(Handle, "@bob_shop")]),
            ("insta: bob.shop", vec![(Handle, "insta: bob.shop")]),
            ("@bob:example.org said so", vec![]),
            ("https://t.me/bob", vec![(MessengerLink, "https://t.me/bob")]),
            ("https://wa.me/491512345678", vec![(MessengerLink, "https://wa.me/491512345678")]),
            ("I live at 12 Main Street", vec![(Address, "12 Main Street")]),
            ("Hauptstraße 12b, bitte", vec![(Address, "Hauptstraße 12b")]),
            ("vivo en Calle Mayor 7", vec![(Address, "Calle Mayor 7")]),
            ("au 5 rue de Rivoli", vec![(Address, "5 rue de Rivoli")]),
            ("3 shirts for 20 euros", vec![]),
        ] {
            assert_eq!(kinds(text), expected, "{text}");
        }
    }

    #[test]
    fn a_masked_text_keeps_the_rest() {
        assert_eq!(
            mask_contacts("mail bob@example.org or +49 30 901820, yes"),
            format!("mail {MASK} or {MASK}, yes")
        );
        assert_eq!(mask_contacts("is it still there?"), "is it still there?");
    }

    #[test]
    fn a_message_is_masked_in_every_form_of_its_text() {
        let content = r#"{"msgtype":"m.text","body":"bob@example.org","format":"x","formatted_body":"<b>bob@example.org</b>"}"#;
        let masked: Value = serde_json::from_str(&mask_content(content).unwrap()).unwrap();
        assert_eq!(masked, serde_json::json!({ "msgtype": "m.text", "body": MASK }));
        let edit = r#"{"body":"* +49 30 901820","m.new_content":{"body":"+49 30 901820"}}"#;
        assert!(!mask_content(edit).unwrap().contains("901820"));
        assert_eq!(mask_content(r#"{"body":"is it still there?"}"#), None);
        assert_eq!(mask_content("7"), None);
    }

    proptest! {
        #[test]
        fn an_address_is_gone_once_masked(user in "[a-z]{1,8}", host in "[a-z]{1,8}", before in "[a-z ]{0,10}") {
            let mail = format!("{user}@{host}.org");
            let masked = mask_contacts(&format!("{before} {mail} thanks"));
            prop_assert!(!masked.contains(&mail), "{masked}");
        }

        #[test]
        fn an_international_number_is_gone_once_masked(number in "\\+[1-9][0-9]{8,12}") {
            let masked = mask_contacts(&format!("call {number}"));
            prop_assert!(!masked.contains(&number[1..]));
        }
    }
}
