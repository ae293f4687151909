use aside_domain::rooms;
use ruma::api::client::knock::knock_room::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn knock_room(call: Call<Request>) -> Answer<Request> {
    let Request { room_id_or_alias, reason, .. } = call.request;
    let room_id = rooms::aliases::resolve(&call.hs, &room_id_or_alias).await?;
    Ok(Response::new(rooms::knock(&call.hs, &call.caller, &room_id, reason.as_deref()).await?))
}
