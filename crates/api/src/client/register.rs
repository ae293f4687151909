use std::time::Duration;

use aside_domain::Error;
use aside_domain::accounts::{self, NewAccount};
use ruma::api::client::account::register::RegistrationKind;
use ruma::api::client::account::register::v3::{Request, Response};

use crate::matrix::{Answer, Call};

pub(crate) async fn register(call: Call<Request>) -> Answer<Request> {
    let request = call.request;
    match request.kind {
        RegistrationKind::User => {}
        RegistrationKind::Guest => return Err(Error::GuestsForbidden),
        _ => return Err(Error::invalid("kind", "neither user nor guest")),
    }
    let wanted = NewAccount {
        username: request.username,
        password: request.password,
        device_id: request.device_id,
        device_name: request.initial_device_display_name,
        with_refresh_token: request.refresh_token,
        inhibit_login: request.inhibit_login,
    };
    let (user_id, session) = accounts::register(&call.hs, call.peer, wanted, request.auth.as_ref()).await?;
    let mut response = Response::new(user_id);
    if let Some(session) = session {
        response.access_token = Some(session.access_token);
        response.device_id = Some(session.device_id);
        response.refresh_token = session.refresh_token;
        let expires_in_ms = session.expires_in_ms.and_then(|ms| u64::try_from(ms).ok());
        response.expires_in = expires_in_ms.map(Duration::from_millis);
    }
    Ok(response)
}
