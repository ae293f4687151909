use aside_domain::rooms::{self, NewRoom};
use aside_domain::{Error, Homeserver};
use ruma::api::client::room::Visibility;
use ruma::api::client::room::create_room::v3::{Request, Response};
use ruma::events::AnyInitialStateEvent;
use ruma::serde::Raw;
use ruma::{OwnedRoomAliasId, RoomAliasId};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::matrix::{Answer, Call};

pub(crate) async fn create_room(call: Call<Request>) -> Answer<Request> {
    let request = call.request;
    if !request.invite_3pid.is_empty() {
        return Err(Error::Unsupported("invites by e-mail address or phone number"));
    }
    let wanted = NewRoom {
        preset: request.preset,
        is_public: request.visibility == Visibility::Public,
        version: request.room_version,
        creation_content: object("creation_content", request.creation_content.map(Raw::into_json))?,
        power_levels: object(
            "power_level_content_override",
            request.power_level_content_override.map(Raw::into_json),
        )?,
        initial_state: request.initial_state.iter().map(initial_state).collect::<Result<_, _>>()?,
        name: request.name,
        topic: request.topic,
        alias: request.room_alias_name.map(|name| alias(&call.hs, &name)).transpose()?,
        invite: request.invite,
        is_direct: request.is_direct,
    };
    Ok(Response::new(rooms::create(&call.hs, &call.caller, wanted).await?))
}

fn object(field: &'static str, raw: Option<Box<RawValue>>) -> Result<Map<String, Value>, Error> {
    let Some(raw) = raw else { return Ok(Map::new()) };
    serde_json::from_str(raw.get()).map_err(|error| Error::BadJson(format!("{field}: {error}")))
}

fn initial_state(raw: &Raw<AnyInitialStateEvent>) -> Result<(String, String, Box<RawValue>), Error> {
    #[derive(Deserialize)]
    struct InitialState {
        #[serde(rename = "type")]
        kind: String,
        #[serde(default)]
        state_key: String,
        content: Box<RawValue>,
    }
    let state: InitialState = serde_json::from_str(raw.json().get())
        .map_err(|error| Error::BadJson(format!("initial_state: {error}")))?;
    Ok((state.kind, state.state_key, state.content))
}

fn alias(hs: &Homeserver, name: &str) -> Result<OwnedRoomAliasId, Error> {
    RoomAliasId::parse(format!("#{name}:{}", hs.server_name))
        .map_err(|error| Error::invalid("room_alias_name", error.to_string()))
}
