use aside_domain::{Error, push};
use ruma::api::client::push::set_pusher::v3::{PusherAction, Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn set_pusher(call: Call<Request>) -> Answer<Request> {
    match call.request.action {
        PusherAction::Post(data) => {
            push::put_pusher(&call.hs, &call.caller, &data.pusher, data.append).await?;
        }
        PusherAction::Delete(ids) => push::delete_pusher(&call.hs, &call.caller, &ids).await?,
        _ => return Err(Error::Unsupported("this way of setting a pusher")),
    }
    Ok(Response::new())
}
