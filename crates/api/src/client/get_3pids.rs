use ruma::api::client::account::get_3pids::v3::Request;
use serde_json::json;

use crate::matrix::{Answer, Call};
use crate::raw::{Json, Raw};

/// Accounts have no e-mail addresses and no phone numbers here, and that is said with the empty list itself.
pub(crate) async fn get_3pids(_: Call<Raw<Request>>) -> Answer<Raw<Request>> {
    Ok(Json(json!({ "threepids": [] })))
}
