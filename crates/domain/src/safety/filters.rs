//! Words and phrases that somebody doesn't want to read from strangers.

use aside_model::policy::Folder;
use aside_model::safety::spam::SPAM_SCORE;
use aside_model::safety::words::{PHRASE_BYTES_MAX, PHRASES_MAX};
use aside_model::safety::{WordFilter, assess};
use serde_json::{Value, json};

use super::restraints;
use crate::account_data::{self, GLOBAL};
use crate::accounts::Session;
use crate::{Error, Homeserver, Result, UserNum};

/// The account data that holds a user's words.
pub const WORD_FILTERS: &str = "org.aside.word_filters";

/// A user's phrases, as they wrote them.
pub async fn phrases(hs: &Homeserver, session: &Session) -> Result<Vec<String>> {
    let content = account_data::find(hs, session.user, GLOBAL, WORD_FILTERS).await?;
    Ok(phrases_of(content.as_deref()))
}

/// Clients may write the account data too; what can't be understood of it filters nothing.
pub(super) fn phrases_of(content: Option<&str>) -> Vec<String> {
    let content: Option<Value> = content.and_then(|content| serde_json::from_str(content).ok());
    let listed = content.as_ref().and_then(|content| content["phrases"].as_array()).into_iter().flatten();
    listed.filter_map(Value::as_str).take(PHRASES_MAX).map(str::to_owned).collect()
}

/// Sets a user's phrases.
///
/// # Errors
/// [`Error::Invalid`] where one is empty or too long, [`Error::TooLarge`] where there are too many.
pub async fn set_phrases(hs: &Homeserver, session: &Session, phrases: Vec<String>) -> Result<()> {
    if phrases.len() > PHRASES_MAX {
        return Err(Error::TooLarge(format!("at most {PHRASES_MAX} phrases")));
    }
    for phrase in &phrases {
        if phrase.len() > PHRASE_BYTES_MAX {
            return Err(Error::invalid("phrases", format!("one is longer than {PHRASE_BYTES_MAX} bytes")));
        }
        if WordFilter::new([phrase.as_str()]).is_empty() {
            return Err(Error::invalid("phrases", "one has no word in it"));
        }
    }
    let content = json!({ "phrases": phrases }).to_string();
    account_data::set(hs, session.user, GLOBAL, WORD_FILTERS, content).await
}

/// The folder that a stranger's text belongs into, where it isn't the ordinary one for requests: `hidden` for words that its
/// recipient, or the operator for everybody, wants out of sight; `spam` for what looks like it, or advertises unasked.
pub async fn folder_of(hs: &Homeserver, recipient: UserNum, text: &str) -> Result<Option<Folder>> {
    if hs.house_rules.words.matches(text) || restraints(hs, recipient).await?.words.matches(text) {
        return Ok(Some(Folder::Hidden));
    }
    let assessment = assess(text, &hs.house_rules.links);
    let is_spam = assessment.score >= SPAM_SCORE || assessment.promotional;
    Ok(is_spam.then_some(Folder::Spam))
}
