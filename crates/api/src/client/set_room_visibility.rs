use aside_domain::Error;
use aside_domain::rooms::directory;
use ruma::api::client::directory::set_room_visibility::v3::{Request, Response};
use ruma::api::client::room::Visibility;

use crate::matrix::{Answer, Call};

pub(crate) async fn set_room_visibility(call: Call<Request>) -> Answer<Request> {
    let Request { room_id, visibility, .. } = call.request;
    let listed = match visibility {
        Visibility::Public => true,
        Visibility::Private => false,
        _ => return Err(Error::invalid("visibility", "neither public nor private")),
    };
    directory::publish(&call.hs, &call.caller, &room_id, listed).await?;
    Ok(Response::new())
}
