use aside_domain::accounts;
use ruma::api::client::profile::get_profile::v3::Request;
use serde_json::Value;

use crate::matrix::{Answer, Call};
use crate::raw::{Json, Raw};

pub(crate) async fn get_profile(call: Call<Raw<Request>>) -> Answer<Raw<Request>> {
    let user_id = call.request.user_id(0)?;
    let profile = accounts::find_profile(&call.hs, &user_id).await?;
    Ok(Json(Value::Object(profile.0)))
}
