use aside_domain::push;
use ruma::api::client::push::get_pushrules_global_scope::v3::Request;

use crate::matrix::{Answer, Call};
use crate::raw::{Json, Raw};

/// As in [`super::get_pushrules_all`], every kind of rules is named.
pub(crate) async fn get_pushrules_global_scope(call: Call<Raw<Request>>) -> Answer<Raw<Request>> {
    Ok(Json(push::all_rules(&call.hs, call.caller.user).await?))
}
