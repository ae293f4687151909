//! Whether a password can be guessed at once.

use super::fold::{fold, look};

/// What is tried first, folded and with digits and signs as the letters that they look like.
const COMMON: &[&str] = &[
    "password",
    "passwort",
    "passw0rd",
    "motdepasse",
    "contrasena",
    "123456",
    "1234567",
    "12345678",
    "123456789",
    "1234567890",
    "0123456789",
    "987654321",
    "qwerty",
    "qwertz",
    "azerty",
    "qwertyuiop",
    "qwertzuiop",
    "asdfghjkl",
    "abc123",
    "abcdef",
    "abcdefgh",
    "iloveyou",
    "letmein",
    "welcome",
    "willkommen",
    "bienvenue",
    "monkey",
    "dragon",
    "football",
    "fussball",
    "baseball",
    "superman",
    "batman",
    "master",
    "sunshine",
    "princess",
    "admin",
    "administrator",
    "login",
    "secret",
    "geheim",
    "hallo123",
    "hello123",
    "test",
    "test123",
    "changeme",
    "default",
    "trustno1",
    "whatever",
    "starwars",
    "1q2w3e4r",
    "1qaz2wsx",
    "zaq12wsx",
    "qazwsx",
    "passwd",
    "access",
    "shadow",
    "michael",
    "jordan",
    "computer",
];

/// What is wrong with a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    TooShort,
    /// Everybody who guesses begins with it.
    Common,
    /// One character, or a short piece, over and over.
    Repeated,
    HasUserName,
}

/// What is wrong with a password, besides its length where only that is asked for.
pub fn weakness(password: &str, min_chars: usize, strict: bool, user_name: Option<&str>) -> Option<Weakness> {
    if password.chars().count() < min_chars {
        return Some(Weakness::TooShort);
    }
    if !strict {
        return None;
    }
    // A number or a sign at the end is what people add when they are asked for one.
    let looks = look(password);
    let is_end = |c: char| !c.is_alphabetic();
    let bare = fold(password);
    let bare = bare.trim_end_matches(is_end);
    if COMMON.iter().any(|common| looks == look(common) || bare == *common) {
        return Some(Weakness::Common);
    }
    let characters: Vec<char> = password.chars().collect();
    if (1..=3).any(|piece| characters.chunks(piece).all(|chunk| chunk == &characters[..chunk.len()])) {
        return Some(Weakness::Repeated);
    }
    let has_name =
        user_name.is_some_and(|name| name.chars().count() >= 3 && fold(password).contains(&fold(name)));
    has_name.then_some(Weakness::HasUserName)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sf_05_passwords_that_are_guessed_first_are_told() {
        for (password, expected) in [
            ("short", Some(Weakness::TooShort)),
            ("Password1!", Some(Weakness::Common)),
            ("p@ssw0rd", Some(Weakness::Common)),
            ("12345678", Some(Weakness::Common)),
            ("Qwertyuiop99", Some(Weakness::Common)),
            ("aaaaaaaaaa", Some(Weakness::Repeated)),
            ("abcabcabc", Some(Weakness::Repeated)),
            ("i-am-Alice-7", Some(Weakness::HasUserName)),
            ("correct horse", None),
            ("zwölf Boxkämpfer", None),
        ] {
            assert_eq!(weakness(password, 8, true, Some("alice")), expected, "{password}");
        }
        assert_eq!(weakness("password", 4, false, None), None);
        assert_eq!(weakness("abc", 4, false, None), Some(Weakness::TooShort));
    }
}
