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
            with_media(Router::new()$(.endpoint($name::$name))*)
        }

        /// The method and path of every endpoint, with parameters in braces.
        pub fn list_endpoints() -> Vec<(http::Method, &'static str)> {
            with_media(Listing::default()$(.endpoint($name::$name))*).0
        }
    };
}

mod create_content;
mod create_content_async;
mod get_content;
mod get_content_as_filename;
mod get_content_thumbnail;
mod unauthenticated_media;

endpoints! {
    // Entering: accounts, devices, profiles.
    change_password
    check_registration_token_validity
    deactivate
    delete_device
    delete_devices
    delete_profile_field
    discover_homeserver
    get_3pids
    get_capabilities
    get_device
    get_devices
    get_login_types
    get_profile
    get_profile_field
    get_supported_versions
    get_turn_server_info
    get_user_info
    get_username_availability
    login
    logout
    logout_all
    refresh_token
    register
    search_users
    set_profile_field
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

    // Media.
    create_mxc_uri
    get_media_config
    get_media_preview

    // Settings: account data, tags, filters.
    create_filter
    create_tag
    delete_tag
    get_filter
    get_global_account_data
    get_room_account_data
    get_tags
    set_global_account_data
    set_room_account_data

    // Push: rules, pushers, notifications.
    delete_pushrule
    get_notifications
    get_pushers
    get_pushrule
    get_pushrule_actions
    get_pushrule_enabled
    get_pushrules_all
    get_pushrules_global_scope
    set_pusher
    set_pushrule
    set_pushrule_actions
    set_pushrule_enabled

    // Being seen: receipts, typing, presence.
    create_receipt
    create_typing_event
    get_presence
    set_presence
    set_read_marker

    // Sync.
    sync_events

    // Rooms: finding them, naming them, replacing them.
    aliases
    create_alias
    delete_alias
    get_alias
    get_hierarchy
    get_public_rooms
    get_public_rooms_filtered
    get_room_visibility
    get_summary
    join_room_by_id_or_alias
    report_content
    report_room
    report_user
    set_room_visibility
    upgrade_room

    // Rooms: reading them.
    get_context
    get_event_by_timestamp
    get_member_events
    get_message_events
    get_relating_events
    get_relating_events_with_rel_type
    get_relating_events_with_rel_type_and_event_type
    get_room_event
    get_state_event_for_key
    get_state_events
    get_threads
    joined_members
    search_events

    // Rooms: what is said in them.
    redact_event
    send_message_event
    send_state_event

    // End-to-end encryption: keys, and messages to single devices.
    claim_keys
    get_key_changes
    get_keys
    send_event_to_device
    upload_keys
    upload_signatures
    upload_signing_keys

    // End-to-end encryption: backups of room keys.
    add_backup_keys
    add_backup_keys_for_room
    add_backup_keys_for_session
    create_backup_version
    delete_backup_keys
    delete_backup_keys_for_room
    delete_backup_keys_for_session
    delete_backup_version
    get_backup_info
    get_backup_keys
    get_backup_keys_for_room
    get_backup_keys_for_session
    get_latest_backup_info
    update_backup_version
}

pub(crate) fn routes() -> Router<Arc<Homeserver>> {
    ruma_routes()
}

/// What is said of a server whose users can't be asked about, as there is no federation.
fn unreachable(server: &ruma::OwnedServerName) -> (String, serde_json::Value) {
    let error = serde_json::json!({ "errcode": "M_UNAVAILABLE", "error": "This server is not federated" });
    (server.to_string(), error)
}

/// Media comes and goes as a stream. Some of its endpoints have an older twin (before Matrix 1.11).
fn with_media<T: Routes>(routes: T) -> T {
    routes
        .streaming(create_content::create_content)
        .streaming(create_content_async::create_content_async)
        .streaming(get_content::get_content)
        .streaming(get_content_as_filename::get_content_as_filename)
        .streaming(get_content_thumbnail::get_content_thumbnail)
        .endpoint(get_media_config::older_get_media_config)
        .endpoint(get_media_preview::older_get_media_preview)
        .endpoint(unauthenticated_media::get_content)
        .endpoint(unauthenticated_media::get_content_as_filename)
        .endpoint(unauthenticated_media::get_content_thumbnail)
}
