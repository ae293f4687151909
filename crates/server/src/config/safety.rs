use super::section::{Invalid, section};

section! {
    /// What keeps people safe, beside what the policy profile says.
    pub struct Safety {
        /// Words and phrases for which strangers' messages are put out of everybody's sight, such as ["free money"].
        /// People have their own beside these.
        pub hidden_words: Vec<String> = Vec::new(),

        /// Hosts that links may not pretend to be, such as ["bank.example"], beside well-known ones.
        pub protected_hosts: Vec<String> = Vec::new(),

        /// A new password has at least so many characters. Suites of clients may need 1.
        pub password_min_chars: usize = 8,

        /// Whether passwords that are tried first are refused: common ones, a character repeated, the user's own name.
        pub refuse_guessable_passwords: bool = false,
    }
}

/// Nobody types more.
const PASSWORD_CHARS_MAX: usize = 128;

impl Safety {
    pub fn validate(&self) -> Result<(), Invalid> {
        if (1..=PASSWORD_CHARS_MAX).contains(&self.password_min_chars) {
            return Ok(());
        }
        let reason = format!("is not between 1 and {PASSWORD_CHARS_MAX}");
        Err(Invalid::new("password_min_chars", reason))
    }
}
