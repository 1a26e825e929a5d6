-- Somebody of whom there was no sign of life after a meeting had begun, and how far the alarm climbed.
CREATE TABLE alarm (
    id          INTEGER PRIMARY KEY,
    meeting_id  INTEGER NOT NULL REFERENCES meeting (id),
    person_id   INTEGER NOT NULL REFERENCES person (id),
    since_at    TEXT NOT NULL,
    rung        TEXT NOT NULL CHECK (rung IN ('asked', 'leader', 'coordinator', 'unaccounted')),
    moved_at    TEXT NOT NULL,
    opened_at   TEXT NOT NULL,
    closed_at   TEXT,
    outcome     TEXT CHECK (outcome IN ('sign', 'resolved', 'void')),
    how         TEXT CHECK (how IN ('p', 's', 'n', 'w')),
    words       TEXT NOT NULL DEFAULT '',
    closed_by   INTEGER REFERENCES person (id),
    CHECK ((closed_at IS NULL) = (outcome IS NULL))
) STRICT;
CREATE UNIQUE INDEX alarm_open ON alarm (person_id) WHERE closed_at IS NULL;
CREATE INDEX alarm_of_meeting ON alarm (meeting_id, person_id);

-- Which letter told whom of it: by it the message is edited when the alarm ends.
CREATE TABLE alarm_letter (
    letter_id   INTEGER NOT NULL REFERENCES outbox (id),
    alarm_id    INTEGER NOT NULL REFERENCES alarm (id),
    reader_id   INTEGER NOT NULL REFERENCES person (id),
    rung        TEXT NOT NULL,
    PRIMARY KEY (letter_id, alarm_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX alarm_letter_of_alarm ON alarm_letter (alarm_id);

-- Spans of time in which the bot could not hear Telegram; the open one (until_at empty) is now.
CREATE TABLE deaf (
    from_at   TEXT PRIMARY KEY,
    until_at  TEXT
) STRICT, WITHOUT ROWID;
