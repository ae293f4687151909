-- The user side: settings, filters, how far people have read, and where their notifications are pushed to.

CREATE TABLE account_data (
    user_num BIGINT NOT NULL,
    -- 0 for what belongs to no room.
    room_num BIGINT NOT NULL,
    type TEXT NOT NULL,
    -- A JSON object.
    content TEXT NOT NULL,
    -- The queue position of the newest change.
    seq BIGINT NOT NULL,
    PRIMARY KEY (user_num, room_num, type)
) /*sqlite: WITHOUT ROWID*/;

CREATE TABLE filters (
    user_num BIGINT NOT NULL,
    filter_id TEXT NOT NULL,
    -- JSON.
    definition TEXT NOT NULL,
    created_ts BIGINT NOT NULL,
    PRIMARY KEY (user_num, filter_id)
) /*sqlite: WITHOUT ROWID*/;

-- How far a user has read in a room, by their public and private receipts. The public ones are also in the room's
-- receipts, where others see them; the private ones are only here.
CREATE TABLE read_marks (
    user_num BIGINT NOT NULL,
    room_num BIGINT NOT NULL,
    type TEXT NOT NULL,
    -- 'main', a root's event id, or '' for an unthreaded receipt.
    thread_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    pos BIGINT NOT NULL,
    ts BIGINT NOT NULL,
    PRIMARY KEY (user_num, room_num, type, thread_id)
) /*sqlite: WITHOUT ROWID*/;

CREATE TABLE pushers (
    user_num BIGINT NOT NULL,
    app_id TEXT NOT NULL,
    pushkey TEXT NOT NULL,
    -- JSON, as the specification defines a pusher.
    pusher TEXT NOT NULL,
    device_id TEXT NOT NULL,
    created_ts BIGINT NOT NULL,
    PRIMARY KEY (user_num, app_id, pushkey)
) /*sqlite: WITHOUT ROWID*/;

-- Who has a pusher with this key, so that the next owner of a phone can take it over. The key is the app's id and the
-- push key, joined by a space.
CREATE TABLE pusher_owners (
    app_pushkey TEXT NOT NULL,
    user_num BIGINT NOT NULL,
    PRIMARY KEY (app_pushkey, user_num)
) /*sqlite: WITHOUT ROWID*/;
