use aside_domain::accounts;
use ruma::api::auth_scheme::AccessTokenOptional;
use ruma::api::client::profile::get_profile::v3::Request;
use serde_json::Value;

use crate::matrix::{Answer, Call};
use crate::raw::{Json, Raw};

/// Anybody may ask, but what is answered depends on who does.
type Asked = Raw<Request, Value, AccessTokenOptional>;

pub(crate) async fn get_profile(call: Call<Asked>) -> Answer<Asked> {
    let user_id = call.request.user_id(0)?;
    let profile = accounts::find_profile(&call.hs, call.caller.as_deref(), &user_id).await?;
    Ok(Json(Value::Object(profile.0)))
}
