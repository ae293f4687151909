-- What somebody has written and wants to be sent at a time to come, on the side of who wrote it.
CREATE TABLE scheduled_messages (
    user_num BIGINT NOT NULL,
    scheduled_id TEXT NOT NULL,
    room_num BIGINT NOT NULL,
    -- The type of the event.
    kind TEXT NOT NULL,
    -- A JSON object, sealed where the database is.
    content TEXT NOT NULL,
    send_ts BIGINT NOT NULL,
    -- 'waiting', 'sending' or 'failed'.
    state TEXT NOT NULL,
    -- Why it could not be sent: a sentence, and the rule of the policy that refused it.
    failure TEXT,
    failure_rule TEXT,
    created_ts BIGINT NOT NULL,
    changed_ts BIGINT NOT NULL,
    PRIMARY KEY (user_num, scheduled_id)
);
