-- A digest that somebody asked for and that is not worded yet: whoever asks again meanwhile asks for the same one.
-- `cause` is the update by which he asked first.
CREATE TABLE wish (
    id         INTEGER PRIMARY KEY,
    chat_id    INTEGER NOT NULL,
    person_id  INTEGER NOT NULL REFERENCES person (id),
    day        TEXT NOT NULL,
    view       TEXT NOT NULL,
    cause      INTEGER,
    UNIQUE (chat_id, day, view)
) STRICT;
