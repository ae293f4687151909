//! Text as words: what is written into the index, and what somebody looks for.

use std::collections::BTreeSet;

use ring::hmac;
use unicode_normalization::UnicodeNormalization;

use crate::RoomNum;

/// Longer words are cut; nobody looks for the rest of them.
const WORD_CHARS_MAX: usize = 40;
/// Words of one event that are found again.
const WORDS_MAX: usize = 500;
/// Half of a SHA-256 tells words apart; a clash only means that one event more is looked at.
const KEYED_BYTES: usize = 16;

/// How words stand in the index: as they are, or as keyed hashes where the database is sealed. Hashes are different in
/// every room, so that nobody can count a word over all of them.
pub(crate) enum Tokens {
    Plain,
    Keyed(Box<hmac::Key>),
}

impl Tokens {
    pub(crate) fn keyed(key: &[u8]) -> Tokens {
        Tokens::Keyed(Box::new(hmac::Key::new(hmac::HMAC_SHA256, key)))
    }

    pub(crate) fn token(&self, room: RoomNum, word: &str) -> String {
        let Tokens::Keyed(key) = self else { return word.to_owned() };
        let tag = hmac::sign(key, format!("{}/{word}", room.0).as_bytes());
        tag.as_ref()[..KEYED_BYTES].iter().fold(String::with_capacity(32), |mut text, byte| {
            use std::fmt::Write;
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// Text without what people leave out when they type quickly: capitals and accents.
pub(crate) fn fold(text: &str) -> String {
    let is_accent = |c: &char| ('\u{300}'..='\u{36f}').contains(c);
    text.nfkd().filter(|c| !is_accent(c)).nfc().flat_map(char::to_lowercase).collect()
}

/// Whether a script is written without spaces, so that words can't be told apart: Chinese, Japanese, Korean, Thai and
/// their neighbours.
fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x2e80..=0x2fdf | 0x3005..=0x3007 | 0x3031..=0x30ff
        | 0x3130..=0x318f | 0x31f0..=0x31ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff
        | 0x2_0000..=0x3_ffff)
}

/// The pieces of folded text: words, and stretches of unspaced script.
fn pieces(folded: &str) -> impl Iterator<Item = &str> {
    let mut rest = folded;
    std::iter::from_fn(move || {
        let is_part = |c: char| c.is_alphanumeric() || is_unspaced(c);
        let start = rest.find(is_part)?;
        rest = &rest[start..];
        let first_unspaced = rest.starts_with(is_unspaced);
        let end = rest.find(|c: char| !is_part(c) || is_unspaced(c) != first_unspaced).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(piece)
    })
}

fn cut(word: &str) -> String {
    word.chars().take(WORD_CHARS_MAX).collect()
}

/// Every word that a text can be found by. Unspaced script is found by each character and by each pair.
pub(super) fn of_text(text: &str) -> BTreeSet<String> {
    let folded = fold(text);
    let mut words = BTreeSet::new();
    for piece in pieces(&folded) {
        if words.len() >= WORDS_MAX {
            break;
        }
        if !piece.starts_with(is_unspaced) {
            words.insert(cut(piece));
            continue;
        }
        let characters: Vec<char> = piece.chars().take(WORDS_MAX).collect();
        words.extend(characters.iter().map(char::to_string));
        words.extend(characters.windows(2).map(|pair| pair.iter().collect::<String>()));
    }
    words
}

/// What somebody looks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Term {
    /// All of them must be there.
    pub(super) words: Vec<String>,
    /// In double quotes: must be there as they stand, but for capitals and accents.
    pub(super) phrases: Vec<String>,
    /// The whole of it, folded.
    pub(super) folded: String,
}

impl Term {
    pub(super) fn parse(text: &str) -> Term {
        let folded = fold(text).replace(['\u{201c}', '\u{201d}', '\u{201e}'], "\"");
        let mut words = BTreeSet::new();
        for piece in pieces(&folded) {
            if !piece.starts_with(is_unspaced) {
                words.insert(cut(piece));
                continue;
            }
            let characters: Vec<char> = piece.chars().collect();
            match characters.as_slice() {
                [single] => drop(words.insert(single.to_string())),
                several => words.extend(several.windows(2).map(|pair| pair.iter().collect::<String>())),
            }
        }
        let quoted = folded.split('"').skip(1).step_by(2).map(str::trim);
        let phrases = quoted.filter(|phrase| !phrase.is_empty()).map(str::to_owned).collect();
        // Long words are rare, so they leave the fewest events to look at.
        let mut words: Vec<String> = words.into_iter().collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        Term { words, phrases, folded: folded.replace('"', " ").trim().to_owned() }
    }

