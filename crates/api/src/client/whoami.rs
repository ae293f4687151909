use ruma::api::client::account::whoami::v3::Request;
use serde_json::json;

use crate::matrix::{Answer, Call};
use crate::raw::{Json, Raw};

/// `is_guest` is said also where it is what a client would assume.
pub(crate) async fn whoami(call: Call<Raw<Request>>) -> Answer<Raw<Request>> {
    let session = &call.caller;
    Ok(Json(json!({ "user_id": session.user_id, "device_id": session.device_id, "is_guest": false })))
}
