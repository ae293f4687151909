-- The user side: what holds between people, what the platform knows of each of them, and what they chose to show.

-- Each tie stands on both sides: with the one from whom it goes out, who decides about it, and, as a copy, with the one whom
-- it points at, who can so list who follows or asks them. What holds is read from the side where it goes out.
CREATE TABLE ties (
    user_num BIGINT NOT NULL,
    -- 0 where it ties not to a person but to a group or an organisation.
    other_num BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- The id of the group, organisation, listing or order; '' where the kind has none.
    item TEXT NOT NULL,
    outgoing BOOLEAN NOT NULL,
    -- What people call the item.
    label TEXT,
    -- Whether buyer and seller have agreed.
    committed BOOLEAN NOT NULL DEFAULT FALSE,
    -- Of a copy: whether the one who was asked has declined. It stays so if they are asked again.
    declined BOOLEAN NOT NULL DEFAULT FALSE,
    since_ts BIGINT NOT NULL,
    until_ts BIGINT,
    PRIMARY KEY (user_num, other_num, kind, item, outgoing)
) /*sqlite: WITHOUT ROWID*/;
CREATE INDEX ties_by_kind ON ties (user_num, outgoing, kind, since_ts, other_num, item);

CREATE TABLE facts (
    user_num BIGINT NOT NULL PRIMARY KEY,
    -- A day such as 2001-02-28.
    birth_date TEXT,
    age_min BIGINT,
    age_max BIGINT,
    verified BOOLEAN NOT NULL DEFAULT FALSE,
    -- A JSON list of names.
    badges TEXT,
    page BOOLEAN NOT NULL DEFAULT FALSE,
    open BOOLEAN NOT NULL DEFAULT FALSE,
    -- When the account came to whoever has it now, where that isn't who made it.
    trust_from_ts BIGINT
) /*sqlite: WITHOUT ROWID*/;

-- A row for each setting that somebody has chosen.
CREATE TABLE privacy_settings (
    user_num BIGINT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user_num, name)
) /*sqlite: WITHOUT ROWID*/;
