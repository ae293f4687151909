//! Filters that a client has stored under an id.

use ruma::api::client::filter::FilterDefinition;

use crate::accounts::Session;
use crate::{Error, Homeserver, Result};

/// # Errors
/// [`Error::NotFound`] where the session's user has no such filter.
pub async fn find_filter(_: &Homeserver, _: &Session, _id: &str) -> Result<FilterDefinition> {
    Err(Error::NotFound("filter"))
}
