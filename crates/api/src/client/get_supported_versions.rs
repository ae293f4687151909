use ruma::api::client::discovery::get_supported_versions::{Request, Response};

use crate::matrix::{Answer, Call};

/// Later versions of the specification changed nothing that an older client would miss, so all are announced.
const VERSIONS: [&str; 24] = [
    "r0.0.1", "r0.1.0", "r0.2.0", "r0.3.0", "r0.4.0", "r0.5.0", "r0.6.0", "r0.6.1", "v1.1", "v1.2", "v1.3", "v1.4",
    "v1.5", "v1.6", "v1.7", "v1.8", "v1.9", "v1.10", "v1.11", "v1.12", "v1.13", "v1.14", "v1.15", "v1.16",
];

/// What clients of older versions looked for by the name of its proposal.
const UNSTABLE_FEATURES: [&str; 3] =
    ["org.matrix.e2e_cross_signing", "uk.tcpip.msc4133", "uk.tcpip.msc4133.stable"];

pub(crate) async fn get_supported_versions(_: Call<Request>) -> Answer<Request> {
    let mut response = Response::new(VERSIONS.map(str::to_owned).to_vec());
    response.unstable_features = UNSTABLE_FEATURES.map(|feature| (feature.to_owned(), true)).into();
    Ok(response)
}
