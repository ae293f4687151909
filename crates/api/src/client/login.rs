use aside_domain::Error;
use aside_domain::accounts::{self, Device};
use ruma::OwnedDeviceId;
use ruma::api::client::session::login::v3::Request;
use ruma::api::client::uiaa::UserIdentifier;
use serde::Deserialize;
use serde_json::json;

use crate::legacy;
use crate::matrix::{Answer, Call};
use crate::raw::{Json, Raw};

/// ruma's own type can't be read where `type` is missing.
#[derive(Deserialize)]
pub(crate) struct Body {
    #[serde(rename = "type")]
    kind: Option<String>,
    identifier: Option<UserIdentifier>,
    /// How the account was named before there were identifiers.
    user: Option<String>,
    password: Option<String>,
    device_id: Option<OwnedDeviceId>,
    initial_device_display_name: Option<String>,
    #[serde(default)]
    refresh_token: bool,
}

pub(crate) async fn login(call: Call<Raw<Request, Body>>) -> Answer<Raw<Request, Body>> {
    let body = call.request.body;
    match body.kind.as_deref() {
        Some("m.login.password") => {}
        Some(_) => return Err(Error::UnknownLoginType),
        None => return Err(Error::MissingParam("type")),
    }
    let identifier = body.identifier.or_else(|| body.user.map(legacy::identifier));
    let identifier = identifier.ok_or(Error::MissingParam("identifier"))?;
    let password = body.password.ok_or(Error::MissingParam("password"))?;
    let device = Device {
        device_id: body.device_id,
        display_name: body.initial_device_display_name,
        ip: Some(call.peer),
        with_refresh_token: body.refresh_token,
    };
    let (user_id, session) = accounts::log_in(&call.hs, &identifier, &password, device).await?;
    let mut answer = json!({
        "user_id": user_id,
        "access_token": session.access_token,
        "device_id": session.device_id,
        "home_server": call.hs.server_name,
        "well_known": { "m.homeserver": { "base_url": call.hs.settings.base_url } },
    });
    if let (Some(refresh_token), Some(expires_in_ms)) = (session.refresh_token, session.expires_in_ms) {
        answer["refresh_token"] = json!(refresh_token);
        answer["expires_in_ms"] = json!(expires_in_ms);
    }
    Ok(Json(answer))
}
