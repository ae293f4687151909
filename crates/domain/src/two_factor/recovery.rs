//! Codes for whoever has lost the device that makes the others: sixteen letters and digits, each good once.

use super::totp;
use crate::Random;

/// How many somebody gets at once.
pub(super) const CODES: usize = 10;
/// Eighty bits: nobody guesses one, so a plain hash of it may be kept, and no wrong one need be counted.
const BYTES: usize = 10;
/// Groups of four letters with dashes between.
const LENGTH: usize = 19;
const GROUP: usize = 4;

/// Ten codes as their owner writes them down.
pub(super) fn make(random: &Random) -> Vec<String> {
    let code = |_| {
        let mut bytes = [0; BYTES];
        random.fill(&mut bytes);
        let letters = totp::to_base32(&bytes).to_lowercase();
        let groups: Vec<&str> =
            (0..letters.len()).step_by(GROUP).map(|at| &letters[at..at + GROUP]).collect();
        groups.join("-")
    };
    (0..CODES).map(code).collect()
}

/// A text and the code that stands behind it, in lower case.
pub(super) fn split(text: &str) -> Option<(&str, String)> {
    let (before, code) = text.split_at_checked(text.len().checked_sub(LENGTH)?)?;
    let is_code = code.bytes().enumerate().all(|(at, byte)| match at % (GROUP + 1) {
        GROUP => byte == b'-',
        _ => byte.is_ascii_alphanumeric(),
    });
    is_code.then(|| (before, code.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_legible_and_found_behind_a_password() {
        let codes = make(&Random::from_seed(1));
        assert_eq!(codes.len(), CODES);
        for code in &codes {
            let typed = format!("tr0ub4dor{}", code.to_uppercase());
            assert_eq!(split(&typed), Some(("tr0ub4dor", code.clone())));
        }
        assert_ne!(codes[0], codes[1]);
        assert_eq!(split("abcd-efgh-ijkl-mno"), None);
        assert_eq!(split("abcdefgh-ijkl-mnopq"), None);
    }
}
