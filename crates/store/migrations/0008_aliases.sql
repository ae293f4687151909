-- Names of rooms, and the public room directory.

CREATE TABLE aliases (
    alias TEXT NOT NULL PRIMARY KEY,
    room_num BIGINT NOT NULL,
    room_id TEXT NOT NULL,
    -- Who gave it, and may take it away again.
    creator TEXT NOT NULL
) /*sqlite: WITHOUT ROWID*/;

-- The same the other way round.
CREATE TABLE room_aliases (
    room_num BIGINT NOT NULL,
    alias TEXT NOT NULL,
    PRIMARY KEY (room_num, alias)
) /*sqlite: WITHOUT ROWID*/;

-- Rooms listed in a directory; there is one, 'public'.
CREATE TABLE public_rooms (
    list TEXT NOT NULL,
    room_num BIGINT NOT NULL,
    PRIMARY KEY (list, room_num)
) /*sqlite: WITHOUT ROWID*/;
