//! Who may make an account: everybody, or whoever holds a registration token.

use aside_store::registration::RegistrationToken;
use aside_store::{Side, names, registration};

use crate::{Homeserver, Result};

/// The token of the one-time link that the first start prints; `None` at every later start.
pub async fn first_token(hs: &Homeserver) -> Result<Option<String>> {
    let token = RegistrationToken::once(hs.random.text(24));
    let created = hs
        .store
        .write(Side::Named, async move |tx| {
            if names::find_setting(tx, "first_start_ts").await?.is_some() {
                return Ok(None);
            }
            registration::insert_token(tx, &token).await?;
            Ok(Some(token.token.clone()))
        })
        .await?;
    let now = hs.clock.now_ms().to_string();
    if created.is_some() {
        hs.store
            .write(Side::Named, async move |tx| names::put_setting(tx, "first_start_ts", &now).await)
            .await?;
    }
    Ok(created)
}
