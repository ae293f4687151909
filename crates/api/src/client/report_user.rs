use aside_domain::rooms;
use ruma::api::client::reporting::report_user::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn report_user(call: Call<Request>) -> Answer<Request> {
    rooms::report_user(&call.hs, &call.caller, &call.request.user_id).await?;
    Ok(Response::new())
}
