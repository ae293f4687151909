-- How far one of the user's devices has taken in the queue, so that a sender can be told that a message has arrived. It may lag
-- behind the truth.
ALTER TABLE user_heads ADD COLUMN acknowledged_seq BIGINT NOT NULL DEFAULT 0;
