ALTER TABLE meeting ADD COLUMN postponed INTEGER NOT NULL DEFAULT 0 CHECK (postponed IN (0, 1));
ALTER TABLE meeting ADD COLUMN note TEXT NOT NULL DEFAULT '';
CREATE INDEX meeting_by_start ON meeting (starts_at);
CREATE INDEX meeting_revision_by_time ON meeting_revision (made_at);

-- What somebody is about to change, until he confirms it. One at a time; `proposal_id` is what he is amending.
CREATE TABLE change_draft (
    person_id    INTEGER PRIMARY KEY REFERENCES person (id),
    meeting_id   INTEGER NOT NULL REFERENCES meeting (id),
    revision     INTEGER NOT NULL,
    change       TEXT NOT NULL,
    reason       TEXT NOT NULL DEFAULT '',
    proposal_id  INTEGER REFERENCES proposal (id),
    changed_at   TEXT NOT NULL
) STRICT;

-- A change that somebody wants and may not make himself. `revision` is what he saw, `made` what became of it.
CREATE TABLE proposal (
    id          INTEGER PRIMARY KEY,
    meeting_id  INTEGER NOT NULL REFERENCES meeting (id),
    revision    INTEGER NOT NULL,
    author_id   INTEGER NOT NULL REFERENCES person (id),
    change      TEXT NOT NULL,
    reason      TEXT NOT NULL DEFAULT '',
    made_at     TEXT NOT NULL,
    state       TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'refused', 'withdrawn')),
    decided_at  TEXT,
    decided_by  INTEGER REFERENCES person (id),
    made        INTEGER
) STRICT;
CREATE INDEX proposal_open ON proposal (meeting_id) WHERE state = 'open';

-- Whom a change touches: from which revision he knows the meeting (0 = he does not), and what became of telling him.
CREATE TABLE notice (
    id             INTEGER PRIMARY KEY,
    person_id      INTEGER NOT NULL REFERENCES person (id),
    meeting_id     INTEGER NOT NULL REFERENCES meeting (id),
    from_revision  INTEGER NOT NULL,
    to_revision    INTEGER,
    due_at         TEXT NOT NULL,
    settled_at     TEXT,
    outcome        TEXT CHECK (outcome IN ('told', 'unchanged', 'cannot', 'past')),
    letter_id      INTEGER
) STRICT;
CREATE UNIQUE INDEX notice_waiting ON notice (person_id, meeting_id) WHERE settled_at IS NULL;
CREATE INDEX notice_due ON notice (due_at) WHERE settled_at IS NULL;
CREATE INDEX notice_of_meeting ON notice (meeting_id, to_revision);

-- The same for a team's group.
CREATE TABLE group_notice (
    chat_id        INTEGER NOT NULL,
    meeting_id     INTEGER NOT NULL REFERENCES meeting (id),
    from_revision  INTEGER NOT NULL,
    due_at         TEXT NOT NULL,
    PRIMARY KEY (chat_id, meeting_id)
) STRICT, WITHOUT ROWID;

-- Receipts to authors: how many of the touched were told and who could not be.
CREATE TABLE change_receipt (
    id          INTEGER PRIMARY KEY,
    author_id   INTEGER NOT NULL REFERENCES person (id),
    meeting_id  INTEGER NOT NULL REFERENCES meeting (id),
    revision    INTEGER NOT NULL,
    touched     TEXT NOT NULL,
    due_at      TEXT NOT NULL,
    settled_at  TEXT
) STRICT;
CREATE INDEX change_receipt_due ON change_receipt (due_at) WHERE settled_at IS NULL;

-- Reminders that were told: of this start, so many minutes before it.
CREATE TABLE reminder (
    person_id   INTEGER NOT NULL REFERENCES person (id),
    meeting_id  INTEGER NOT NULL REFERENCES meeting (id),
    starts_at   TEXT NOT NULL,
    minutes     INTEGER NOT NULL,
    told_at     TEXT NOT NULL,
    letter_id   INTEGER,
    withdrawn_at  TEXT,
    PRIMARY KEY (person_id, meeting_id, starts_at, minutes)
) STRICT, WITHOUT ROWID;
CREATE INDEX reminder_of_meeting ON reminder (meeting_id);

-- "Tomorrow's programme": once for each person and local day.
CREATE TABLE eve (
    person_id  INTEGER NOT NULL REFERENCES person (id),
    local_day  TEXT NOT NULL,
    told_at    TEXT NOT NULL,
    PRIMARY KEY (person_id, local_day)
) STRICT, WITHOUT ROWID;

-- A day's programme as a coordinator published it: meeting ids and revisions.
CREATE TABLE released_day (
    local_day  TEXT NOT NULL,
    number     INTEGER NOT NULL,
    made_at    TEXT NOT NULL,
    author_id  INTEGER NOT NULL REFERENCES person (id),
    meetings   TEXT NOT NULL,
    PRIMARY KEY (local_day, number)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER released_day_stays BEFORE UPDATE ON released_day
BEGIN SELECT RAISE(ABORT, 'a released programme is never changed'); END;
CREATE TRIGGER released_day_remains BEFORE DELETE ON released_day
BEGIN SELECT RAISE(ABORT, 'a released programme is never deleted'); END;
