use aside_domain::{Error, history, rooms};
use ruma::api::client::room::get_event_by_timestamp::v1::{Request, Response};
use ruma::{MilliSecondsSinceUnixEpoch, UInt};

use crate::matrix::{Answer, Call, direction};

pub(crate) async fn get_event_by_timestamp(call: Call<Request>) -> Answer<Request> {
    let Request { room_id, ts, dir, .. } = call.request;
    let room = rooms::access_visible_room(&call.hs, &call.caller, &room_id).await?;
    let (event_id, ts) = history::event_at_time(&call.hs, &room, ts.0.into(), direction(dir)).await?;
    let ts = MilliSecondsSinceUnixEpoch(UInt::try_from(ts).map_err(Error::internal)?);
    Ok(Response::new(event_id, ts))
}
