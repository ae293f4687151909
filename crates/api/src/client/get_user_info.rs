use aside_domain::accounts;
use ruma::api::client::admin::get_user_info::v3::Request;
use serde_json::{Map, Value, json};

use crate::matrix::{Answer, Call};
use crate::raw::{Json, Raw};

pub(crate) async fn get_user_info(call: Call<Raw<Request>>) -> Answer<Raw<Request>> {
    let user_id = call.request.user_id(0)?;
    let connections = accounts::list_connections(&call.hs, &call.caller, &user_id).await?;
    let devices: Map<String, Value> = connections
        .into_iter()
        .map(|seen| {
            let connection = json!({ "ip": seen.ip, "last_seen": seen.last_seen_ts });
            (seen.device_id, json!({ "sessions": [{ "connections": [connection] }] }))
        })
        .collect();
    Ok(Json(json!({ "user_id": user_id, "devices": devices })))
}
