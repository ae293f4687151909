use aside_domain::account_data;
use ruma::api::client::tag::create_tag::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn create_tag(call: Call<Request>) -> Answer<Request> {
    let Request { user_id, room_id, tag, tag_info, .. } = call.request;
    account_data::check_own(&call.caller, &user_id)?;
    account_data::put_tag(&call.hs, &call.caller, &room_id, tag, tag_info).await?;
    Ok(Response::new())
}
