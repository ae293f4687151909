//! Which table belongs to which side. No statement and no transaction touches two sides, so that each side can be
//! sharded by its own key; `docs/adr/0003` gives the rules, a test walks every statement.

use aside_model::{RoomNum, UserNum};

/// The side, and the key, that a transaction works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Side {
    /// One room's log and state.
    Room(RoomNum),
    /// One user's queue, devices, keys and settings.
    User(UserNum),
    /// Tables with a key of their own: a name, an alias, a pair, a media id. Each statement names that key.
    Named,
    /// Sweepers and operator reports, which read across keys of one side and never lock.
    Sweep,
}

/// The distribution column of a table, and so the side it lives on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SideKind {
    Room,
    User,
    Named,
}

/// Every table, its side, and its distribution column.
pub const TABLES: &[(&str, SideKind, &str)] = &[
    ("settings", SideKind::Named, "name"),
    ("counters", SideKind::Named, "name"),
    ("user_names", SideKind::Named, "localpart"),
    ("room_names", SideKind::Named, "room_id"),
    ("direct_rooms", SideKind::Named, "pair"),
    ("registration_tokens", SideKind::Named, "token"),
    ("directory_words", SideKind::Named, "initial"),
    ("aliases", SideKind::Named, "alias"),
    ("room_aliases", SideKind::Named, "room_num"),
    ("public_rooms", SideKind::Named, "list"),
    ("jobs", SideKind::Named, "job"),
    ("previews", SideKind::Named, "url_hash"),
    ("media", SideKind::Named, "media_id"),
    ("media_files", SideKind::Named, "hash"),
    ("media_uses", SideKind::Named, "media_id"),
    ("users", SideKind::User, "user_num"),
    ("user_heads", SideKind::User, "user_num"),
    ("user_rooms", SideKind::User, "user_num"),
    ("queue", SideKind::User, "user_num"),
    ("notifications", SideKind::User, "user_num"),
    ("devices", SideKind::User, "user_num"),
    ("profile_fields", SideKind::User, "user_num"),
    ("access_tokens", SideKind::User, "user_num"),
    ("device_keys", SideKind::User, "user_num"),
    ("one_time_keys", SideKind::User, "user_num"),
    ("fallback_keys", SideKind::User, "user_num"),
    ("cross_signing_keys", SideKind::User, "user_num"),
    ("key_signatures", SideKind::User, "user_num"),
    ("unannounced_keys", SideKind::User, "user_num"),
    ("to_device", SideKind::User, "user_num"),
    ("to_device_requests", SideKind::User, "user_num"),
    ("backup_versions", SideKind::User, "user_num"),
    ("backup_sessions", SideKind::User, "user_num"),
    ("pending_uploads", SideKind::User, "user_num"),
    ("account_data", SideKind::User, "user_num"),
    ("filters", SideKind::User, "user_num"),
    ("read_marks", SideKind::User, "user_num"),
    ("pushers", SideKind::User, "user_num"),
    ("requests", SideKind::User, "user_num"),
    ("consents", SideKind::User, "user_num"),
    ("budgets", SideKind::User, "user_num"),
    ("stranger_threads", SideKind::User, "user_num"),
    ("stranger_texts", SideKind::User, "user_num"),
    ("answers", SideKind::User, "user_num"),
    ("decisions", SideKind::User, "user_num"),
    ("policy_groups", SideKind::User, "user_num"),
    ("room_requests", SideKind::Room, "room_num"),
    ("pusher_owners", SideKind::Named, "app_pushkey"),
    ("ties", SideKind::User, "user_num"),
    ("facts", SideKind::User, "user_num"),
    ("privacy_settings", SideKind::User, "user_num"),
    ("complaints", SideKind::User, "user_num"),
    ("measures", SideKind::User, "user_num"),
    ("scheduled_messages", SideKind::User, "user_num"),
    ("second_factors", SideKind::User, "user_num"),
    ("identity_checks", SideKind::User, "user_num"),
    ("identity_documents", SideKind::User, "user_num"),
    ("recovery_codes", SideKind::User, "user_num"),
    ("desks", SideKind::Named, "desk"),
    ("reports", SideKind::Named, "desk"),
    ("moderation_audit", SideKind::Named, "desk"),
    ("rooms", SideKind::Room, "room_num"),
    ("events", SideKind::Room, "room_num"),
    ("room_state", SideKind::Room, "room_num"),
    ("members", SideKind::Room, "room_num"),
    ("relations", SideKind::Room, "room_num"),
    ("receipts", SideKind::Room, "room_num"),
    ("timers", SideKind::Room, "room_num"),
    ("timer_reads", SideKind::Room, "room_num"),
    ("search_words", SideKind::Room, "room_num"),
];

/// Panics where a statement names a table of another side than its transaction's.
pub(crate) fn assert_side(side: &Side, sql: &str) {
    let allowed = match side {
        Side::Room(_) => SideKind::Room,
        Side::User(_) => SideKind::User,
        Side::Named => SideKind::Named,
        Side::Sweep => return,
    };
    for (table, kind, _) in tables_in(sql) {
        assert!(*kind == allowed, "{table} is not on the {allowed:?} side: {sql}");
    }
}

/// The tables that a statement names.
pub fn tables_in(sql: &str) -> impl Iterator<Item = &'static (&'static str, SideKind, &'static str)> {
    let words: Vec<&str> = sql.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    TABLES.iter().filter(move |(table, ..)| {
        words.windows(2).any(|pair| {
            pair[1] == *table && matches!(pair[0], "FROM" | "INTO" | "UPDATE" | "JOIN" | "TABLE" | "ON")
        })
    })
}
