-- What a message gave that is no point of a log, so that an edit of it is understood: the reason of an absence, the
-- name of a host, the new wording of a point. `subject` is the row that it went into.
CREATE TABLE given (
    chat_id     INTEGER NOT NULL,
    message_id  INTEGER NOT NULL,
    what        TEXT NOT NULL CHECK (what IN ('reason', 'host', 'wording')),
    subject     INTEGER NOT NULL,
    PRIMARY KEY (chat_id, message_id)
) STRICT, WITHOUT ROWID;
