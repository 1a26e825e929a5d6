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

-- Once for each coordinator, local day and hour: the row is the promise, not a job object.
CREATE TABLE digest_new (
    person_id   INTEGER NOT NULL REFERENCES person (id),
    local_at    TEXT NOT NULL,
    day         TEXT NOT NULL,
    due_at      TEXT NOT NULL,
    made_at     TEXT NOT NULL,
    outcome     TEXT NOT NULL CHECK (outcome IN ('sent', 'skipped')),
    told_at     TEXT,
    parts       TEXT NOT NULL,
    PRIMARY KEY (person_id, local_at)
) STRICT, WITHOUT ROWID;
INSERT INTO digest_new (person_id, local_at, day, due_at, made_at, outcome, parts)
    SELECT person_id, local_day || 'T20:00', local_day, due_at, made_at, outcome, parts FROM digest;
DROP TABLE digest;
ALTER TABLE digest_new RENAME TO digest;

-- What a coordinator chose for his digests; what is NULL is as the configuration says.
-- Up to `checked_at` each of his hours has its row, on the clock of the zone `checked_in`.
CREATE TABLE digest_plan (
    person_id   INTEGER PRIMARY KEY REFERENCES person (id),
    hours       TEXT,
    weekdays    TEXT,
    own_zone    INTEGER CHECK (own_zone IN (0, 1)),
    depth       TEXT CHECK (depth IN ('f', 'h')),
    team_ids    TEXT,
    changed_at  TEXT NOT NULL,
    checked_at  TEXT,
    checked_in  TEXT
) STRICT;

-- The digest that was last asked for in a chat: asked for again, it is edited where it stands.
CREATE TABLE digest_shown (
    chat_id   INTEGER PRIMARY KEY,
    day       TEXT NOT NULL,
    shape     TEXT NOT NULL,
    letters   TEXT NOT NULL
) STRICT;

CREATE INDEX meeting_revision_made ON meeting_revision (made_at);
CREATE INDEX account_unreachable ON account (person_id) WHERE unreachable_since IS NOT NULL AND ended_at IS NULL;

-- What went wrong somewhere, until a coordinator says what became of it.
CREATE TABLE incident (
    id         INTEGER PRIMARY KEY,
    author_id  INTEGER NOT NULL REFERENCES person (id),
    body       TEXT NOT NULL,
    said_at    TEXT NOT NULL,
    closed_at  TEXT,
    closed_by  INTEGER REFERENCES person (id),
    ending     TEXT NOT NULL DEFAULT '',
    CHECK ((closed_at IS NULL) = (closed_by IS NULL))
) STRICT;
CREATE INDEX incident_open ON incident (said_at) WHERE closed_at IS NULL;

-- The chronicle of a day as it was handed out; a new version whenever it says something else.
CREATE TABLE chronicle (
    day        TEXT NOT NULL,
    scope      TEXT NOT NULL,
    language   TEXT NOT NULL,
    version    INTEGER NOT NULL,
    made_at    TEXT NOT NULL,
    person_id  INTEGER NOT NULL REFERENCES person (id),
    content    TEXT NOT NULL,
    PRIMARY KEY (day, scope, language, version)
) STRICT, WITHOUT ROWID;
