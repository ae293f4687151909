use aside_domain::accounts;
use ruma::api::client::profile::delete_profile_field::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn delete_profile_field(call: Call<Request>) -> Answer<Request> {
    let Request { user_id, field, .. } = call.request;
    accounts::delete_field(&call.hs, &call.caller, &user_id, field.as_str()).await?;
    Ok(Response::new())
}
