use aside_domain::rooms;
use ruma::api::client::membership::unban_user::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn unban_user(call: Call<Request>) -> Answer<Request> {
    let Request { room_id, user_id, reason, .. } = call.request;
    rooms::unban(&call.hs, &call.caller, &room_id, &user_id, reason.as_deref()).await?;
    Ok(Response::new())
}