    /// How well a text fits; `None` where it doesn't.
    pub(super) fn rank(&self, text: &str) -> Option<f64> {
        let there = of_text(text);
        if self.words.is_empty() || !self.words.iter().all(|word| there.contains(word)) {
            return None;
        }
        let folded = fold(text);
        if !self.phrases.iter().all(|phrase| folded.contains(phrase.as_str())) {
            return None;
        }
        let said: usize = self.words.iter().map(|word| folded.matches(word.as_str()).count()).sum();
        let length = there.len().max(1);
        let whole = if folded.contains(&self.folded) { 1.0 } else { 0.0 };
        #[expect(clippy::cast_precision_loss, reason = "a rank is an estimate")]
        Some(whole + said as f64 / (length as f64).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        of_text(text).into_iter().collect()
    }

    fn finds(term: &str, text: &str) -> bool {
        Term::parse(term).rank(text).is_some()
    }

    #[test]
    fn text_falls_into_words_without_capitals_and_accents() {
        assert_eq!(words("Das CAFÉ, das Café!"), ["cafe", "das"]);
        assert_eq!(
            words("e-mail to bob@example.org, room 12"),
            ["12", "bob", "e", "example", "mail", "org", "room", "to"]
        );
        assert_eq!(words("  … — 🎉 "), Vec::<String>::new());
        assert_eq!(words(&"a".repeat(100)), ["a".repeat(40)]);
        assert_eq!(words("東京タワー"), ["タ", "タワ", "ワ", "ワー", "ー", "京", "京タ", "東", "東京"]);
        assert_eq!(words("iPhone电话"), ["iphone", "电", "电话", "话"]);
    }

    #[test]
    fn the_table_of_searches_holds() {
        for (term, text, expected) in [
            ("tower", "The tower is high", true),
            ("TOWER the", "the tower", true),
            ("tower bridge", "the tower", false),
            ("tow", "the tower", false),
            ("naïve", "a naive plan", true),
            ("naive", "a NAÏVE plan", true),
            ("東京", "明日東京へ行く", true),
            ("京東", "明日東京へ行く", false),
            ("東", "明日東京へ行く", true),
            ("東京タワー", "東京タワーに行く", true),
            ("東京タワー", "東京のタワー", false),
            ("안녕", "안녕하세요", true),
            ("ok", "ok", true),
            ("\"high tower\"", "a high tower", true),
            ("\"high tower\"", "a tower, high", false),
            ("\u{201c}high tower\u{201d} a", "a High Tower", true),
            ("", "anything", false),
            ("🎉", "🎉", false),
        ] {
            assert_eq!(finds(term, text), expected, "{term} in {text}");
        }
    }

    #[test]
    fn what_fits_better_ranks_higher() {
        let term = Term::parse("red boat");
        let rank = |text: &str| term.rank(text).unwrap();
        assert!(rank("the red boat") > rank("a boat that is not quite red but nearly"));
        assert!(rank("boat, boat, red") > rank("boat and something else that is red"));
    }

    #[test]
    fn keyed_words_differ_from_room_to_room() {
        let tokens = Tokens::keyed(&[7; 32]);
        let (here, there) = (tokens.token(RoomNum(1), "secret"), tokens.token(RoomNum(2), "secret"));
        assert_eq!(here.len(), 32);
        assert!(here != there && !here.contains("secret"));
        assert_eq!(here, tokens.token(RoomNum(1), "secret"));
        assert_eq!(Tokens::Plain.token(RoomNum(1), "secret"), "secret");
    }
}
