//! What the operator sets for everybody: words that strangers' messages are put out of sight for, and names that links may
//! not pretend to be.

use aside_model::safety::{LinkRules, WordFilter};

use crate::Settings;

/// The operator's rules, ready to be asked.
#[derive(Debug)]
pub(crate) struct HouseRules {
    pub(crate) words: WordFilter,
    pub(crate) links: LinkRules,
}

impl HouseRules {
    pub(crate) fn new(settings: &Settings) -> Self {
        HouseRules {
            words: WordFilter::new(settings.hidden_words.iter().map(String::as_str)),
            links: LinkRules::default().protecting(settings.protected_hosts.iter().map(String::as_str)),
        }
    }
}
