use ruma::api::client::discovery::discover_homeserver::{HomeserverInfo, Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn discover_homeserver(call: Call<Request>) -> Answer<Request> {
    Ok(Response::new(HomeserverInfo::new(call.hs.settings.base_url.clone())))
}
