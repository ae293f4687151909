use aside_domain::{Error, SyncToken, keys};
use ruma::api::client::keys::get_key_changes::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn get_key_changes(call: Call<Request>) -> Answer<Request> {
    let token = |field, text: &str| {
        text.parse::<SyncToken>().map_err(|()| Error::invalid(field, "not a token of this server"))
    };
    let (from, to) = (token("from", &call.request.from)?, token("to", &call.request.to)?);
    let lists = keys::changes(&call.hs, &call.caller, from, to).await?;
    Ok(Response::new(lists.changed, lists.left))
}
