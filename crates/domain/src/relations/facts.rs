//! What is known of one person.

use aside_model::relation::{Date, Facts};
use aside_store::{Side, facts as store, users};

use crate::{Error, Homeserver, Result, UserNum};

/// What is known of somebody.
///
/// # Errors
/// [`Error::NotFound`] where there is no such account.
pub async fn facts(hs: &Homeserver, user: UserNum) -> Result<Facts> {
    let found = hs
        .store
        .read(Side::User(user), async move |tx| {
            Ok((users::find(tx, user).await?, store::find(tx, user).await?))
        })
        .await?;
    let (Some(account), known) = found else { return Err(Error::NotFound("user")) };
    Ok(of_stored(account.created_ts, known.unwrap_or_default(), hs.clock.now_ms()))
}

pub(super) fn of_stored(created_ms: i64, known: store::Facts, now_ms: i64) -> Facts {
    let birth: Option<Date> = known.birth_date.as_deref().and_then(|date| date.parse().ok());
    let by_birth = birth.and_then(|birth| birth.age_years(Date::of_ms(now_ms)));
    // Somebody of an age band may be as young as its youngest.
    let by_band = known.age_min.and_then(|age| u8::try_from(age).ok());
    Facts {
        age_years: by_birth.or(by_band),
        verified: known.verified,
        badges: known.badges.and_then(|badges| serde_json::from_str(&badges).ok()).unwrap_or_default(),
        is_page: known.page,
        is_open: known.open,
        created_ms,
        trust_from_ms: known.trust_from_ts.map_or(created_ms, |ts| ts.max(created_ms)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000_000;

    #[test]
    fn an_age_comes_from_the_birth_date_or_is_the_youngest_of_the_band() {
        let known = |birth: Option<&str>, age_min| store::Facts {
            birth_date: birth.map(str::to_owned),
            age_min,
            ..store::Facts::default()
        };
        for (birth, band, age) in [
            (None, None, None),
            (Some("2011-01-15"), None, Some(16)),
            (Some("2011-01-16"), None, Some(15)),
            (None, Some(13), Some(13)),
            (Some("2000-01-01"), Some(13), Some(27)),
        ] {
            assert_eq!(of_stored(0, known(birth, band), NOW).age_years, age, "{birth:?} {band:?}");
        }
    }

    #[test]
    fn trust_begins_with_the_account_or_when_it_changed_hands() {
        let known = |trust_from_ts| store::Facts { trust_from_ts, ..store::Facts::default() };
        assert_eq!(of_stored(5, known(None), NOW).trust_from_ms, 5);
        assert_eq!(of_stored(5, known(Some(9)), NOW).trust_from_ms, 9);
        assert_eq!(of_stored(5, known(Some(1)), NOW).trust_from_ms, 5);
    }
}
