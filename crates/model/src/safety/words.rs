//! Words and phrases that somebody doesn't want to read, found however they are written.
//!
//! A phrase is one or more words. They match whole words: `ass` is not found in `class`. A `*` at the end of a word
//! matches any ending. In scripts without spaces every character is a word of its own.

use std::collections::HashMap;

use super::Finding;
use super::fold::{Script, fold_char, is_disguise, look_char, script_of};

/// Phrases in one filter.
pub const PHRASES_MAX: usize = 2_000;
/// The longest phrase, in bytes.
pub const PHRASE_BYTES_MAX: usize = 200;

/// Some phrases, ready to be looked for.
#[derive(Debug, Clone, Default)]
pub struct WordFilter {
    phrases: Vec<Phrase>,
    /// The phrases that begin with a word, by that word and by its looks.
    by_first: HashMap<String, Vec<usize>>,
    /// The phrases whose first word has any ending.
    open: Vec<usize>,
}

#[derive(Debug, Clone)]
struct Phrase {
    text: String,
    words: Vec<Word>,
}

#[derive(Debug, Clone)]
struct Word {
    text: String,
    look: String,
    any_ending: bool,
}

/// A word of a text.
#[derive(Debug)]
struct Token {
    text: String,
    /// How it looks, where it is disguised.
    look: Option<String>,
    start: usize,
    end: usize,
}

impl WordFilter {
    /// Empty phrases, and those longer than [`PHRASE_BYTES_MAX`] or beyond [`PHRASES_MAX`], are left out.
    pub fn new<'a>(phrases: impl IntoIterator<Item = &'a str>) -> Self {
        let mut filter = WordFilter::default();
        let allowed = phrases.into_iter().filter(|phrase| phrase.len() <= PHRASE_BYTES_MAX);
        for text in allowed.take(PHRASES_MAX) {
            let words: Vec<Word> = pattern(text);
            let (Some(first), number) = (words.first(), filter.phrases.len()) else { continue };
            if first.any_ending {
                filter.open.push(number);
            } else {
                filter.by_first.entry(first.text.clone()).or_default().push(number);
                if first.look != first.text {
                    filter.by_first.entry(first.look.clone()).or_default().push(number);
                }
            }
            filter.phrases.push(Phrase { text: text.trim().to_owned(), words });
        }
        filter
    }

    pub fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    /// Every place where a phrase stands, with the phrase as it was given.
    pub fn find<'f>(&'f self, text: &str) -> Vec<Finding<&'f str>> {
        if self.is_empty() {
            return Vec::new();
        }
        let tokens = tokens(super::looked_at(text));
        let mut found = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            let keys = [Some(&token.text), token.look.as_ref()];
            let named = keys.into_iter().flatten().filter_map(|key| self.by_first.get(key)).flatten();
            let hit = named.chain(&self.open).map(|number| &self.phrases[*number]).find(|phrase| {
                let rest = &tokens[at..];
                rest.len() >= phrase.words.len()
                    && phrase.words.iter().zip(rest).all(|(word, token)| word.matches(token))
            });
            if let Some(phrase) = hit {
                let end = tokens[at + phrase.words.len() - 1].end;
                found.push(Finding { what: phrase.text.as_str(), span: token.start..end });
            }
        }
        found
    }

    pub fn matches(&self, text: &str) -> bool {
        !self.find(text).is_empty()
    }
}

impl Word {
    fn matches(&self, token: &Token) -> bool {
        let is = |own: &str, other: &str| match self.any_ending {
            true => other.starts_with(own),
            false => own == other,
        };
        is(&self.text, &token.text) || token.look.as_ref().is_some_and(|look| is(&self.look, look))
    }
}

fn pattern(text: &str) -> Vec<Word> {
    let tokens = tokens(text);
    let word = |token: Token| Word {
        look: token.text.chars().map(look_char).collect(),
        any_ending: text[token.end..].starts_with('*'),
        text: token.text,
    };
    tokens.into_iter().map(word).collect()
}

/// Whether a character belongs to a word; signs do where they stand for a letter of it.
fn is_word(character: char, before: Option<char>, after: Option<char>) -> bool {
    let is_sign = |character: char| matches!(character, '@' | '$' | '!' | '|' | '+' | '¢');
    let is_letter = |neighbour: Option<char>| {
        neighbour.is_some_and(|neighbour| neighbour.is_alphanumeric() || neighbour == character)
    };
    match character {
        character if is_sign(character) => {
            is_letter(after) && (is_letter(before) || before.is_none_or(char::is_whitespace))
        }
        other => other.is_alphanumeric() || super::fold::is_invisible(other),
    }
}

fn stands_alone(character: char) -> bool {
    script_of(character) == Some(Script::EastAsian)
}

