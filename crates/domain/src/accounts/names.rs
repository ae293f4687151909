//! User ids and their numbers. They never change, so what was looked up once is kept.

use aside_store::{Side, names, users};
use ruma::{OwnedUserId, UserId};

use crate::cache::Cache;
use crate::{Error, Homeserver, Result, UserNum};

/// Names of users looked up lately, both ways.
pub struct Names {
    nums: Cache<OwnedUserId, UserNum>,
    ids: Cache<UserNum, OwnedUserId>,
}

impl Default for Names {
    fn default() -> Self {
        Names { nums: Cache::new(50_000), ids: Cache::new(50_000) }
    }
}

/// The number of a user of this server, whether the account is active or not.
pub(crate) async fn find_user_num(hs: &Homeserver, user_id: &UserId) -> Result<Option<UserNum>> {
    if user_id.server_name() != hs.server_name {
        return Ok(None);
    }
    if let Some(num) = hs.names.nums.get(user_id) {
        return Ok(Some(num));
    }
    let localpart = user_id.localpart().to_owned();
    let found = hs.store.read(Side::Named, async move |tx| names::find_user(tx, &localpart).await).await?;
    // A name may have been claimed by a registration that never finished.
    let Some(num) = found else { return Ok(None) };
    let exists = hs.store.read(Side::User(num), async move |tx| users::find(tx, num).await).await?.is_some();
    if !exists {
        return Ok(None);
    }
    hs.names.nums.insert(user_id.to_owned(), num);
    hs.names.ids.insert(num, user_id.to_owned());
    Ok(Some(num))
}

/// The user id behind a number.
pub(crate) async fn user_id(hs: &Homeserver, num: UserNum) -> Result<OwnedUserId> {
    if let Some(id) = hs.names.ids.get(&num) {
        return Ok(id);
    }
    let user = hs.store.read(Side::User(num), async move |tx| users::find(tx, num).await).await?;
    let user = user.ok_or(Error::NotFound("user"))?;
    let id = UserId::parse(format!("@{}:{}", user.localpart, hs.server_name)).map_err(Error::internal)?;
    hs.names.ids.insert(num, id.clone());
    Ok(id)
}
