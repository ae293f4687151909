-- Keys that a blocked person's devices send are kept back until the block is taken back, so that what they say from then on can be
-- read. Who sent them, as a user id; NULL for everything else. Such a message has a negative position.
ALTER TABLE to_device ADD COLUMN held_from TEXT;
CREATE INDEX to_device_held ON to_device (user_num, held_from, seq) WHERE held_from IS NOT NULL;
