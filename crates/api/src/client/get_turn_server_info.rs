use aside_domain::turn;
use ruma::api::client::voip::get_turn_server_info::v3::Request;
use serde_json::json;

use crate::matrix::{Answer, Call};
use crate::raw::{Json, Raw};

/// Clients take an empty object for "there is none" and call each other directly.
pub(crate) async fn get_turn_server_info(call: Call<Raw<Request>>) -> Answer<Raw<Request>> {
    Ok(Json(match turn::relays(&call.hs, &call.caller) {
        None => json!({}),
        Some(relays) => json!({
            "uris": relays.uris,
            "username": relays.username,
            "password": relays.password,
            "ttl": relays.lifetime_s,
        }),
    }))
}
