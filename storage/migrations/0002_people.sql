-- What the roster says stays in language and time_zone; what a person chose himself stands over it.
ALTER TABLE person ADD COLUMN own_language TEXT;
ALTER TABLE person ADD COLUMN own_time_zone TEXT;
ALTER TABLE person ADD COLUMN zone_known INTEGER NOT NULL DEFAULT 1 CHECK (zone_known IN (0, 1));
ALTER TABLE person ADD COLUMN phone TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN reminder_minutes TEXT NOT NULL DEFAULT '60,15';
ALTER TABLE person ADD COLUMN quiet_from TEXT;
ALTER TABLE person ADD COLUMN quiet_until TEXT;
-- active = listed, and neither left nor ended, nor forgotten.
ALTER TABLE person ADD COLUMN listed INTEGER NOT NULL DEFAULT 1 CHECK (listed IN (0, 1));
ALTER TABLE person ADD COLUMN ended_how TEXT CHECK (ended_how IN ('left', 'ended'));
ALTER TABLE person ADD COLUMN ended_at TEXT;
ALTER TABLE person ADD COLUMN forgotten_at TEXT;
UPDATE person SET listed = active;

ALTER TABLE account ADD COLUMN username TEXT NOT NULL DEFAULT '';

-- The teams that a coordinator answers for; none = the whole mission.
CREATE TABLE scope (
    person_id  INTEGER NOT NULL REFERENCES person (id),
    team_id    INTEGER NOT NULL REFERENCES team (id),
    PRIMARY KEY (person_id, team_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX scope_by_team ON scope (team_id);

-- Somebody opened a link and has not yet said that he is the one it was made for.
CREATE TABLE enrolment (
    telegram_id    INTEGER PRIMARY KEY,
    invitation_id  INTEGER NOT NULL REFERENCES invitation (id),
    opened_at      TEXT NOT NULL,
    reminded_at    TEXT
) STRICT;
CREATE INDEX enrolment_by_invitation ON enrolment (invitation_id);

-- Wrong tokens of an account; after so many of them it gets no answer for a while.
CREATE TABLE wrong_token (
    telegram_id   INTEGER PRIMARY KEY,
    tries         INTEGER NOT NULL,
    since         TEXT NOT NULL,
    silent_until  TEXT
) STRICT;

-- Strangers who ask to be let in; one row an account.
CREATE TABLE access_request (
    id           INTEGER PRIMARY KEY,
    telegram_id  INTEGER NOT NULL UNIQUE,
    name         TEXT NOT NULL DEFAULT '',
    username     TEXT NOT NULL DEFAULT '',
    language     TEXT NOT NULL DEFAULT '',
    state        TEXT NOT NULL CHECK (state IN ('naming', 'open', 'bound', 'refused', 'blocked')),
    times        INTEGER NOT NULL DEFAULT 1,
    asked_at     TEXT NOT NULL,
    decided_at   TEXT,
    decided_by   INTEGER REFERENCES person (id)
) STRICT;
CREATE INDEX access_request_open ON access_request (asked_at) WHERE state = 'open';

-- A file that somebody sent to be imported: fetched and read beside the chat, applied by a tap.
CREATE TABLE upload (
    id          INTEGER PRIMARY KEY,
    purpose     TEXT NOT NULL,
    person_id   INTEGER NOT NULL REFERENCES person (id),
    chat_id     INTEGER NOT NULL,
    file_id     TEXT NOT NULL,
    file_name   TEXT NOT NULL,
    file_size   INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('wanted', 'read', 'applied', 'cancelled', 'refused')),
    attempts    INTEGER NOT NULL DEFAULT 0,
    due_at      TEXT NOT NULL,
    content     TEXT,
    change      TEXT,
    created_at  TEXT NOT NULL,
    settled_at  TEXT
) STRICT;
CREATE INDEX upload_wanted ON upload (due_at) WHERE state = 'wanted';

CREATE INDEX audit_by_person ON audit (person_id, at);
CREATE INDEX inbox_settled ON inbox (settled_at) WHERE state = 'done';
