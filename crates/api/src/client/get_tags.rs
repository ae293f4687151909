use aside_domain::account_data;
use ruma::api::client::tag::get_tags::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn get_tags(call: Call<Request>) -> Answer<Request> {
    let Request { user_id, room_id, .. } = call.request;
    account_data::check_own(&call.caller, &user_id)?;
    Ok(Response::new(account_data::tags(&call.hs, &call.caller, &room_id).await?))
}
