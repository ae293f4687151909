//! Who may make an account: everybody, or whoever holds a registration token.

use aside_store::registration::RegistrationToken;
use aside_store::{Side, names, registration};

use crate::{Homeserver, Result};

/// The token of the one-time link that the first start prints; `None` at every later start.
pub async fn first_token(hs: &Homeserver) -> Result<Option<String>> {
    let token = RegistrationToken::for_admin(hs.random.text(24));
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

/// A token that an account may be made with, and what the account becomes.
pub(crate) struct Voucher {
    token: String,
    pub(crate) admin: bool,
}

/// Whether somebody may make an account with this token now.
pub async fn is_valid(hs: &Homeserver, token: &str) -> Result<bool> {
    let token = token.to_owned();
    let found =
        hs.store.read(Side::Named, async move |tx| registration::find_token(tx, &token).await).await?;
    Ok(found.is_some_and(|token| token.is_valid(hs.clock.now_ms())))
}

/// Uses the token up by one; `None` where it can't be used.
pub(crate) async fn spend(hs: &Homeserver, token: &str) -> Result<Option<Voucher>> {
    let (token, now) = (token.to_owned(), hs.clock.now_ms());
    let spent = hs
        .store
        .write(Side::Named, async move |tx| {
            let Some(found) = registration::find_token(tx, &token).await? else { return Ok(None) };
            Ok((found.is_valid(now) && registration::use_token(tx, &token).await?).then_some(found))
        })
        .await?;
    Ok(spent.map(|found| Voucher { token: found.token, admin: found.admin }))
}

/// Takes the use back, because no account was made after all.
pub(crate) async fn give_back(hs: &Homeserver, voucher: Voucher) -> Result<()> {
    hs.store
        .write(Side::Named, async move |tx| registration::give_back(tx, &voucher.token).await)
        .await
        .map_err(Into::into)
}
