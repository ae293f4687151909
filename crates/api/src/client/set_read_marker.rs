use aside_domain::receipts::{self, Kind, Thread};
use aside_domain::rooms;
use ruma::api::client::read_marker::set_read_marker::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn set_read_marker(call: Call<Request>) -> Answer<Request> {
    let Request { room_id, fully_read, read_receipt, private_read_receipt, .. } = call.request;
    let room = rooms::access_joined_room(&call.hs, &call.caller, &room_id).await?;
    for (kind, event_id) in [(Kind::Public, read_receipt), (Kind::Private, private_read_receipt)] {
        if let Some(event_id) = event_id {
            receipts::put(&call.hs, &call.caller, &room, kind, &event_id, &Thread::Unthreaded).await?;
        }
    }
    if let Some(event_id) = fully_read {
        receipts::put_fully_read(&call.hs, &call.caller, &room, &event_id).await?;
    }
    Ok(Response::new())
}
