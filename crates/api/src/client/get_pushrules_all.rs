use aside_domain::push;
use ruma::api::client::push::get_pushrules_all::v3::Request;
use serde_json::json;

use crate::matrix::{Answer, Call};
use crate::raw::{Json, Raw};

/// Every kind of rules is named: ruma leaves out those that have none, and clients look into them.
pub(crate) async fn get_pushrules_all(call: Call<Raw<Request>>) -> Answer<Raw<Request>> {
    let rules = push::all_rules(&call.hs, call.caller.user).await?;
    Ok(Json(json!({ "global": rules })))
}
