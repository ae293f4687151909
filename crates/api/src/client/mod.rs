//! The endpoints of the client-server API, one file each, named as in the specification's definitions.

use std::sync::Arc;

use aside_domain::Homeserver;
use axum::Router;

use crate::matrix::{Listing, Routes};

/// Declares each endpoint's module and serves its handler, which carries the same name.
macro_rules! endpoints {
    ($($name:ident)*) => {
        $(mod $name;)*

        fn ruma_routes() -> Router<Arc<Homeserver>> {
            Router::new()$(.endpoint($name::$name))*
        }

        /// The method and path of every endpoint, with parameters in braces.
        pub fn list_endpoints() -> Vec<(http::Method, &'static str)> {
            Listing::default()$(.endpoint($name::$name))*.0
        }
    };
}

endpoints! {
    // Entering: accounts, devices, profiles.
    check_registration_token_validity
    delete_device
    delete_devices
    discover_homeserver
    get_capabilities
    get_device
    get_devices
    get_login_types
    get_supported_versions
    get_username_availability
    login
    logout
    logout_all
    refresh_token
    register
    update_device
    whoami

    // Rooms: making them, coming and going.
    ban_user
    create_room
    forget_room
    invite_user
    join_room_by_id
    joined_rooms
    kick_user
    knock_room
    leave_room
    unban_user

    // Sync.
    sync_events

    // Rooms: what is said in them.
    redact_event
    send_message_event
    send_state_event
}

pub(crate) fn routes() -> Router<Arc<Homeserver>> {
    ruma_routes()
}
