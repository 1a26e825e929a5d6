-- What people said of themselves: every word stays; a word taken back is marked by another word.
CREATE TABLE checkin_new (
    id            INTEGER PRIMARY KEY,
    meeting_id    INTEGER NOT NULL REFERENCES meeting (id),
    person_id     INTEGER NOT NULL REFERENCES person (id),
    said_by       INTEGER NOT NULL REFERENCES person (id),
    presence      TEXT NOT NULL CHECK (presence IN ('a', 'w', 'c', 'l', 'u')),
    undoes        INTEGER REFERENCES checkin_new (id),
    said_at       TEXT NOT NULL,
    processed_at  TEXT NOT NULL,
    reason        TEXT NOT NULL DEFAULT '',
    eta_at        TEXT,
    latitude      REAL,
    longitude     REAL,
    accuracy_m    REAL,
    distance_m    INTEGER,
    located_at    TEXT,
    CHECK ((presence = 'u') = (undoes IS NOT NULL))
) STRICT;
INSERT INTO checkin_new (id, meeting_id, person_id, said_by, presence, said_at, processed_at, reason, latitude,
                         longitude, accuracy_m, distance_m, located_at)
    SELECT id, meeting_id, person_id, person_id, presence, said_at, processed_at, reason, latitude, longitude,
           accuracy_m, distance_m, located_at FROM checkin;
DROP TABLE checkin;
ALTER TABLE checkin_new RENAME TO checkin;
CREATE INDEX checkin_of_meeting ON checkin (meeting_id, person_id, said_at);
CREATE INDEX checkin_of_person ON checkin (person_id, said_at);
CREATE UNIQUE INDEX checkin_undone ON checkin (undoes) WHERE undoes IS NOT NULL;
CREATE TRIGGER checkin_stays BEFORE DELETE ON checkin
BEGIN SELECT RAISE(ABORT, 'what somebody said of himself is never deleted'); END;

-- What counts: words that were not taken back.
CREATE VIEW standing_checkin AS
    SELECT c.* FROM checkin AS c
    WHERE c.presence <> 'u' AND NOT EXISTS (SELECT 1 FROM checkin AS u WHERE u.undoes = c.id);

-- A place or a photo that came out of the blue, until its sender says what it is.
CREATE TABLE stray (
    id          INTEGER PRIMARY KEY,
    person_id   INTEGER NOT NULL REFERENCES person (id),
    meeting_id  INTEGER NOT NULL REFERENCES meeting (id),
    latitude    REAL,
    longitude   REAL,
    accuracy_m  REAL,
    said_at     TEXT NOT NULL,
    settled_at  TEXT
) STRICT;
CREATE INDEX stray_of_person ON stray (person_id, said_at);

ALTER TABLE meeting ADD COLUMN first_starts_at TEXT NOT NULL DEFAULT '';
ALTER TABLE meeting ADD COLUMN unplanned INTEGER NOT NULL DEFAULT 0 CHECK (unplanned IN (0, 1));
UPDATE meeting SET first_starts_at = (
    SELECT json_extract(r.content, '$.starts_at') FROM meeting_revision AS r
    WHERE r.meeting_id = meeting.id ORDER BY r.revision LIMIT 1
);

ALTER TABLE log_entry ADD COLUMN internal INTEGER NOT NULL DEFAULT 0 CHECK (internal IN (0, 1));
ALTER TABLE log_entry ADD COLUMN after_final INTEGER NOT NULL DEFAULT 0 CHECK (after_final IN (0, 1));

-- How a submitted point was worded before, and by whom it was changed or taken out; the point itself has the last wording.
CREATE TABLE log_entry_version (
    entry_id   INTEGER NOT NULL REFERENCES log_entry (id),
    version    INTEGER NOT NULL,
    body       TEXT NOT NULL,
    withdrawn  INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1)),
    author_id  INTEGER NOT NULL REFERENCES person (id),
    made_at    TEXT NOT NULL,
    PRIMARY KEY (entry_id, version)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER log_entry_version_stays BEFORE UPDATE ON log_entry_version
BEGIN SELECT RAISE(ABORT, 'a version of a point is never changed'); END;
CREATE TRIGGER log_entry_version_remains BEFORE DELETE ON log_entry_version
BEGIN SELECT RAISE(ABORT, 'a version of a point is never deleted'); END;

-- Somebody who may decided that a meeting's log is complete, or opened it again.
CREATE TABLE log_final (
    id          INTEGER PRIMARY KEY,
    meeting_id  INTEGER NOT NULL REFERENCES meeting (id),
    person_id   INTEGER NOT NULL REFERENCES person (id),
    final       INTEGER NOT NULL CHECK (final IN (0, 1)),
    said_at     TEXT NOT NULL
) STRICT;
CREATE INDEX log_final_of_meeting ON log_final (meeting_id);

-- Files of meeting logs: Telegram's reference at once, the bytes afterwards.
CREATE TABLE attachment (
    id              INTEGER PRIMARY KEY,
    entry_id        INTEGER NOT NULL REFERENCES log_entry (id),
    kind            TEXT NOT NULL,
    file_id         TEXT NOT NULL,
    file_unique_id  TEXT NOT NULL,
    file_name       TEXT NOT NULL DEFAULT '',
    file_size       INTEGER,
    state           TEXT NOT NULL CHECK (state IN ('wanted', 'stored', 'too_large', 'lost')),
    sha256          TEXT,
    path            TEXT,
    attempts        INTEGER NOT NULL DEFAULT 0,
    due_at          TEXT NOT NULL,
    settled_at      TEXT
) STRICT;
CREATE INDEX attachment_of_entry ON attachment (entry_id);
CREATE INDEX attachment_wanted ON attachment (due_at) WHERE state = 'wanted';
INSERT INTO attachment (entry_id, kind, file_id, file_unique_id, state, due_at)
    SELECT id, 'file', file_id, file_id, 'wanted', processed_at FROM log_entry WHERE file_id IS NOT NULL;

-- SQLite uses a partial index only where the query repeats its condition: one for each state that is asked for.
DROP INDEX outbox_of_chat;
CREATE INDEX outbox_waiting ON outbox (chat_id) WHERE state = 'queued';
CREATE INDEX outbox_under_way ON outbox (chat_id) WHERE state = 'sending';

-- The place in the queue of what comes next is asked for at every batch.
CREATE INDEX inbox_arrived ON inbox (arrived);

-- Boards that are edited in place as facts arrive.
CREATE TABLE live (
    chat_id     INTEGER PRIMARY KEY,
    person_id   INTEGER NOT NULL REFERENCES person (id),
    letter_id   INTEGER,
    message_id  INTEGER,
    shown       TEXT NOT NULL DEFAULT '',
    opened_at   TEXT NOT NULL
) STRICT;
