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

-- Messages whose content is to be deleted, and when.
CREATE TABLE timers (
    room_num BIGINT NOT NULL,
    pos BIGINT NOT NULL,
    sender TEXT NOT NULL,
    -- When; the largest number there is while it waits to be read or looked at.
    due_ts BIGINT NOT NULL,
    -- How long after everybody has read it; NULL where reading doesn't matter.
    after_read_ms BIGINT,
    -- When it goes once somebody has answered; NULL where an answer doesn't matter.
    answered_ts BIGINT,
    -- A JSON list of the ids of the media that the sender put into it.
    media_ids TEXT NOT NULL,
    PRIMARY KEY (room_num, pos)
) /*sqlite: WITHOUT ROWID*/;
CREATE INDEX timers_due ON timers (room_num, due_ts);

-- How far people have read, publicly or not, where a message waits for it.
CREATE TABLE timer_reads (
    room_num BIGINT NOT NULL,
    user_id TEXT NOT NULL,
    pos BIGINT NOT NULL,
    PRIMARY KEY (room_num, user_id)
) /*sqlite: WITHOUT ROWID*/;

-- The room in which a file was sent to be seen once.
ALTER TABLE media ADD COLUMN view_once_room BIGINT;

-- Which events show which media, so that a file that nothing shows any more can be deleted.
CREATE TABLE media_uses (
    media_id TEXT NOT NULL,
    room_num BIGINT NOT NULL,
    pos BIGINT NOT NULL,
    PRIMARY KEY (media_id, room_num, pos)
) /*sqlite: WITHOUT ROWID*/;

-- The index of what was said: every word of every message that the server can read, by room.
CREATE TABLE search_words (
    room_num BIGINT NOT NULL,
    -- Folded; where the database is sealed, a keyed hash of it.
    word TEXT /*postgres: COLLATE "C"*/ NOT NULL,
    pos BIGINT NOT NULL,
    -- 0: body, 1: name, 2: topic.
    field BIGINT NOT NULL,
    PRIMARY KEY (room_num, word, pos, field)
) /*sqlite: WITHOUT ROWID*/;

-- Everything up to here has been looked at for the index and for media.
ALTER TABLE rooms ADD COLUMN indexed_pos BIGINT NOT NULL DEFAULT 0;
/*postgres:
CREATE INDEX rooms_to_index ON rooms (room_num) WHERE indexed_pos < next_pos - 1;
*/
