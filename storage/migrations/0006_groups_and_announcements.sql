-- What a group is for, what the bot may do there, and where its topics are.
ALTER TABLE chat ADD COLUMN purpose TEXT NOT NULL DEFAULT '' CHECK (purpose IN ('', 'mission', 'team', 'coordinators'));
ALTER TABLE chat ADD COLUMN team_id INTEGER REFERENCES team (id);
ALTER TABLE chat ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE chat ADD COLUMN added_by INTEGER REFERENCES person (id);
ALTER TABLE chat ADD COLUMN forum INTEGER NOT NULL DEFAULT 0 CHECK (forum IN (0, 1));
ALTER TABLE chat ADD COLUMN can_write INTEGER NOT NULL DEFAULT 1 CHECK (can_write IN (0, 1));
ALTER TABLE chat ADD COLUMN can_pin INTEGER NOT NULL DEFAULT 0 CHECK (can_pin IN (0, 1));
ALTER TABLE chat ADD COLUMN can_topics INTEGER NOT NULL DEFAULT 0 CHECK (can_topics IN (0, 1));
CREATE INDEX chat_bound ON chat (purpose) WHERE purpose <> '';

-- A topic of a forum that serves one purpose; letter_id until Telegram has told the thread.
CREATE TABLE topic (
    chat_id    INTEGER NOT NULL,
    purpose    TEXT NOT NULL CHECK (purpose IN ('announcements', 'programme', 'incidents')),
    letter_id  INTEGER,
    thread_id  INTEGER,
    trouble    TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (chat_id, purpose)
) STRICT, WITHOUT ROWID;
CREATE INDEX topic_by_letter ON topic (letter_id) WHERE letter_id IS NOT NULL;

-- A letter that costs more than one message of the budget (an album), and the ids of an album's messages.
ALTER TABLE outbox ADD COLUMN cost INTEGER NOT NULL DEFAULT 1;
ALTER TABLE outbox ADD COLUMN album TEXT;

-- What many letters have in common is kept once: a letter's own payload is laid over it.
CREATE TABLE shared_payload (
    id       INTEGER PRIMARY KEY,
    payload  TEXT NOT NULL,
    made_at  TEXT NOT NULL
) STRICT;
CREATE INDEX shared_payload_kept ON shared_payload (made_at) WHERE payload <> '{}';
ALTER TABLE outbox ADD COLUMN shared_id INTEGER REFERENCES shared_payload (id);

-- An announcement, from the draft on.
CREATE TABLE announcement (
    id            INTEGER PRIMARY KEY,
    author_id     INTEGER NOT NULL REFERENCES person (id),
    state         TEXT NOT NULL CHECK (state IN ('draft', 'awaiting', 'scheduled', 'sending', 'paused', 'stopped',
                                                 'done', 'withdrawn', 'discarded')),
    version       INTEGER NOT NULL DEFAULT 1,
    edition       INTEGER NOT NULL DEFAULT 1,
    asked         TEXT NOT NULL DEFAULT '',
    confirm       INTEGER NOT NULL DEFAULT 0 CHECK (confirm IN (0, 1)),
    pin           INTEGER NOT NULL DEFAULT 0 CHECK (pin IN (0, 1)),
    silent        INTEGER NOT NULL DEFAULT 0 CHECK (silent IN (0, 1)),
    protect       INTEGER NOT NULL DEFAULT 0 CHECK (protect IN (0, 1)),
    urgent        INTEGER NOT NULL DEFAULT 0 CHECK (urgent IN (0, 1)),
    send_at       TEXT,
    expire_at     TEXT,
    repeats       TEXT NOT NULL DEFAULT '' CHECK (repeats IN ('', 'daily', 'weekly')),
    source_id     INTEGER REFERENCES announcement (id),
    created_at    TEXT NOT NULL,
    content_at    TEXT,
    approved_by   INTEGER REFERENCES person (id),
    started_at    TEXT,
    ended_at      TEXT,
    unreached     INTEGER NOT NULL DEFAULT 0,
    chat_id       INTEGER,
    letter_id     INTEGER,
    message_id    INTEGER,
    shown         TEXT NOT NULL DEFAULT '',
    reminders     INTEGER NOT NULL DEFAULT 0,
    counted       INTEGER NOT NULL DEFAULT 0,
    dirty         INTEGER NOT NULL DEFAULT 0 CHECK (dirty IN (0, 1))
) STRICT;
CREATE INDEX announcement_attended ON announcement (id) WHERE dirty = 1;
CREATE INDEX announcement_scheduled ON announcement (send_at) WHERE state = 'scheduled';
CREATE INDEX announcement_expiring ON announcement (expire_at) WHERE expire_at IS NOT NULL;
CREATE INDEX announcement_of_author ON announcement (author_id, state);
CREATE INDEX announcement_by_letter ON announcement (letter_id) WHERE letter_id IS NOT NULL;
CREATE UNIQUE INDEX announcement_occurrence ON announcement (source_id, send_at) WHERE source_id IS NOT NULL;

