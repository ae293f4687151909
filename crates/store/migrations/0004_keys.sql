-- The user side of end-to-end encryption: keys, signatures, key backup, messages to single devices.

-- What a device is known by, as its owner uploaded it.
CREATE TABLE device_keys (
    user_num BIGINT NOT NULL,
    device_id TEXT NOT NULL,
    -- Canonical JSON without `unsigned`.
    keys TEXT NOT NULL,
    PRIMARY KEY (user_num, device_id)
) /*sqlite: WITHOUT ROWID*/;

-- Each is handed out once, the oldest upload first.
CREATE TABLE one_time_keys (
    user_num BIGINT NOT NULL,
    device_id TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    -- The number of the upload among those whose keys are still here; keys of one upload are equal.
    upload BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    -- JSON.
    key TEXT NOT NULL,
    PRIMARY KEY (user_num, device_id, algorithm, upload, key_id)
) /*sqlite: WITHOUT ROWID*/;
CREATE UNIQUE INDEX one_time_keys_by_id ON one_time_keys (user_num, device_id, algorithm, key_id);

-- Handed out where a device has no one-time keys left, again and again until its owner replaces it.
CREATE TABLE fallback_keys (
    user_num BIGINT NOT NULL,
    device_id TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    key_id TEXT NOT NULL,
    -- JSON.
    key TEXT NOT NULL,
    used BOOLEAN NOT NULL,
    PRIMARY KEY (user_num, device_id, algorithm)
) /*sqlite: WITHOUT ROWID*/;

CREATE TABLE cross_signing_keys (
    user_num BIGINT NOT NULL,
    -- 'master', 'self_signing' or 'user_signing'.
    usage TEXT NOT NULL,
    public_key TEXT NOT NULL,
    -- Canonical JSON.
    key TEXT NOT NULL,
    PRIMARY KEY (user_num, usage)
) /*sqlite: WITHOUT ROWID*/;

-- Signatures that came after the key they are about, kept with the key's owner.
CREATE TABLE key_signatures (
    user_num BIGINT NOT NULL,
    -- The user id of whoever signed.
    signer TEXT NOT NULL,
    -- What is signed: a device id, or the public part of a master key.
    target TEXT NOT NULL,
    -- The key that signed, with its algorithm.
    key_id TEXT NOT NULL,
    signature TEXT NOT NULL,
    PRIMARY KEY (user_num, signer, target, key_id)
) /*sqlite: WITHOUT ROWID*/;

-- Users whose keys changed; not everybody who shares a room with them may have been told yet.
CREATE TABLE unannounced_keys (
    user_num BIGINT NOT NULL PRIMARY KEY,
    -- The position of the newest change in the user's own queue.
    seq BIGINT NOT NULL
);

-- Messages for one device alone, in the order of its user's queue, until the device has acknowledged them.
CREATE TABLE to_device (
    user_num BIGINT NOT NULL,
    device_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    -- JSON.
    event TEXT NOT NULL,
    PRIMARY KEY (user_num, device_id, seq)
);

-- Requests whose messages a user has been brought, so that a repeated request brings none.
CREATE TABLE to_device_requests (
    user_num BIGINT NOT NULL,
    -- The hash of the sender's user id, device id, event type and transaction id.
    request BYTEA NOT NULL,
    ts BIGINT NOT NULL,
    PRIMARY KEY (user_num, request)
) /*sqlite: WITHOUT ROWID*/;
CREATE INDEX to_device_requests_by_time ON to_device_requests (user_num, ts);

CREATE TABLE backup_versions (
    user_num BIGINT NOT NULL,
    version BIGINT NOT NULL,
    algorithm TEXT NOT NULL,
    -- JSON.
    auth_data TEXT NOT NULL,
    -- Raised by every change of the stored keys.
    etag BIGINT NOT NULL,
    key_count BIGINT NOT NULL,
    -- A deleted version keeps its number, so that no other gets it.
    deleted BOOLEAN NOT NULL,
    PRIMARY KEY (user_num, version)
) /*sqlite: WITHOUT ROWID*/;

CREATE TABLE backup_sessions (
    user_num BIGINT NOT NULL,
    version BIGINT NOT NULL,
    room_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    first_message_index BIGINT NOT NULL,
    forwarded_count BIGINT NOT NULL,
    is_verified BOOLEAN NOT NULL,
    -- JSON.
    session_data TEXT NOT NULL,
    PRIMARY KEY (user_num, version, room_id, session_id)
);
