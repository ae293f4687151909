-- Message requests: what waits for somebody's answer, what people said to each other, and what senders may still do.

-- The room side: people whose answer a room waits for. Loaded with the room, so that messages are counted in the
-- transaction that stores them.
CREATE TABLE room_requests (
    room_num BIGINT NOT NULL,
    user_num BIGINT NOT NULL,
    sender_num BIGINT NOT NULL,
    -- 'pending' until they come in; 'unanswered' until they say something; 'dropped' where they are never told.
    state TEXT NOT NULL,
    -- Whether it is the conversation of two.
    direct BOOLEAN NOT NULL,
    -- Whether the sender is held to what strangers may do.
    stranger BOOLEAN NOT NULL,
    folder TEXT NOT NULL,
    -- Messages of the sender so far.
    sent BIGINT NOT NULL DEFAULT 0,
    created_ts BIGINT NOT NULL,
    -- When it goes away unanswered; 0 where it stays.
    expires_ts BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (room_num, user_num)
) /*sqlite: WITHOUT ROWID*/;

-- The recipient's side.
CREATE TABLE requests (
    user_num BIGINT NOT NULL,
    room_num BIGINT NOT NULL,
    sender_num BIGINT NOT NULL,
    sender_id TEXT NOT NULL,
    -- 'pending', 'accepted', 'declined', 'deleted', 'blocked', 'expired', 'revoked'.
    state TEXT NOT NULL,
    folder TEXT NOT NULL,
    direct BOOLEAN NOT NULL,
    stranger BOOLEAN NOT NULL,
    unread BOOLEAN NOT NULL DEFAULT TRUE,
    created_ts BIGINT NOT NULL,
    changed_ts BIGINT NOT NULL,
    expires_ts BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (user_num, room_num)
) /*sqlite: WITHOUT ROWID*/;
CREATE INDEX requests_by_state ON requests (user_num, state, created_ts);
-- For the sweep that lets old ones go.
CREATE INDEX requests_to_expire ON requests (expires_ts) WHERE state = 'pending' AND expires_ts > 0;

-- What a user has said to another one so far.
CREATE TABLE consents (
    user_num BIGINT NOT NULL,
    other_num BIGINT NOT NULL,
    -- 'requested', 'accepted', 'declined', 'withdrawn'; without a row, nobody ever asked.
    state TEXT NOT NULL,
    ts BIGINT NOT NULL,
    PRIMARY KEY (user_num, other_num)
) /*sqlite: WITHOUT ROWID*/;

-- The sender's side. One row a user, locked first by whoever reserves something.
CREATE TABLE budgets (
    user_num BIGINT NOT NULL PRIMARY KEY,
    -- Until when they write to no stranger, in milliseconds since 1970.
    paused_until BIGINT NOT NULL DEFAULT 0,
    -- Messages of one day, and which day that is, in days since 1970.
    day BIGINT NOT NULL DEFAULT 0,
    day_messages BIGINT NOT NULL DEFAULT 0
) /*sqlite: WITHOUT ROWID*/;

-- Conversations begun with strangers.
CREATE TABLE stranger_threads (
    user_num BIGINT NOT NULL,
    room_num BIGINT NOT NULL,
    other_num BIGINT NOT NULL,
    ts BIGINT NOT NULL,
    PRIMARY KEY (user_num, room_num, other_num)
) /*sqlite: WITHOUT ROWID*/;
CREATE INDEX stranger_threads_by_time ON stranger_threads (user_num, ts);

-- Who got which text; the text is a hash.
CREATE TABLE stranger_texts (
    user_num BIGINT NOT NULL,
    hash TEXT NOT NULL,
    other_num BIGINT NOT NULL,
    ts BIGINT NOT NULL,
    PRIMARY KEY (user_num, hash, other_num)
) /*sqlite: WITHOUT ROWID*/;
CREATE INDEX stranger_texts_by_time ON stranger_texts (user_num, ts);

-- People who accepted or answered a user.
CREATE TABLE answers (
    user_num BIGINT NOT NULL,
    other_num BIGINT NOT NULL,
    ts BIGINT NOT NULL,
    PRIMARY KEY (user_num, other_num)
) /*sqlite: WITHOUT ROWID*/;

-- The last verdicts on what a user wanted to do, to try another profile on them. No row holds anything that was written.
CREATE TABLE decisions (
    user_num BIGINT NOT NULL,
    -- In milliseconds since 1970, made different for verdicts of one moment.
    ts BIGINT NOT NULL,
    other_num BIGINT NOT NULL,
    profile TEXT NOT NULL,
    -- JSON: what the verdict could depend on.
    inputs TEXT NOT NULL,
    action TEXT NOT NULL,
    rule TEXT NOT NULL,
    PRIMARY KEY (user_num, ts)
) /*sqlite: WITHOUT ROWID*/;

-- The group of users whose rules somebody has, where they are in one.
CREATE TABLE policy_groups (
    user_num BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL
) /*sqlite: WITHOUT ROWID*/;