-- What it says: language '' is the original; a later version is a correction.
CREATE TABLE announcement_text (
    announcement_id  INTEGER NOT NULL REFERENCES announcement (id),
    version          INTEGER NOT NULL,
    language         TEXT NOT NULL,
    content          TEXT NOT NULL,
    PRIMARY KEY (announcement_id, version, language)
) STRICT, WITHOUT ROWID;

-- Whom it is for: the union of its rows. value: a chat, a team, a meeting, an announcement (as number), a role, a name.
CREATE TABLE announcement_audience (
    announcement_id  INTEGER NOT NULL REFERENCES announcement (id),
    kind             TEXT NOT NULL,
    value            TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (announcement_id, kind, value)
) STRICT, WITHOUT ROWID;

-- A copy: one for each person or group and announcement. Where it stands is where its letter stands.
CREATE TABLE delivery (
    id               INTEGER PRIMARY KEY,
    announcement_id  INTEGER NOT NULL REFERENCES announcement (id),
    chat_id          INTEGER,
    person_id        INTEGER REFERENCES person (id),
    language         TEXT NOT NULL DEFAULT '',
    carries          INTEGER NOT NULL DEFAULT 1,
    attempt          INTEGER NOT NULL DEFAULT 1,
    letter_id        INTEGER,
    UNIQUE (announcement_id, chat_id)
) STRICT;
CREATE INDEX delivery_of_chat ON delivery (chat_id);
CREATE INDEX delivery_of_person ON delivery (announcement_id, person_id);
CREATE INDEX delivery_by_letter ON delivery (letter_id) WHERE letter_id IS NOT NULL;

-- What was done to a copy afterwards, once each: a correction 'v2', 'pin', 'unpin', 'gone', 'struck', 'tail', 'closed'.
CREATE TABLE delivery_step (
    delivery_id  INTEGER NOT NULL REFERENCES delivery (id),
    step         TEXT NOT NULL,
    letter_id    INTEGER,
    PRIMARY KEY (delivery_id, step)
) STRICT, WITHOUT ROWID;

-- Who said that he has read it.
CREATE TABLE reading (
    announcement_id  INTEGER NOT NULL REFERENCES announcement (id),
    person_id        INTEGER NOT NULL REFERENCES person (id),
    read_at          TEXT NOT NULL,
    PRIMARY KEY (announcement_id, person_id)
) STRICT, WITHOUT ROWID;

-- Replies to an announcement: a thread between one reader and its author.
CREATE TABLE announcement_reply (
    id               INTEGER PRIMARY KEY,
    announcement_id  INTEGER NOT NULL REFERENCES announcement (id),
    person_id        INTEGER NOT NULL REFERENCES person (id),
    by_author        INTEGER NOT NULL CHECK (by_author IN (0, 1)),
    body             TEXT NOT NULL,
    chat_id          INTEGER,
    message_id       INTEGER,
    to_chat          INTEGER,
    letter_id        INTEGER,
    said_at          TEXT NOT NULL
) STRICT;
CREATE INDEX announcement_reply_of ON announcement_reply (announcement_id, person_id);
CREATE INDEX announcement_reply_to ON announcement_reply (to_chat);

-- The pinned programme of a group: one message for a day, edited as the day changes.
CREATE TABLE standing (
    chat_id     INTEGER PRIMARY KEY,
    day         TEXT NOT NULL,
    stamp       TEXT NOT NULL,
    shown       TEXT NOT NULL,
    letter_id   INTEGER,
    pin_id      INTEGER
) STRICT;
