use aside_domain::account_data;
use ruma::api::client::tag::delete_tag::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn delete_tag(call: Call<Request>) -> Answer<Request> {
    let Request { user_id, room_id, tag, .. } = call.request;
    account_data::check_own(&call.caller, &user_id)?;
    account_data::delete_tag(&call.hs, &call.caller, &room_id, tag).await?;
    Ok(Response::new())
}
