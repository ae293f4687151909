use aside_domain::{Error, accounts};
use ruma::api::client::profile::set_profile_field::v3::Request;
use serde_json::{Map, Value, json};

use crate::matrix::{Answer, Call};
use crate::raw::{Json, Raw};

type Body = Map<String, Value>;

pub(crate) async fn set_profile_field(call: Call<Raw<Request, Body>>) -> Answer<Raw<Request, Body>> {
    let user_id = call.request.user_id(0)?;
    let field = call.request.arg(1).to_owned();
    let mut body = call.request.body;
    let value = body.remove(&field).ok_or(Error::MissingParam("the field's own name in the body"))?;
    accounts::set_field(&call.hs, &call.caller, &user_id, &field, value).await?;
    Ok(Json(json!({})))
}