fn tokens(text: &str) -> Vec<Token> {
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    let at = |index: usize| characters.get(index).map(|(_, character)| *character);
    let mut tokens = Vec::new();
    let mut open: Option<(usize, usize, String)> = None;
    for (index, &(offset, character)) in characters.iter().enumerate() {
        let end = offset + character.len_utf8();
        let before = index.checked_sub(1).and_then(at);
        let belongs = is_word(character, before, at(index + 1)) || is_mark(character, before);
        if (!belongs || stands_alone(character))
            && let Some((start, end, folded)) = open.take()
        {
            tokens.extend(token(start, end, folded));
        }
        if stands_alone(character) {
            tokens.extend(token(offset, end, fold_char(character).collect()));
        } else if belongs {
            let (start, _, mut folded) = open.take().unwrap_or((offset, end, String::new()));
            folded.extend(fold_char(character));
            open = Some((start, end, folded));
        }
    }
    if let Some((start, end, folded)) = open {
        tokens.extend(token(start, end, folded));
    }
    joined(tokens)
}

/// A mark over the letter before it is part of the word.
fn is_mark(character: char, before: Option<char>) -> bool {
    unicode_normalization::char::is_combining_mark(character) && before.is_some_and(char::is_alphanumeric)
}

fn token(start: usize, end: usize, folded: String) -> Option<Token> {
    if !folded.chars().any(char::is_alphanumeric) {
        return None;
    }
    let has_letter = folded.chars().any(char::is_alphabetic);
    let squeezed = squeezed(&folded);
    let disguised = has_letter && (folded.chars().any(is_disguise) || squeezed.is_some());
    let look = disguised.then(|| squeezed.as_deref().unwrap_or(&folded).chars().map(look_char).collect());
    Some(Token { text: folded, look, start, end })
}

/// A word with its letters drawn out, `freeeee`, as it is without.
fn squeezed(word: &str) -> Option<String> {
    let characters: Vec<char> = word.chars().collect();
    if !characters.windows(3).any(|three| three[0] == three[1] && three[1] == three[2]) {
        return None;
    }
    let mut short = String::new();
    let mut rest = characters.as_slice();
    while let Some(first) = rest.first() {
        let run = rest.iter().take_while(|other| *other == first).count();
        short.extend(std::iter::repeat_n(*first, if run >= 3 { 1 } else { run }));
        rest = &rest[run..];
    }
    Some(short)
}

/// Letters that stand alone, three or more in a row, are also one word: `f r e e`.
fn joined(tokens: Vec<Token>) -> Vec<Token> {
    let is_single = |token: &Token| {
        token.text.chars().count() == 1
            && !token.text.chars().any(stands_alone)
            && token.text.chars().any(char::is_alphabetic)
    };
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut run: Vec<Token> = Vec::new();
    for token in tokens {
        if is_single(&token) {
            run.push(token);
            continue;
        }
        close_run(&mut out, &mut run);
        out.push(token);
    }
    close_run(&mut out, &mut run);
    out
}

fn close_run(out: &mut Vec<Token>, run: &mut Vec<Token>) {
    match (run.first(), run.last()) {
        (Some(first), Some(last)) if run.len() >= 3 => {
            let whole: String = run.iter().map(|token| token.text.as_str()).collect();
            out.extend(token(first.start, last.end, whole));
            run.clear();
        }
        _ => out.append(run),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_phrase_is_found_however_it_is_written() {
        let filter = WordFilter::new(["free money", "viagra", "ass", "crypto*", "größe", "免费"]);
        for (text, expected) in [
            ("FREE   Money!", Some("free money")),
            ("ｆｒｅｅ-money", Some("free money")),
            ("fr\u{200b}ee m0ney", Some("free money")),
            ("buy V1AGRA", Some("viagra")),
            ("v i a g r a", Some("viagra")),
            ("v.i.a.g.r.a", Some("viagra")),
            ("viaaaaagra", Some("viagra")),
            ("vіagrа", Some("viagra")),
            ("vi\u{301}agra", Some("viagra")),
            ("a class of its own", None),
            ("you @ss", Some("ass")),
            ("cryptocurrency", Some("crypto*")),
            ("encrypto", None),
            ("GRÖSSE", Some("größe")),
            ("这是免费的", Some("免费")),
            ("money is free", None),
            ("", None),
        ] {
            let found = filter.find(text);
            assert_eq!(found.first().map(|found| found.what), expected, "{text}");
        }
    }

    #[test]
    fn a_plain_word_that_only_looks_alike_is_not_found() {
        let filter = WordFilter::new(["ail"]);
        assert!(!filter.matches("all is well"));
        assert!(filter.matches("what a1ls you: ail"));
    }

    #[test]
    fn the_place_of_a_phrase_is_told() {
        let text = "so: Free Money!";
        let filter = WordFilter::new(["free money"]);
        assert_eq!(&text[filter.find(text)[0].span.clone()], "Free Money");
    }

    #[test]
    fn what_is_too_long_or_empty_is_left_out() {
        let long = "a".repeat(PHRASE_BYTES_MAX + 1);
        assert!(WordFilter::new([long.as_str(), "", " ", "*", "!!"]).is_empty());
    }

    proptest! {
        #[test]
        fn a_word_is_found_between_any_others(word in "[a-z]{3,9}", before in "[a-z]{1,5}", after in "[a-z]{1,5}") {
            let filter = WordFilter::new([word.as_str()]);
            let text = format!("{before} {word}, {after}");
            prop_assert!(filter.matches(&text));
            prop_assert!(filter.matches(&text.to_uppercase()));
            let within = format!("{before}{word}{after}");
            prop_assert!(!filter.matches(&within));
        }
    }
}
