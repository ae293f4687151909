use aside_domain::{Error, accounts};
use ruma::api::client::profile::get_profile_field::v3::Request;
use serde_json::json;

use crate::matrix::{Answer, Call};
use crate::raw::{Json, Raw};

pub(crate) async fn get_profile_field(call: Call<Raw<Request>>) -> Answer<Raw<Request>> {
    let user_id = call.request.user_id(0)?;
    let field = call.request.arg(1);
    let mut profile = accounts::find_profile(&call.hs, &user_id).await?;
    let value = profile.0.remove(field).ok_or(Error::NotFound("profile field"))?;
    Ok(Json(json!({ field: value })))
}
