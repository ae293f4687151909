-- The words that people are found by: of their localpart and of their display name, in small letters. The first letter of
-- a word is its key; the words that begin as somebody has typed are one range.
CREATE TABLE directory_words (
    initial TEXT NOT NULL,
    word TEXT /*postgres: COLLATE "C"*/ NOT NULL,
    user_num BIGINT NOT NULL,
    PRIMARY KEY (initial, word, user_num)
) /*sqlite: WITHOUT ROWID*/;
