use aside_domain::{Error, rooms};
use ruma::api::client::membership::invite_user::v3::{InvitationRecipient, Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn invite_user(call: Call<Request>) -> Answer<Request> {
    let Request { room_id, recipient, .. } = call.request;
    let InvitationRecipient::UserId(recipient) = recipient else {
        return Err(Error::Unsupported("invites by e-mail address or phone number"));
    };
    rooms::invite(&call.hs, &call.caller, &room_id, &recipient.user_id, recipient.reason.as_deref()).await?;
    Ok(Response::new())
}
