use aside_domain::reports::{self, NewReport, Subject};
use ruma::api::client::room::report_room::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn report_room(call: Call<Request>) -> Answer<Request> {
    let Request { room_id, reason, .. } = call.request;
    let subject = Subject::Conversation { room_id };
    reports::file(&call.hs, &call.caller, NewReport::in_words(subject, Some(&reason))).await?;
    Ok(Response::new())
}
