use std::collections::BTreeMap;

use aside_domain::{Error, keys};
use ruma::api::client::keys::upload_signatures::v3::{Failure, Request, Response};

use crate::error::ErrorAnswer;
use crate::matrix::{Answer, Call};

pub(crate) async fn upload_signatures(call: Call<Request>) -> Answer<Request> {
    let failures = keys::upload_signatures(&call.hs, &call.caller, call.request.signed_keys).await?;
    let mut response = Response::new();
    for (user_id, keys) in failures {
        let keys: BTreeMap<String, Failure> =
            keys.into_iter().map(|(key, error)| Ok((key, failure(error)?))).collect::<Result<_, Error>>()?;
        response.failures.insert(user_id, keys);
    }
    Ok(response)
}

fn failure(error: Error) -> Result<Failure, Error> {
    serde_json::from_value(ErrorAnswer::from(error).body).map_err(Error::internal)
}
