use aside_domain::{account_data, sync};
use ruma::api::client::filter::create_filter::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn create_filter(call: Call<Request>) -> Answer<Request> {
    let Request { user_id, filter, .. } = call.request;
    account_data::check_own(&call.caller, &user_id)?;
    Ok(Response::new(sync::create_filter(&call.hs, &call.caller, &filter).await?))
}
