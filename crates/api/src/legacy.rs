//! What clients sent before the specification's present shapes, and some still do.

use ruma::api::client::uiaa::{MatrixUserIdentifier, UserIdentifier};
use serde_json::{Value, json};

/// An account named by the `user` field.
pub(crate) fn identifier(user: String) -> UserIdentifier {
    UserIdentifier::Matrix(MatrixUserIdentifier::new(user))
}

/// Gives the `auth` object of a body the present shape; `None` where it has it already.
pub(crate) fn modernise_auth(body: &[u8]) -> Option<Vec<u8>> {
    let mut body: Value = serde_json::from_slice(body).ok()?;
    let auth = body.get_mut("auth")?.as_object_mut()?;
    // Some clients send an empty object for "nothing to show yet".
    if !auth.contains_key("type") && !auth.contains_key("session") {
        body.as_object_mut()?.remove("auth");
        return serde_json::to_vec(&body).ok();
    }
    if auth.contains_key("identifier") {
        return None;
    }
    let user = auth.remove("user")?;
    auth.insert("identifier".into(), json!({ "type": "m.id.user", "user": user }));
    serde_json::to_vec(&body).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_ways_to_authenticate_are_understood() {
        for (old, new) in [
            (
                json!({ "auth": { "type": "m.login.password", "user": "alice" }, "x": 1 }),
                Some(json!({
                    "auth": { "type": "m.login.password", "identifier": { "type": "m.id.user", "user": "alice" } },
                    "x": 1
                })),
            ),
            (json!({ "auth": {}, "x": 1 }), Some(json!({ "x": 1 }))),
            (json!({ "auth": { "session": "s" } }), None),
            (json!({ "auth": { "type": "m.login.password", "identifier": {}, "user": "a" } }), None),
            (json!({ "auth": "alice" }), None),
            (json!({}), None),
        ] {
            let modern = modernise_auth(old.to_string().as_bytes());
            let modern: Option<Value> = modern.map(|body| serde_json::from_slice(&body).unwrap());
            assert_eq!(modern, new, "{old}");
        }
    }
}
