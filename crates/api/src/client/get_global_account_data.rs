use aside_domain::account_data;
use ruma::api::client::config::get_global_account_data::v3::{Request, Response};
use ruma::serde::Raw;

use crate::matrix::{Answer, Call};

pub(crate) async fn get_global_account_data(call: Call<Request>) -> Answer<Request> {
    let Request { user_id, event_type, .. } = call.request;
    account_data::check_own(&call.caller, &user_id)?;
    let content = account_data::get(&call.hs, &call.caller, None, &event_type.to_string()).await?;
    Ok(Response::new(Raw::from_json(content)))
}
