//! Data that should not be sent where others than the recipient can read it: numbers of cards and accounts, numbers that
//! states give people, secrets, and what is said of somebody's health.
//!
//! A number is only found where its check digits hold, so that a phone number or an order number isn't taken for one;
//! numbers without check digits only beside a word that says what they are.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::words::WordFilter;
use super::{Finding, in_order, lexicon};

/// What kind of data it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SensitiveKind {
    /// The number of a credit or debit card.
    Card,
    /// The number of a bank account (IBAN).
    Iban,
    /// A number that a state gives a person: social security, tax or identity number.
    NationalId,
    /// The number of a passport or identity card.
    Passport,
    /// A password, a PIN or a one-time code.
    Secret,
    /// A diagnosis, a treatment or a medicine.
    Health,
}

/// Words looked at around a number to learn what it is, in bytes on either side.
const NEARBY_BYTES: usize = 40;

/// Everything of the kind in a text, in its order.
pub fn find(text: &str) -> Vec<Finding<SensitiveKind>> {
    let text = super::looked_at(text);
    let mut found = Vec::new();
    let runs = runs(text);
    for run in &runs {
        found.extend(number(text, run));
    }
    let ibans = word_starts(text).filter_map(|start| iban(text, start));
    found.extend(ibans.map(|span| Finding { what: SensitiveKind::Iban, span }));
    found.extend(secrets(text));
    let health = lexicon::health().find(text).into_iter();
    found.extend(health.map(|found| Finding { what: SensitiveKind::Health, span: found.span }));
    in_order(found)
}

/// A stretch of letters, digits and the signs that groups of them are parted by.
struct Run {
    span: Range<usize>,
    /// Upper-case letters and digits alone.
    plain: String,
}

/// Words that are made of letters and digits, with single spaces, hyphens, dots or slashes between groups with digits.
fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut current: Option<Run> = None;
    let mut gap = 0;
    for (at, character) in text.char_indices() {
        if character.is_ascii_alphanumeric() {
            // Words with a space between them are one only where both have to do with a number.
            let breaks = gap > 0
                && current.as_ref().is_some_and(|run| {
                    character.is_ascii_alphabetic()
                        || !run.plain.ends_with(|last: char| last.is_ascii_digit())
                });
            if breaks {
                runs.extend(current.take());
            }
            let run = current.get_or_insert_with(|| Run { span: at..at, plain: String::new() });
            run.plain.push(character.to_ascii_uppercase());
            run.span.end = at + 1;
            gap = 0;
        } else if matches!(character, ' ' | '-' | '.' | '/' | '\u{a0}' | '\u{202f}') && gap == 0 {
            gap += 1;
        } else {
            runs.extend(current.take());
            gap = 0;
        }
    }
    runs.extend(current);
    runs.retain(|run| run.plain.len() >= 4 && run.plain.bytes().any(|byte| byte.is_ascii_digit()));
    runs
}

fn number(text: &str, run: &Run) -> Option<Finding<SensitiveKind>> {
    let plain = run.plain.as_str();
    let nearby = nearby(text, &run.span);
    let what = if is_card(plain) {
        SensitiveKind::Card
    } else if is_national_id(plain, &text[run.span.clone()], nearby) {
        SensitiveKind::NationalId
    } else if is_passport(plain, nearby) {
        SensitiveKind::Passport
    } else {
        return None;
    };
    Some(Finding { what, span: run.span.clone() })
}

fn nearby<'t>(text: &'t str, span: &Range<usize>) -> &'t str {
    let from = text.floor_char_boundary(span.start.saturating_sub(NEARBY_BYTES));
    let to = text.ceil_char_boundary((span.end + NEARBY_BYTES).min(text.len()));
    &text[from..to]
}

