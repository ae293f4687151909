-- What keeps people safe: words that are withheld, complaints, reports, and what moderators decide.

-- What a blocked person does in the room of the pair is kept for them alone: nobody else is brought it or may read it,
-- also not after they were unblocked.
ALTER TABLE events ADD COLUMN withheld BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE relations ADD COLUMN withheld BOOLEAN NOT NULL DEFAULT FALSE;

-- Who blocked or reported a user lately. It lowers what they may do to strangers, and is never shown to anybody.
CREATE TABLE complaints (
    user_num BIGINT NOT NULL,
    other_num BIGINT NOT NULL,
    -- 'block' or 'report'.
    kind TEXT NOT NULL,
    ts BIGINT NOT NULL,
    PRIMARY KEY (user_num, other_num, kind)
) /*sqlite: WITHOUT ROWID*/;

-- What moderators decided about a user.
CREATE TABLE measures (
    user_num BIGINT NOT NULL,
    measure_id TEXT NOT NULL,
    -- 'warn', 'limit', 'suspend' or 'remove'.
    kind TEXT NOT NULL,
    report_num BIGINT NOT NULL,
    reason TEXT NOT NULL,
    -- What the user is told.
    message TEXT NOT NULL,
    begins_ts BIGINT NOT NULL,
    -- NULL for no end.
    ends_ts BIGINT,
    lifted BOOLEAN NOT NULL DEFAULT FALSE,
    -- The appeal against it, a report of its own; a user appeals once.
    appeal_num BIGINT,
    PRIMARY KEY (user_num, measure_id)
) /*sqlite: WITHOUT ROWID*/;

-- The moderators' desk: one row, whose lock puts reports and audit entries in an order. There is one desk, 'main'.
CREATE TABLE desks (
    desk TEXT NOT NULL PRIMARY KEY,
    last_report BIGINT NOT NULL,
    last_entry BIGINT NOT NULL,
    -- The hash of the newest audit entry.
    last_hash BYTEA NOT NULL
) /*sqlite: WITHOUT ROWID*/;

CREATE TABLE reports (
    desk TEXT NOT NULL,
    report_num BIGINT NOT NULL,
    -- 'message', 'conversation', 'account' or 'appeal'.
    kind TEXT NOT NULL,
    reporter_num BIGINT NOT NULL,
    -- Whom it is about, where that is known.
    subject_num BIGINT,
    room_num BIGINT,
    event_id TEXT,
    -- Of the measure that an appeal is against.
    measure_id TEXT,
    reason TEXT NOT NULL,
    comment TEXT NOT NULL,
    -- JSON: what was reported, as the server knew it then and as the reporter disclosed it.
    evidence TEXT NOT NULL,
    open BOOLEAN NOT NULL DEFAULT TRUE,
    decision TEXT,
    decided_by BIGINT,
    created_ts BIGINT NOT NULL,
    decided_ts BIGINT,
    PRIMARY KEY (desk, report_num)
);
CREATE INDEX reports_open ON reports (desk, report_num) WHERE open = TRUE;
CREATE INDEX reports_by_reporter ON reports (desk, reporter_num, report_num);

-- Who did what at the desk. Rows are only ever added, and each carries the hash of all before it.
CREATE TABLE moderation_audit (
    desk TEXT NOT NULL,
    entry_num BIGINT NOT NULL,
    ts BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    report_num BIGINT,
    -- The user that it was about.
    subject TEXT,
    detail TEXT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (desk, entry_num)
) /*sqlite: WITHOUT ROWID*/;
