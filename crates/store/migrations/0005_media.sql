-- Files that people send each other: what a URI stands for, and the contents behind it.

-- By the id in an mxc:// URI. An announced upload has no hash until its content has come.
CREATE TABLE media (
    media_id TEXT NOT NULL PRIMARY KEY,
    user_num BIGINT NOT NULL,
    created_ts BIGINT NOT NULL,
    -- When an announced upload is no longer waited for.
    unused_expires_ts BIGINT,
    -- SHA-256 of the content.
    hash BYTEA,
    size_bytes BIGINT,
    content_type TEXT,
    filename TEXT
);

-- Contents in the object store; the same content uploaded again is one more reference.
CREATE TABLE media_files (
    hash BYTEA NOT NULL PRIMARY KEY,
    size_bytes BIGINT NOT NULL,
    reference_count BIGINT NOT NULL
) /*sqlite: WITHOUT ROWID*/;

-- The announced uploads that a user has still to make.
CREATE TABLE pending_uploads (
    user_num BIGINT NOT NULL,
    media_id TEXT NOT NULL,
    expires_ts BIGINT NOT NULL,
    PRIMARY KEY (user_num, media_id)
) /*sqlite: WITHOUT ROWID*/;
