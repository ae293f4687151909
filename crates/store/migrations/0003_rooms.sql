-- The room side: each room is an append-only log with dense positions, from 1.

CREATE TABLE rooms (
    room_num BIGINT NOT NULL PRIMARY KEY,
    room_id TEXT NOT NULL,
    version TEXT NOT NULL,
    next_pos BIGINT NOT NULL,
    last_event_id TEXT NOT NULL,
    -- Everything up to here has been delivered to the members' queues; it may lag behind the truth, never run ahead.
    fanned_pos BIGINT NOT NULL,
    receipt_pos BIGINT NOT NULL DEFAULT 0,
    fanned_receipt_pos BIGINT NOT NULL DEFAULT 0
);
-- Several servers share one PostgreSQL, and any of them may have to finish another's deliveries. SQLite has one
-- server, which looks once when it starts.
/*postgres:
CREATE INDEX rooms_to_deliver ON rooms (room_num) WHERE fanned_pos < next_pos - 1 OR fanned_receipt_pos < receipt_pos;
*/

CREATE TABLE events (
    room_num BIGINT NOT NULL,
    pos BIGINT NOT NULL,
    event_id TEXT NOT NULL,
    sender TEXT NOT NULL,
    type TEXT NOT NULL,
    state_key TEXT,
    origin_server_ts BIGINT NOT NULL,
    content TEXT NOT NULL,
    -- The rest of the PDU as a JSON object: auth_events, prev_events, depth, hashes, signatures.
    pdu TEXT NOT NULL,
    -- Who sent it with which transaction id, so that a repeated request finds its event.
    device_id TEXT,
    txn TEXT,
    -- The id of the redaction that emptied the content.
    redacted_by TEXT,
    -- Whether other events relate to it.
    related BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (room_num, pos)
);
CREATE UNIQUE INDEX events_by_id ON events (room_num, event_id);
CREATE UNIQUE INDEX events_by_txn ON events (room_num, sender, device_id, txn) WHERE txn IS NOT NULL;
-- The history of each piece of state.
CREATE UNIQUE INDEX events_state ON events (room_num, type, state_key, pos) WHERE state_key IS NOT NULL;

-- The current state, by position.
CREATE TABLE room_state (
    room_num BIGINT NOT NULL,
    type TEXT NOT NULL,
    state_key TEXT NOT NULL,
    pos BIGINT NOT NULL,
    PRIMARY KEY (room_num, type, state_key)
) /*sqlite: WITHOUT ROWID*/;

CREATE TABLE members (
    room_num BIGINT NOT NULL,
    user_id TEXT NOT NULL,
    user_num BIGINT NOT NULL,
    membership TEXT NOT NULL,
    pos BIGINT NOT NULL,
    PRIMARY KEY (room_num, user_id)
) /*sqlite: WITHOUT ROWID*/;

CREATE TABLE relations (
    room_num BIGINT NOT NULL,
    parent_id TEXT NOT NULL,
    pos BIGINT NOT NULL,
    rel_type TEXT NOT NULL,
    type TEXT NOT NULL,
    sender TEXT NOT NULL,
    -- What an annotation says, an emoji for a reaction.
    annotation TEXT,
    PRIMARY KEY (room_num, parent_id, pos)
) /*sqlite: WITHOUT ROWID*/;
CREATE INDEX relations_by_position ON relations (room_num, pos);
CREATE INDEX relations_by_type ON relations (room_num, parent_id, rel_type, pos);

CREATE TABLE receipts (
    room_num BIGINT NOT NULL,
    user_id TEXT NOT NULL,
    type TEXT NOT NULL,
    -- 'main', a root's event id, or '' for an unthreaded receipt.
    thread_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    event_pos BIGINT NOT NULL,
    ts BIGINT NOT NULL,
    receipt_pos BIGINT NOT NULL,
    PRIMARY KEY (room_num, user_id, type, thread_id)
) /*sqlite: WITHOUT ROWID*/;
CREATE INDEX receipts_by_position ON receipts (room_num, receipt_pos);
