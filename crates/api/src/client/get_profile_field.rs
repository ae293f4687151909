use aside_domain::{Error, accounts};
use ruma::api::auth_scheme::AccessTokenOptional;
use ruma::api::client::profile::get_profile_field::v3::Request;
use serde_json::{Value, json};

use crate::matrix::{Answer, Call};
use crate::raw::{Json, Raw};

/// As for the whole profile, the answer depends on who asks.
type Asked = Raw<Request, Value, AccessTokenOptional>;

pub(crate) async fn get_profile_field(call: Call<Asked>) -> Answer<Asked> {
    let user_id = call.request.user_id(0)?;
    let field = call.request.arg(1);
    let mut profile = accounts::find_profile(&call.hs, call.caller.as_deref(), &user_id).await?;
    let value = profile.0.remove(field).ok_or(Error::NotFound("profile field"))?;
    Ok(Json(json!({ field: value })))
}
