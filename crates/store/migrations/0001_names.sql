-- Tables with a key of their own: names, pairs, settings.

CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) /*sqlite: WITHOUT ROWID*/;

-- Numbers given to users and rooms.
CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    last_value BIGINT NOT NULL
) /*sqlite: WITHOUT ROWID*/;

CREATE TABLE user_names (
    localpart TEXT NOT NULL PRIMARY KEY,
    user_num BIGINT NOT NULL
) /*sqlite: WITHOUT ROWID*/;

CREATE TABLE room_names (
    room_id TEXT NOT NULL PRIMARY KEY,
    room_num BIGINT NOT NULL
) /*sqlite: WITHOUT ROWID*/;

-- The one direct room of a pair; the pair is the two user numbers, the smaller first, joined by a colon.
CREATE TABLE direct_rooms (
    pair TEXT NOT NULL PRIMARY KEY,
    room_num BIGINT NOT NULL
) /*sqlite: WITHOUT ROWID*/;

CREATE TABLE registration_tokens (
    token TEXT NOT NULL PRIMARY KEY,
    uses_allowed BIGINT,
    uses_completed BIGINT NOT NULL,
    expires_ts BIGINT,
    -- Whether accounts made with it administer the server.
    admin BOOLEAN NOT NULL DEFAULT FALSE
) /*sqlite: WITHOUT ROWID*/;
