//! Text as a reader takes it in, so that the same word is found however it is written.
//!
//! *Folding* undoes what Unicode offers for writing the same letters differently: case, marks, full width, invisible
//! characters. The *look* of a word goes further: letters of other scripts, digits and signs become the Latin letter
//! that they look like.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters that take no place: what hides in a word so that a filter doesn't find it.
pub fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// One character, folded: none for what is invisible, several for ligatures.
pub fn fold_char(character: char) -> impl Iterator<Item = char> {
    let visible = (!is_invisible(character)).then_some(character);
    let plain = visible.into_iter().nfkd().filter(|part| !is_combining_mark(*part) && !is_invisible(*part));
    plain.flat_map(char::to_lowercase).filter(|part| !is_combining_mark(*part)).flat_map(|part| {
        let (first, second) = match part {
            'ß' => ('s', Some('s')),
            'æ' => ('a', Some('e')),
            'œ' => ('o', Some('e')),
            'ø' => ('o', None),
            'ł' => ('l', None),
            'đ' | 'ð' => ('d', None),
            'ı' => ('i', None),
            'ς' => ('σ', None),
            other => (other, None),
        };
        std::iter::once(first).chain(second)
    })
}

pub fn fold(text: &str) -> String {
    text.chars().flat_map(fold_char).collect()
}

/// The Latin letter that a folded character looks like; the character itself where it looks like none. What can't be told
/// apart in common fonts is one: `i`, `l`, `1` and `|`.
pub fn look_char(character: char) -> char {
    match character {
        '0' | 'о' | 'ο' | 'օ' | '๐' => 'o',
        '1' | 'l' | '|' | '!' | 'і' | 'ι' | 'ӏ' | 'ɩ' | 'ǀ' => 'i',
        '3' | 'е' | 'є' | 'ε' | 'ҽ' => 'e',
        '4' | '@' | 'а' | 'α' | 'ɑ' => 'a',
        '5' | '$' | 'ѕ' | 'ꜱ' => 's',
        '7' | '+' | 'т' | 'τ' => 't',
        '8' | 'в' | 'β' => 'b',
        '9' | 'ɡ' | 'ց' => 'g',
        'с' | 'ϲ' | 'ᴄ' | '¢' => 'c',
        'р' | 'ρ' => 'p',
        'х' | 'χ' | '×' => 'x',
        'у' | 'γ' | 'ү' | 'ყ' => 'y',
        'к' | 'κ' => 'k',
        'м' | 'ᴍ' => 'm',
        'н' | 'һ' | 'հ' => 'h',
        'п' | 'η' | 'ո' => 'n',
        'г' | 'ꮁ' => 'r',
        'ј' => 'j',
        'ԁ' => 'd',
        'ԛ' => 'q',
        'ԝ' | 'ω' | 'ѡ' => 'w',
        'ν' | 'ѵ' => 'v',
        'υ' | 'ս' => 'u',
        'ᴢ' | 'ʐ' => 'z',
        other => other,
    }
}

/// Whether a folded character stands for another one by its looks: a digit, a sign, a letter of another script.
pub fn is_disguise(character: char) -> bool {
    character != 'l' && look_char(character) != character
}

/// How a text looks, after folding.
pub fn look(text: &str) -> String {
    text.chars().flat_map(fold_char).map(look_char).collect()
}

/// Writing systems, as far as telling them apart matters in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    Latin,
    Cyrillic,
    Greek,
    /// Han, kana, hangul and bopomofo, which are written together.
    EastAsian,
    Other(u32),
}

/// The script of a letter; `None` for what every script uses.
pub fn script_of(character: char) -> Option<Script> {
    if !character.is_alphabetic() {
        return None;
    }
    Some(match u32::from(character) {
        0x41..=0x24f | 0x250..=0x2af | 0x1e00..=0x1eff | 0x2c60..=0x2c7f | 0xa720..=0xa7ff => Script::Latin,
        0x370..=0x3ff | 0x1f00..=0x1fff => Script::Greek,
        0x400..=0x52f | 0x1c80..=0x1c8f | 0x2de0..=0x2dff | 0xa640..=0xa69f => Script::Cyrillic,
        0x1100..=0x11ff
        | 0x2e80..=0x9fff
        | 0xa960..=0xa97f
        | 0xac00..=0xd7ff
        | 0xf900..=0xfaff
        | 0x20000..=0x3ffff => Script::EastAsian,
        // No two scripts that share 256 characters are told apart here.
        other => Script::Other(other >> 8),
    })
}

/// Whether a word mixes scripts that nobody writes together.
pub fn mixes_scripts(word: &str) -> bool {
    let mut seen = Vec::new();
    for script in word.chars().filter_map(script_of) {
        if !seen.contains(&script) {
            seen.push(script);
        }
    }
    seen.retain(|script| *script != Script::Latin || !seen_with_east_asian(word));
    seen.len() > 1
}

/// Names in East Asian scripts often have a Latin part.
fn seen_with_east_asian(word: &str) -> bool {
    word.chars().filter_map(script_of).any(|script| script == Script::EastAsian)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_same_word_folds_to_the_same_text() {
        for (written, expected) in [
            ("FREE", "free"),
            ("ｆｒｅｅ", "free"),
            ("fr\u{200b}ee", "free"),
            ("f\u{301}ree", "free"),
            ("Größe", "grosse"),
            ("ﬁne", "fine"),
            ("İstanbul", "istanbul"),
            ("𝓯𝓻𝓮𝓮", "free"),
            ("СРОЧНО", "срочно"),
        ] {
            assert_eq!(fold(written), expected, "{written}");
        }
    }

    #[test]
    fn what_looks_alike_looks_the_same() {
        for (written, like) in
            [("рауpal", "paypal"), ("v1agra", "viagra"), ("pa$$word", "password"), ("CA5H", "cash")]
        {
            assert_eq!(look(written), look(like), "{written}");
        }
        assert_ne!(look("cash"), look("cost"));
    }

    #[test]
    fn scripts_that_nobody_mixes_are_told() {
        for (word, expected) in [
            ("paypal", false),
            ("раураl", true),
            ("мир", false),
            ("αlpha", true),
            ("東京tokyo", false),
            ("münchen2", false),
            ("שלום", false),
        ] {
            assert_eq!(mixes_scripts(word), expected, "{word}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,60}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn an_invisible_character_anywhere_changes_nothing(word in "[a-z]{1,12}", at in 0_usize..12) {
            let mut hidden = word.clone();
            hidden.insert(at.min(word.len()), '\u{200b}');
            prop_assert_eq!(fold(&hidden), word);
        }
    }
}
