//! Finding a word in a message (specification, 11.12.1.4 Conditions).

/// Whether a text has a pattern without wildcards in it, in any case, with no letter, digit or underscore before or after it.
pub(super) fn has_word(text: &str, pattern: &str) -> bool {
    let (text, pattern) = (text.to_lowercase(), pattern.to_lowercase());
    if pattern.is_empty() {
        return text.is_empty();
    }
    let is_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let starts_as_word = pattern.starts_with(is_word);
    let ends_as_word = pattern.ends_with(is_word);
    text.match_indices(&pattern).any(|(start, found)| {
        let before = text[..start].ends_with(is_word);
        let after = text[start + found.len()..].starts_with(is_word);
        !(starts_as_word && before || ends_as_word && after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_cases_holds() {
        let cases = [
            ("hello bob", "bob", true),
            ("Hello BOB!", "bob", true),
            ("bobby is here", "bob", false),
            ("bobby and bob", "bob", true),
            ("kebob", "bob", false),
            ("bob_1", "bob", false),
            ("(bob)", "bob", true),
            ("say bob the builder now", "bob the builder", true),
            ("äbobä", "bob", true),
            ("ping @bob:localhost.", "@bob:localhost", true),
            ("", "bob", false),
            ("bob", "", false),
        ];
        for (text, pattern, expected) in cases {
            assert_eq!(has_word(text, pattern), expected, "{pattern:?} in {text:?}");
        }
    }

    #[test]
    fn a_word_that_is_nearly_there_many_times_is_looked_for_in_one_pass() {
        assert!(!has_word(&"xx ".repeat(20_000), "x"));
    }
}
