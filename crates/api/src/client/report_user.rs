use aside_domain::Error;
use aside_domain::reports::{self, NewReport, Subject};
use ruma::api::client::reporting::report_user::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn report_user(call: Call<Request>) -> Answer<Request> {
    let Request { user_id, reason, .. } = call.request;
    let subject = Subject::Account { user_id };
    let report = NewReport::in_words(subject, Some(&reason));
    match reports::file(&call.hs, &call.caller, report).await {
        // Nobody finds out in this way who has an account here.
        Ok(_) | Err(Error::NotFound(_)) => Ok(Response::new()),
        Err(error) => Err(error),
    }
}
