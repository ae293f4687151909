-- The user side: accounts, devices, tokens, and the inbox queue.

CREATE TABLE users (
    user_num BIGINT NOT NULL PRIMARY KEY,
    localpart TEXT NOT NULL,
    password_hash TEXT,
    created_ts BIGINT NOT NULL,
    deactivated BOOLEAN NOT NULL DEFAULT FALSE,
    -- Whether the person asked for their data to be erased when the account was deactivated.
    erased BOOLEAN NOT NULL DEFAULT FALSE,
    admin BOOLEAN NOT NULL DEFAULT FALSE
);

-- Every reader of a queue trusts that a lower position never appears later: seq is taken under this row's lock.
CREATE TABLE user_heads (
    user_num BIGINT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    -- Entries up to here may have been deleted.
    trimmed_seq BIGINT NOT NULL DEFAULT 0
);

-- What the user has been brought of each room: events up to last_pos, receipts up to last_receipt_pos.
CREATE TABLE user_rooms (
    user_num BIGINT NOT NULL,
    room_num BIGINT NOT NULL,
    membership TEXT NOT NULL,
    membership_pos BIGINT NOT NULL,
    -- The queue position of the newest change of membership.
    membership_seq BIGINT NOT NULL,
    -- The position of the event with which they came in, 0 before; changes of their name don't move it.
    joined_pos BIGINT NOT NULL,
    last_pos BIGINT NOT NULL,
    -- last_pos before the newest delivery, so that one statement can advance it and say where from.
    previous_pos BIGINT NOT NULL,
    last_receipt_pos BIGINT NOT NULL DEFAULT 0,
    previous_receipt_pos BIGINT NOT NULL DEFAULT 0,
    forgotten BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (user_num, room_num)
) /*sqlite: WITHOUT ROWID*/;

CREATE TABLE queue (
    user_num BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    -- 0 where the entry belongs to no room.
    room_num BIGINT NOT NULL,
    from_pos BIGINT NOT NULL,
    to_pos BIGINT NOT NULL,
    -- What the entry is about where positions can't say it: an account data type, a user id.
    subject TEXT,
    ts BIGINT NOT NULL,
    PRIMARY KEY (user_num, seq)
) /*sqlite: WITHOUT ROWID*/;

-- Events that a user's push rules found worth a notification. They are unread where their position is above the user's
-- read marks, so that reading many costs as little as reading one.
CREATE TABLE notifications (
    user_num BIGINT NOT NULL,
    room_num BIGINT NOT NULL,
    pos BIGINT NOT NULL,
    highlight BOOLEAN NOT NULL,
    sound TEXT,
    -- The root's event id where the event is in a thread.
    thread_id TEXT,
    ts BIGINT NOT NULL,
    PRIMARY KEY (user_num, room_num, pos)
) /*sqlite: WITHOUT ROWID*/;

CREATE TABLE devices (
    user_num BIGINT NOT NULL,
    device_id TEXT NOT NULL,
    display_name TEXT,
    created_ts BIGINT NOT NULL,
    last_seen_ip TEXT,
    last_seen_ts BIGINT,
    PRIMARY KEY (user_num, device_id)
) /*sqlite: WITHOUT ROWID*/;

-- Only hashes of tokens are kept. Tokens given out together carry the same pair, the hash of the access token. A refreshed
-- pair is pending until one of its tokens is used; then the device's other tokens are deleted.
CREATE TABLE access_tokens (
    user_num BIGINT NOT NULL,
    token_hash BYTEA NOT NULL,
    device_id TEXT NOT NULL,
    refresh BOOLEAN NOT NULL,
    pair BYTEA NOT NULL,
    pending BOOLEAN NOT NULL,
    expires_ts BIGINT,
    PRIMARY KEY (user_num, token_hash)
) /*sqlite: WITHOUT ROWID*/;
CREATE INDEX access_tokens_by_device ON access_tokens (user_num, device_id);

CREATE TABLE profile_fields (
    user_num BIGINT NOT NULL,
    field TEXT NOT NULL,
    -- JSON.
    value TEXT NOT NULL,
    PRIMARY KEY (user_num, field)
) /*sqlite: WITHOUT ROWID*/;
