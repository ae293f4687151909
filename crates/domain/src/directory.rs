//! The directory of people: everybody here can be found by the beginning of any word of their user name or display name
//! (specification, 11.23 User directory).

use std::collections::BTreeSet;

use aside_store::{Side, directory, profiles, users};
use futures_util::future::join_all;
use ruma::{OwnedUserId, UserId};

use crate::accounts::{self, Profile, Session};
use crate::privacy::{self, Aspect};
use crate::{Homeserver, Limited, Result, UserNum};

/// Words kept of one name, and characters of one word.
const WORDS_MAX: usize = 16;
const WORD_CHARS_MAX: usize = 64;
/// People that one search may list.
const LIMIT_MAX: usize = 50;
/// Words that one search looks at, where most of their owners turn out not to be meant.
const CANDIDATES_MAX: i64 = 500;
/// Profiles read at the same time.
const AT_ONCE_MAX: usize = 16;

/// Somebody who was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    pub user_id: OwnedUserId,
    pub profile: Profile,
}

/// The words of a name, in small letters.
pub(crate) fn words(name: &str) -> BTreeSet<String> {
    let separates = |character: char| character.is_whitespace() || character.is_ascii_punctuation();
    name.to_lowercase()
        .split(separates)
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(WORD_CHARS_MAX).collect())
        .take(WORDS_MAX)
        .collect()
}

/// Exchanges the words of somebody's former display names for those of the present one.
pub(crate) async fn rename(
    hs: &Homeserver,
    user: UserNum,
    user_id: &UserId,
    former_names: &[String],
    name: Option<&str>,
) -> Result<()> {
    let mut present = words(user_id.localpart());
    present.extend(name.map(words).unwrap_or_default());
    let former: BTreeSet<String> = former_names.iter().flat_map(|name| words(name)).collect();
    let gone: Vec<String> = former.difference(&present).cloned().collect();
    hs.store
        .write(Side::Named, async move |tx| {
            for word in &gone {
                directory::delete_word(tx, word, user).await?;
            }
            for word in &present {
                directory::put_word(tx, word, user).await?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}

/// Takes somebody out of the directory.
pub(crate) async fn remove(
    hs: &Homeserver,
    user: UserNum,
    user_id: &UserId,
    name: Option<&str>,
) -> Result<()> {
    let mut gone = words(user_id.localpart());
    gone.extend(name.map(words).unwrap_or_default());
    hs.store
        .write(Side::Named, async move |tx| {
            for word in &gone {
                directory::delete_word(tx, word, user).await?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}

/// Finds people with whom every word of the search term begins a word of their name: those first who are called exactly
/// so. Answers at most `limit` of them, and whether there may be more.
///
/// # Errors
/// [`crate::Error::LimitExceeded`].
pub async fn search(
    hs: &Homeserver,
    session: &Session,
    term: &str,
    limit: usize,
) -> Result<(Vec<Person>, bool)> {
    hs.limit(Limited::Other, session.user_id.as_str())?;
    let limit = limit.min(LIMIT_MAX);
    let sought = words(&without_server(hs, term));
    // The longest word has the fewest owners.
    let Some(rarest) = sought.iter().max_by_key(|word| word.chars().count()).cloned() else {
        return Ok((Vec::new(), false));
    };
    let beginning = rarest.clone();
    let found = hs
        .store
        .read(Side::Named, async move |tx| directory::list_beginning(tx, &beginning, CANDIDATES_MAX).await)
        .await?;
    let mut limited = i64::try_from(found.len()).is_ok_and(|count| count >= CANDIDATES_MAX);
    let mut people = Vec::new();
    for chunk in in_order(found, &rarest).chunks(AT_ONCE_MAX) {
        let others = chunk.iter().filter(|user| **user != session.user);
        for person in join_all(others.map(|user| read_person(hs, session, *user))).await {
            people.extend(person?.filter(|person| is_meant(person, &sought)));
        }
        if people.len() > limit {
            limited = true;
            people.truncate(limit);
            break;
        }
    }
    Ok((people, limited))
}

/// A user id of this server is sought by its localpart.
fn without_server(hs: &Homeserver, term: &str) -> String {
    let term = term.trim().to_lowercase();
    let ending = format!(":{}", hs.server_name.as_str().to_lowercase());
    term.strip_suffix(&ending).map(str::to_owned).unwrap_or(term)
}

/// Each owner once: first of exactly the word, then of those that begin with it, in their order.
fn in_order(found: Vec<(String, UserNum)>, word: &str) -> Vec<UserNum> {
    let mut seen = BTreeSet::new();
    let (exact, longer): (Vec<_>, Vec<_>) = found.into_iter().partition(|(found, _)| found == word);
    exact.into_iter().chain(longer).map(|(_, user)| user).filter(|user| seen.insert(*user)).collect()
}

/// Somebody in the directory; `None` where the account was never finished or has been given up, or who doesn't want to be
/// found by the session's user.
async fn read_person(hs: &Homeserver, session: &Session, user: UserNum) -> Result<Option<Person>> {
    let found = hs
        .store
        .read(Side::User(user), async move |tx| {
            let is_active = users::find(tx, user).await?.is_some_and(|user| !user.deactivated);
            Ok(if is_active { Some(profiles::list(tx, user).await?) } else { None })
        })
        .await?;
    let Some(fields) = found else { return Ok(None) };
    if !privacy::is_shown(hs, Aspect::Directory, Some((session.user, &session.user_id)), user).await? {
        return Ok(None);
    }
    Ok(Some(Person { user_id: accounts::user_id(hs, user).await?, profile: Profile::of_stored(fields) }))
}

/// The directory may lag behind what somebody is called now.
fn is_meant(person: &Person, sought: &BTreeSet<String>) -> bool {
    let mut own = words(person.user_id.localpart());
    own.extend(person.profile.display_name().map(words).unwrap_or_default());
    sought.iter().all(|sought| own.iter().any(|own| own.starts_with(sought.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_words() {
        for (name, wanted) in [
            ("Alice Liddell", &["alice", "liddell"][..]),
            ("alice.b-c", &["alice", "b", "c"]),
            ("  Ärger  ", &["ärger"]),
            ("李小明", &["李小明"]),
            ("🦊 Fox!", &["fox", "🦊"]),
            ("...", &[]),
        ] {
            assert_eq!(words(name).into_iter().collect::<Vec<_>>(), wanted, "{name}");
        }
        assert_eq!(words(&"a".repeat(100)).first().map(String::len), Some(WORD_CHARS_MAX));
    }

    #[test]
    fn whoever_is_called_exactly_so_comes_first() {
        let found = [("al", 3), ("alan", 1), ("albert", 3), ("alice", 2)];
        let found = found.map(|(word, user)| (word.to_owned(), UserNum(user))).to_vec();
        assert_eq!(in_order(found.clone(), "al"), [UserNum(3), UserNum(1), UserNum(2)]);
        assert_eq!(in_order(found, "a"), [UserNum(3), UserNum(1), UserNum(2)]);
    }
}