/// Card numbers as the networks give them out, with the check digit of Luhn (ISO/IEC 7812).
fn is_card(plain: &str) -> bool {
    let is_issued = match plain.get(..4).and_then(|start| start.parse::<u32>().ok()) {
        Some(4000..=4999) => matches!(plain.len(), 13 | 16 | 19),
        Some(5100..=5599 | 2221..=2720) => plain.len() == 16,
        Some(3400..=3499 | 3700..=3799) => plain.len() == 15,
        Some(3000..=3059 | 3600..=3699 | 3800..=3999) => matches!(plain.len(), 14 | 16..=19),
        Some(6011 | 6440..=6599 | 3528..=3589 | 6200..=6299) => (16..=19).contains(&plain.len()),
        Some(5000..=5099 | 5600..=5899 | 6300..=6399 | 6700..=6799) => (12..=19).contains(&plain.len()),
        _ => false,
    };
    is_issued && plain.bytes().all(|byte| byte.is_ascii_digit()) && luhn(plain)
}

fn digits(text: &str) -> impl DoubleEndedIterator<Item = u32> + '_ {
    text.chars().filter_map(|character| character.to_digit(10))
}

fn luhn(number: &str) -> bool {
    let sum: u32 = digits(number)
        .rev()
        .enumerate()
        .map(|(place, digit)| match place % 2 {
            0 => digit,
            _ if digit > 4 => digit * 2 - 9,
            _ => digit * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Where a letter begins a word.
fn word_starts(text: &str) -> impl Iterator<Item = usize> + '_ {
    let mut before = ' ';
    text.char_indices().filter_map(move |(at, character)| {
        let starts = character.is_ascii_alphabetic() && !before.is_alphanumeric();
        before = character;
        starts.then_some(at)
    })
}

/// The IBAN that begins at a place, in groups or not, by the length of its country and its check digits (ISO 13616).
fn iban(text: &str, start: usize) -> Option<Range<usize>> {
    const CHARACTERS_MAX: usize = 34;
    let mut letters: Vec<(usize, char)> = Vec::new();
    let mut gap = 0;
    for (at, character) in text[start..].char_indices() {
        match character {
            character if character.is_ascii_alphanumeric() => {
                letters.push((at, character.to_ascii_uppercase()));
                gap = 0;
            }
            ' ' | '-' | '\u{a0}' | '\u{202f}' if gap == 0 => gap += 1,
            _ => break,
        }
        if letters.len() == CHARACTERS_MAX {
            break;
        }
    }
    let plain: String = letters.iter().map(|(_, character)| *character).collect();
    let length = lexicon::iban_length(plain.get(..2)?)?;
    let iban = plain.get(..length)?;
    if !iban.as_bytes()[2..4].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let rotated = iban[4..].chars().chain(iban[..4].chars());
    let rest = rotated.fold(0_u32, |rest, character| {
        let value = character.to_digit(36).unwrap_or(0);
        (if value > 9 { rest * 100 } else { rest * 10 } + value) % 97
    });
    (rest == 1).then(|| start..start + letters[length - 1].0 + 1)
}

/// Numbers with check digits are found as they stand, others beside a word that names them.
fn is_national_id(plain: &str, written: &str, nearby: &str) -> bool {
    is_spanish_id(plain)
        || is_italian_tax_code(plain)
        || (is_german_tax_id(plain) && lexicon::national_id_words().matches(nearby))
        || is_french_security_number(plain)
        || is_us_security_number(plain, written, nearby)
        || (is_british_insurance_number(plain) && lexicon::national_id_words().matches(nearby))
}

/// DNI and NIE: eight digits, or a letter and seven, and the letter that follows from them.
fn is_spanish_id(plain: &str) -> bool {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    if plain.len() != 9 {
        return false;
    }
    let (number, letter) = plain.split_at(8);
    let number = match number.as_bytes()[0] {
        b'X' => format!("0{}", &number[1..]),
        b'Y' => format!("1{}", &number[1..]),
        b'Z' => format!("2{}", &number[1..]),
        _ => number.to_owned(),
    };
    number.bytes().all(|byte| byte.is_ascii_digit())
        && number.parse::<usize>().is_ok_and(|number| LETTERS[number % 23] == letter.as_bytes()[0])
}

/// Codice fiscale: sixteen letters and digits, the last one a check letter.
fn is_italian_tax_code(plain: &str) -> bool {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let shape = plain.len() == 16
        && plain.bytes().enumerate().all(|(at, byte)| match at {
            0..=5 | 8 | 11 | 15 => byte.is_ascii_uppercase(),
            _ => byte.is_ascii_alphanumeric(),
        });
    if !shape {
        return false;
    }
    let value = |byte: u8| u32::from(if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' });
    let sum: u32 = plain
        .bytes()
        .take(15)
        .enumerate()
        .map(|(at, byte)| if at % 2 == 0 { ODD[value(byte) as usize] } else { value(byte) })
        .sum();
    sum % 26 == value(plain.as_bytes()[15])
}

/// Steuerliche Identifikationsnummer: eleven digits, the last by ISO 7064 mod 11,10.
fn is_german_tax_id(plain: &str) -> bool {
    if plain.len() != 11 || plain.starts_with('0') || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let product = digits(&plain[..10]).fold(10, |product, digit| {
        let sum = (digit + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    let check = (11 - product) % 10;
    digits(&plain[10..]).next() == Some(check)
}

/// Numéro de sécurité sociale: thirteen digits and a key of two.
fn is_french_security_number(plain: &str) -> bool {
    if plain.len() != 15 || !matches!(plain.as_bytes()[0], b'1' | b'2') {
        return false;
    }
    // Corsica's departments have a letter.
    let number = plain[..13].replacen("2A", "19", 1).replacen("2B", "18", 1);
    let (Ok(number), Ok(key)) = (number.parse::<u64>(), plain[13..].parse::<u64>()) else { return false };
    let month = plain[3..5].parse::<u32>().unwrap_or(0);
    (1..=12).contains(&month) && 97 - number % 97 == key
}

/// A social security number of the United States has no check digit, so it must be written as one or be called one.
fn is_us_security_number(plain: &str, written: &str, nearby: &str) -> bool {
    if plain.len() != 9 || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let is_given_out = !matches!(&plain[..3], "000" | "666")
        && !plain.starts_with('9')
        && &plain[3..5] != "00"
        && &plain[5..] != "0000";
    let dashed = written.len() == 11 && written.as_bytes()[3] == b'-' && written.as_bytes()[6] == b'-';
    is_given_out && (dashed || lexicon::national_id_words().matches(nearby))
}

fn is_british_insurance_number(plain: &str) -> bool {
    plain.len() == 9
        && plain.bytes().enumerate().all(|(at, byte)| match at {
            0 | 1 => byte.is_ascii_uppercase(),
            8 => matches!(byte, b'A'..=b'D'),
            _ => byte.is_ascii_digit(),
        })
}

/// Documents have numbers of many shapes, so a word must say that it is one.
fn is_passport(plain: &str, nearby: &str) -> bool {
    (7..=10).contains(&plain.len())
        && plain.bytes().filter(u8::is_ascii_digit).count() >= 4
        && lexicon::document_words().matches(nearby)
}

/// What follows "my password is", "PIN:" and the like.
fn secrets(text: &str) -> Vec<Finding<SensitiveKind>> {
    let named: &WordFilter = lexicon::secret_words();
    let mut found = Vec::new();
    for name in named.find(text) {
        let after = &text[name.span.end..];
        let Some(value) = value_after(after) else { continue };
        let start = name.span.end + value.start;
        found.push(Finding { what: SensitiveKind::Secret, span: start..name.span.end + value.end });
    }
    found
}

/// The word after `:`, `=` or "is", where it looks like a secret: with a digit or a sign in it.
fn value_after(text: &str) -> Option<Range<usize>> {
    let skipped = text.len() - text.trim_start().len();
    let rest = &text[skipped..];
    let sign = match rest.chars().next()? {
        ':' | '=' => 1,
        _ => ["is ", "ist ", "es ", "est ", "lautet "].iter().find(|word| rest.starts_with(**word))?.len(),
    };
    let start = skipped + sign + (rest[sign..].len() - rest[sign..].trim_start().len());
    let length = text[start..].find(char::is_whitespace).unwrap_or(text.len() - start);
    let value = text[start..start + length].trim_end_matches(['.', ',', '!', '?']);
    let is_secret = value.chars().count() >= 4 && value.chars().any(|character| !character.is_alphabetic());
    is_secret.then(|| start..start + value.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kinds(text: &str) -> Vec<(SensitiveKind, &str)> {
        find(text).into_iter().map(|found| (found.what, &text[found.span])).collect()
    }

    #[test]
    fn a_sf_10_numbers_and_secrets_are_found_where_they_stand() {
        use SensitiveKind::{Card, Iban, NationalId, Passport, Secret};
        for (text, expected) in [
            ("my card 4111 1111 1111 1111, ok?", vec![(Card, "4111 1111 1111 1111")]),
            ("5555-5555-5555-4444", vec![(Card, "5555-5555-5555-4444")]),
            ("378282246310005", vec![(Card, "378282246310005")]),
            ("order 4111 1111 1111 1112", vec![]),
            ("IBAN DE89 3704 0044 0532 0130 00 please", vec![(Iban, "DE89 3704 0044 0532 0130 00")]),
            ("GB82WEST12345698765432", vec![(Iban, "GB82WEST12345698765432")]),
            ("GB82 WEST 1234 5698 7654 32", vec![(Iban, "GB82 WEST 1234 5698 7654 32")]),
            ("ES91 2100 0418 4502 0005 1332.", vec![(Iban, "ES91 2100 0418 4502 0005 1332")]),
            ("FR14 2004 1010 0505 0001 3M02 606", vec![(Iban, "FR14 2004 1010 0505 0001 3M02 606")]),
            ("DE89 3704 0044 0532 0130 01", vec![]),
            ("mi DNI es 12345678Z", vec![(NationalId, "12345678Z")]),
            ("12345678A", vec![]),
            ("NIE X1234567L", vec![(NationalId, "X1234567L")]),
            ("Steuer-ID 86095742719", vec![(NationalId, "86095742719")]),
            ("call 86095742719", vec![]),
            ("SSN 078-05-1120", vec![(NationalId, "078-05-1120")]),
            ("1 84 12 76 451 089 46", vec![(NationalId, "1 84 12 76 451 089 46")]),
            ("codice fiscale RSSMRA85T10A562S", vec![(NationalId, "RSSMRA85T10A562S")]),
            ("Reisepass C01X00T47", vec![(Passport, "C01X00T47")]),
            ("my passport number is 123456789", vec![(Passport, "123456789")]),
            ("the password is hunter2", vec![(Secret, "hunter2")]),
            ("Passwort: geheim!1", vec![(Secret, "geheim!1")]),
            ("PIN: 4821", vec![(Secret, "4821")]),
            ("the password is wrong", vec![]),
            ("on 12.10.2026 at 10:30", vec![]),
            ("+49 30 901820", vec![]),
        ] {
            assert_eq!(kinds(text), expected, "{text}");
        }
    }

    #[test]
    fn a_sf_10_health_is_told_in_several_languages() {
        for text in [
            "I was diagnosed with depression",
            "meine Diagnose ist Krebs, nächste Woche Chemotherapie",
            "me han diagnosticado VIH",
            "je suis séropositif et sous antidépresseurs",
        ] {
            assert!(kinds(text).iter().any(|(kind, _)| *kind == SensitiveKind::Health), "{text}");
        }
        assert_eq!(kinds("see you at the concert, feel well soon"), vec![]);
    }

    fn with_check_digit(start: &str) -> String {
        (0..10).map(|digit| format!("{start}{digit}")).find(|number| luhn(number)).unwrap()
    }

    proptest! {
        #[test]
        fn a_card_is_found_however_it_is_grouped(start in "4[0-9]{14}", group in 3_usize..6, by in "[ -]") {
            let card = with_check_digit(&start);
            let groups: Vec<&str> = (0..card.len()).step_by(group).map(|at| &card[at..(at + group).min(16)]).collect();
            let text = format!("pay with {} now", groups.join(&by));
            prop_assert!(find(&text).iter().any(|found| found.what == SensitiveKind::Card), "{text}");
        }

        #[test]
        fn one_wrong_digit_is_no_card(start in "4[0-9]{14}", at in 1_usize..16, by in 1_u8..10) {
            let mut card = with_check_digit(&start).into_bytes();
            card[at] = b'0' + (card[at] - b'0' + by) % 10;
            let text = String::from_utf8(card).unwrap();
            prop_assert!(!find(&text).iter().any(|found| found.what == SensitiveKind::Card));
        }
    }
}
