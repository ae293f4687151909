use aside_domain::{account_data, rooms};
use ruma::api::client::config::set_global_account_data::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn set_global_account_data(call: Call<Request>) -> Answer<Request> {
    let Request { user_id, event_type, data, .. } = call.request;
    account_data::check_own(&call.caller, &user_id)?;
    let content = rooms::check_object(&data)?;
    account_data::put(&call.hs, &call.caller, None, &event_type.to_string(), &content).await?;
    Ok(Response::new())
}
