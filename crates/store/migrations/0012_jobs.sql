-- Work that is to be done later, or that may fail and be tried again. No row holds anything that somebody wrote.

CREATE TABLE jobs (
    -- The kind and the key, joined by a slash; the same work is one row, however often it is asked for.
    job TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    -- JSON: numbers, ids and times.
    payload TEXT NOT NULL,
    -- When it is to run; while it runs, when the lease ends and others may take it for lost.
    run_at BIGINT NOT NULL,
    leased BOOLEAN NOT NULL DEFAULT FALSE,
    -- How often it was begun since it was scheduled.
    attempts BIGINT NOT NULL DEFAULT 0,
    -- Raised by whoever schedules or takes it, so that who finishes late doesn't undo what came after.
    generation BIGINT NOT NULL DEFAULT 0,
    -- Given up after too many attempts; kept for the operator to see.
    dead BOOLEAN NOT NULL DEFAULT FALSE,
    last_error TEXT,
    updated_ts BIGINT NOT NULL
) /*sqlite: WITHOUT ROWID*/;
CREATE INDEX jobs_due ON jobs (run_at) WHERE dead = FALSE;
CREATE INDEX jobs_dead ON jobs (updated_ts) WHERE dead = TRUE;
