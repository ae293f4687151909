use aside_domain::push;
use aside_domain::rooms::SUPPORTED_VERSIONS;
use ruma::api::client::discovery::get_capabilities::v3::Request;
use serde_json::{Map, json};

use crate::matrix::{Answer, Call};
use crate::raw::{Json, Raw};

/// Every capability is said, also where it is what a client would assume.
pub(crate) async fn get_capabilities(call: Call<Raw<Request>>) -> Answer<Raw<Request>> {
    let available: Map<_, _> =
        SUPPORTED_VERSIONS.iter().map(|version| ((*version).to_owned(), json!("stable"))).collect();
    Ok(Json(json!({
        "capabilities": {
            "m.change_password": { "enabled": true },
            "m.room_versions": { "default": call.hs.settings.default_room_version, "available": available },
            "m.set_displayname": { "enabled": true },
            "m.set_avatar_url": { "enabled": true },
            "m.profile_fields": { "enabled": true },
            "m.3pid_changes": { "enabled": false },
            "m.get_login_token": { "enabled": false },
            "org.matrix.msc4174.webpush": { "enabled": true, "vapid": push::web_push_key(&call.hs) },
        }
    })))
}
