-- What somebody has to show beside their password.
CREATE TABLE second_factors (
    user_num BIGINT NOT NULL PRIMARY KEY,
    -- What the codes are made of, in Base32; sealed where the database is.
    secret TEXT NOT NULL,
    -- When its owner proved to have it; until then it is asked for by nobody. NULL for not yet.
    confirmed_ts BIGINT,
    created_ts BIGINT NOT NULL,
    -- The newest step of thirty seconds whose code was used, so that no code is used twice.
    last_step BIGINT NOT NULL DEFAULT 0,
    -- Wrong codes since the last right one, and until when no further one is looked at.
    failures BIGINT NOT NULL DEFAULT 0,
    locked_until BIGINT NOT NULL DEFAULT 0
) /*sqlite: WITHOUT ROWID*/;

-- Codes for whoever has lost the device that makes the others. Each works once.
CREATE TABLE recovery_codes (
    user_num BIGINT NOT NULL,
    code_hash BYTEA NOT NULL,
    PRIMARY KEY (user_num, code_hash)
) /*sqlite: WITHOUT ROWID*/;
