use ruma::api::client::voip::get_turn_server_info::v3::Request;
use serde_json::json;

use crate::matrix::{Answer, Call};
use crate::raw::{Json, Raw};

/// Clients take an empty object for "there is none" and call each other directly.
pub(crate) async fn get_turn_server_info(_: Call<Raw<Request>>) -> Answer<Raw<Request>> {
    Ok(Json(json!({})))
}
