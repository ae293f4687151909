use aside_domain::reports::{self, NewReport, Subject};
use ruma::api::client::room::report_content::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn report_content(call: Call<Request>) -> Answer<Request> {
    let Request { room_id, event_id, reason, .. } = call.request;
    let subject = Subject::Message { room_id, event_id };
    reports::file(&call.hs, &call.caller, NewReport::in_words(subject, reason.as_deref())).await?;
    Ok(Response::new())
}
