-- Sending notifications out of the house.

-- How far a pusher has read its owner's queue, as a device does. What was there before it is not pushed.
ALTER TABLE pushers ADD COLUMN pushed_seq BIGINT NOT NULL DEFAULT 0;
-- The number of unread messages that it was told last.
ALTER TABLE pushers ADD COLUMN badge BIGINT NOT NULL DEFAULT 0;
UPDATE pushers SET pushed_seq = coalesce((SELECT seq FROM user_heads WHERE user_heads.user_num = pushers.user_num), 0);

-- Whether the work waits for somebody else's computer. Such work has hands of its own, so that it holds up no other.
ALTER TABLE jobs ADD COLUMN outside BOOLEAN NOT NULL DEFAULT FALSE;
DROP INDEX jobs_due;
CREATE INDEX jobs_due ON jobs (outside, run_at) WHERE dead = FALSE;
