-- Instants are UTC, ISO 8601 with milliseconds and 'Z': they sort as text.

CREATE TABLE team (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL UNIQUE,
    area    TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE person (
    id          INTEGER PRIMARY KEY,
    reference   TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    role        TEXT NOT NULL CHECK (role IN ('observer', 'team_leader', 'coordinator', 'head_of_mission')),
    team_id     INTEGER REFERENCES team (id),
    delegation  TEXT NOT NULL DEFAULT '',
    language    TEXT NOT NULL,
    time_zone   TEXT NOT NULL,
    extra       TEXT NOT NULL DEFAULT '{}',
    active      INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    created_at  TEXT NOT NULL,
    changed_at  TEXT NOT NULL
) STRICT;
CREATE INDEX person_by_team ON person (team_id);
CREATE INDEX person_by_role ON person (role) WHERE active = 1;

-- A Telegram account bound to a person. One account speaks for one person, one person has one open account.
CREATE TABLE account (
    telegram_id        INTEGER PRIMARY KEY,
    person_id          INTEGER NOT NULL REFERENCES person (id),
    bound_at           TEXT NOT NULL,
    ended_at           TEXT,
    last_heard_at      TEXT NOT NULL,
    unreachable_since  TEXT
) STRICT;
CREATE UNIQUE INDEX account_of_person ON account (person_id) WHERE ended_at IS NULL;

CREATE TABLE invitation (
    id          INTEGER PRIMARY KEY,
    person_id   INTEGER NOT NULL REFERENCES person (id),
    token_hash  BLOB NOT NULL UNIQUE,
    issued_at   TEXT NOT NULL,
    expires_at  TEXT NOT NULL,
    used_at     TEXT,
    used_by     INTEGER,
    revoked_at  TEXT
) STRICT;
CREATE INDEX invitation_of_person ON invitation (person_id);

CREATE TABLE meeting (
    id          INTEGER PRIMARY KEY,
    reference   TEXT NOT NULL UNIQUE,
    starts_at   TEXT NOT NULL,
    ends_at     TEXT,
    time_zone   TEXT NOT NULL,
    local_day   TEXT NOT NULL,
    kind        TEXT NOT NULL,
    host        TEXT NOT NULL,
    city        TEXT NOT NULL DEFAULT '',
    venue       TEXT NOT NULL DEFAULT '',
    latitude    REAL,
    longitude   REAL,
    interlocutors  TEXT NOT NULL DEFAULT '[]',
    participants   TEXT NOT NULL DEFAULT '[]',
    cancelled_at   TEXT,
    revision    INTEGER NOT NULL DEFAULT 1,
    CHECK ((latitude IS NULL) = (longitude IS NULL))
) STRICT;
CREATE INDEX meeting_by_day ON meeting (local_day, starts_at);

-- Whom a meeting is for, resolved from its list of participants: a team or a person.
CREATE TABLE participation (
    meeting_id  INTEGER NOT NULL REFERENCES meeting (id),
    team_id     INTEGER REFERENCES team (id),
    person_id   INTEGER REFERENCES person (id),
    CHECK ((team_id IS NULL) <> (person_id IS NULL))
) STRICT;
CREATE UNIQUE INDEX participation_of_team ON participation (team_id, meeting_id) WHERE team_id IS NOT NULL;
CREATE UNIQUE INDEX participation_of_person ON participation (person_id, meeting_id) WHERE person_id IS NOT NULL;
CREATE INDEX participation_of_meeting ON participation (meeting_id);

CREATE TABLE meeting_revision (
    meeting_id  INTEGER NOT NULL REFERENCES meeting (id),
    revision    INTEGER NOT NULL,
    made_at     TEXT NOT NULL,
    author_id   INTEGER REFERENCES person (id),
    source      TEXT NOT NULL,
    content     TEXT NOT NULL,
    reason      TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (meeting_id, revision)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER meeting_revision_stays BEFORE UPDATE ON meeting_revision
BEGIN SELECT RAISE(ABORT, 'a revision of the programme is never changed'); END;
CREATE TRIGGER meeting_revision_remains BEFORE DELETE ON meeting_revision
BEGIN SELECT RAISE(ABORT, 'a revision of the programme is never deleted'); END;

-- What people said of themselves at a meeting; the last word counts, every word stays.
CREATE TABLE checkin (
    id            INTEGER PRIMARY KEY,
    meeting_id    INTEGER NOT NULL REFERENCES meeting (id),
    person_id     INTEGER NOT NULL REFERENCES person (id),
    presence      TEXT NOT NULL CHECK (presence IN ('a', 'w', 'c')),
    said_at       TEXT NOT NULL,
    processed_at  TEXT NOT NULL,
    reason        TEXT NOT NULL DEFAULT '',
    latitude      REAL,
    longitude     REAL,
    accuracy_m    REAL,
    distance_m    INTEGER,
    located_at    TEXT
) STRICT;
CREATE INDEX checkin_of_meeting ON checkin (meeting_id, person_id, said_at);
CREATE INDEX checkin_of_person ON checkin (person_id, said_at);

-- A point of a meeting log. Not submitted = a draft that only its author sees.
CREATE TABLE log_entry (
    id            INTEGER PRIMARY KEY,
    meeting_id    INTEGER NOT NULL REFERENCES meeting (id),
    author_id     INTEGER NOT NULL REFERENCES person (id),
    part          TEXT NOT NULL,
    body          TEXT NOT NULL,
    position      INTEGER,
    file_id       TEXT,
    said_at       TEXT NOT NULL,
    processed_at  TEXT NOT NULL,
    chat_id       INTEGER,
    message_id    INTEGER,
    submitted_at  TEXT,
    withdrawn_at  TEXT
) STRICT;
CREATE INDEX log_entry_of_meeting ON log_entry (meeting_id, part, said_at);
CREATE INDEX log_entry_of_message ON log_entry (chat_id, message_id) WHERE message_id IS NOT NULL;

-- One submission by one person; a meeting is logged when it has one.
CREATE TABLE log_submission (
    id            INTEGER PRIMARY KEY,
    meeting_id    INTEGER NOT NULL REFERENCES meeting (id),
    author_id     INTEGER NOT NULL REFERENCES person (id),
    submitted_at  TEXT NOT NULL,
    entries       INTEGER NOT NULL
) STRICT;
CREATE INDEX log_submission_of_meeting ON log_submission (meeting_id);

-- Once for each coordinator and local day: the row is the promise, not a job object.
CREATE TABLE digest (
    person_id   INTEGER NOT NULL REFERENCES person (id),
    local_day   TEXT NOT NULL,
    due_at      TEXT NOT NULL,
    made_at     TEXT NOT NULL,
    outcome     TEXT NOT NULL CHECK (outcome IN ('sent', 'skipped')),
    parts       TEXT NOT NULL,
    PRIMARY KEY (person_id, local_day)
) STRICT, WITHOUT ROWID;

-- Where a person stands in a conversation. One row, one transaction with everything else.
CREATE TABLE conversation (
    chat_id     INTEGER NOT NULL,
    user_id     INTEGER NOT NULL,
    flow        TEXT NOT NULL,
    step        TEXT NOT NULL,
    subject     INTEGER,
    changed_at  TEXT NOT NULL,
    PRIMARY KEY (chat_id, user_id)
) STRICT, WITHOUT ROWID;

-- The one message of a chat that is edited in place.
CREATE TABLE panel (
    chat_id     INTEGER PRIMARY KEY,
    letter_id   INTEGER,
    message_id  INTEGER
) STRICT;

CREATE TABLE inbox (
    bot_id       INTEGER NOT NULL,
    update_id    INTEGER NOT NULL,
    arrived      INTEGER NOT NULL,
    received_at  TEXT NOT NULL,
    raw          BLOB NOT NULL,
    state        TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'parked')),
    attempts     INTEGER NOT NULL DEFAULT 0,
    settled_at   TEXT,
    error        TEXT,
    PRIMARY KEY (bot_id, update_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX inbox_open ON inbox (bot_id, arrived) WHERE state = 'open';
CREATE INDEX inbox_parked ON inbox (arrived) WHERE state = 'parked';

CREATE TABLE outbox (
    id          INTEGER PRIMARY KEY,
    once_key    TEXT UNIQUE,
    kind        TEXT NOT NULL,
    policy      TEXT NOT NULL,
    priority    INTEGER NOT NULL,
    chat_id     INTEGER NOT NULL,
    method      TEXT NOT NULL,
    payload     TEXT NOT NULL,
    state       TEXT NOT NULL DEFAULT 'queued'
                CHECK (state IN ('queued', 'sending', 'sent', 'in_doubt', 'refused')),
    cause       INTEGER,
    queued_at   TEXT NOT NULL,
    due_at      TEXT NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    claimed_at  TEXT,
    settled_at  TEXT,
    message_id  INTEGER,
    error       TEXT
) STRICT;
CREATE INDEX outbox_queued ON outbox (priority, id) WHERE state = 'queued';
CREATE INDEX outbox_of_chat ON outbox (chat_id) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_unsettled ON outbox (state) WHERE state IN ('sending', 'in_doubt', 'refused');
CREATE INDEX outbox_recent ON outbox (settled_at) WHERE state = 'sent';

-- Telegram said "retry after": obeyed across restarts. scope = 'all' or a chat id.
CREATE TABLE send_pause (
    scope     TEXT PRIMARY KEY,
    until_at  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE chat (
    chat_id      INTEGER PRIMARY KEY,
    kind         TEXT NOT NULL,
    title        TEXT NOT NULL DEFAULT '',
    status       TEXT NOT NULL,
    migrated_to  INTEGER,
    changed_at   TEXT NOT NULL
) STRICT;

CREATE TABLE note (
    name   TEXT PRIMARY KEY,
    value  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    id         INTEGER PRIMARY KEY,
    at         TEXT NOT NULL,
    person_id  INTEGER REFERENCES person (id),
    act        TEXT NOT NULL,
    detail     TEXT NOT NULL DEFAULT '{}'
) STRICT;
