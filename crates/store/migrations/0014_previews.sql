-- What pages that people link to say of themselves, for a day.
CREATE TABLE previews (
    -- SHA-256 of the address: which pages people link to is nobody's to read here.
    url_hash BYTEA NOT NULL PRIMARY KEY,
    -- A JSON object in the words of Open Graph; sealed where the database is.
    answer TEXT NOT NULL,
    -- The page's picture.
    media_id TEXT,
    expires_ts BIGINT NOT NULL
) /*sqlite: WITHOUT ROWID*/;
CREATE INDEX previews_expiring ON previews (expires_ts);
