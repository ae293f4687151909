//! Filters: what a client doesn't want to be told, inline or stored under an id (specification, 10.5 Filtering).

use std::sync::Arc;

use aside_store::{Side, filters};
use base64::Engine as _;
use ruma::api::client::filter::{EventFormat, FilterDefinition};
use sha2::{Digest, Sha256};

use crate::accounts::Session;
use crate::cache::Cache;
use crate::{Error, Homeserver, Result, UserNum};

/// Filters that one user may have stored; clients have a handful.
const FILTERS_MAX: i64 = 1_000;
const DEFINITION_BYTES_MAX: usize = 64 << 10;

/// Filters used lately. An id is made of the definition, so a kept one is never out of date.
pub(crate) struct StoredFilters(Cache<(UserNum, String), Arc<FilterDefinition>>);

impl Default for StoredFilters {
    fn default() -> Self {
        StoredFilters(Cache::new(10_000))
    }
}

/// Stores a filter and answers its id; the same filter has the same id.
///
/// # Errors
/// [`Error::BadJson`] where it asks for an unknown event format, [`Error::TooLarge`].
pub async fn create_filter(hs: &Homeserver, session: &Session, filter: &FilterDefinition) -> Result<String> {
    if !matches!(filter.event_format, EventFormat::Client | EventFormat::Federation) {
        return Err(Error::BadJson("event_format is either \"client\" or \"federation\"".into()));
    }
    let definition = serde_json::to_string(filter).map_err(Error::internal)?;
    if definition.len() > DEFINITION_BYTES_MAX {
        return Err(Error::TooLarge(format!("the filter is longer than {DEFINITION_BYTES_MAX} bytes")));
    }
    let digest = Sha256::digest(definition.as_bytes());
    let id = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&digest[..12]);
    let (user, now, filter_id) = (session.user, hs.clock.now_ms(), id.clone());
    let stored = hs
        .store
        .write(Side::User(user), async move |tx| {
            if filters::count_others(tx, user, &filter_id).await? >= FILTERS_MAX {
                return Ok(false);
            }
            filters::put(tx, user, &filter_id, &definition, now).await?;
            Ok(true)
        })
        .await?;
    if stored { Ok(id) } else { Err(Error::TooLarge(format!("you have {FILTERS_MAX} filters already"))) }
}

/// # Errors
/// [`Error::NotFound`] where the session's user has no such filter.
pub async fn find_filter(hs: &Homeserver, session: &Session, id: &str) -> Result<FilterDefinition> {
    let key = (session.user, id.to_owned());
    if let Some(known) = hs.filters.0.get(&key) {
        return Ok(FilterDefinition::clone(&known));
    }
    let (user, filter_id) = key.clone();
    let found = hs
        .store
        .read(Side::User(user), async move |tx| filters::find(tx, user, &filter_id).await)
        .await?
        .ok_or(Error::NotFound("filter"))?;
    let filter: FilterDefinition = serde_json::from_str(&found).map_err(Error::internal)?;
    hs.filters.0.insert(key, Arc::new(filter.clone()));
    Ok(filter)
}
