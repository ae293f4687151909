use ruma::api::client::session::get_login_types::v3::{LoginType, PasswordLoginType, Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn get_login_types(_: Call<Request>) -> Answer<Request> {
    Ok(Response::new(vec![LoginType::Password(PasswordLoginType::new())]))
}
