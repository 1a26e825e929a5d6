-- A person's own points of a meeting's log are looked for at every step of it, however many others write there too.
CREATE INDEX log_entry_of_author ON log_entry (meeting_id, author_id);
DROP INDEX log_submission_of_meeting;
CREATE INDEX log_submission_of_author ON log_submission (meeting_id, author_id);

-- What a panel repeats of others' points: the first of those that were submitted, past whatever is still a draft.
CREATE INDEX log_entry_told ON log_entry (meeting_id, part, said_at, id)
    WHERE submitted_at IS NOT NULL AND withdrawn_at IS NULL;

-- How many a meeting is for, and how many are there, stands on every card.
CREATE INDEX person_active_of_team ON person (team_id) WHERE active = 1;

-- What each person's last word that counts is, as standing_checkin has it, kept up to date by the database itself.
CREATE TABLE last_word (
    meeting_id  INTEGER NOT NULL REFERENCES meeting (id),
    person_id   INTEGER NOT NULL REFERENCES person (id),
    presence    TEXT NOT NULL,
    PRIMARY KEY (meeting_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX last_word_of_meeting ON last_word (meeting_id, presence);
INSERT INTO last_word (meeting_id, person_id, presence)
    SELECT meeting_id, person_id, presence FROM (
        SELECT meeting_id, person_id, presence,
               row_number() OVER (PARTITION BY meeting_id, person_id ORDER BY said_at DESC, id DESC) AS place
        FROM standing_checkin
    ) WHERE place = 1;
CREATE TRIGGER checkin_is_last_word AFTER INSERT ON checkin
BEGIN
    DELETE FROM last_word WHERE meeting_id = new.meeting_id AND person_id = new.person_id;
    INSERT INTO last_word (meeting_id, person_id, presence)
        SELECT c.meeting_id, c.person_id, c.presence FROM standing_checkin AS c
        WHERE c.meeting_id = new.meeting_id AND c.person_id = new.person_id
        ORDER BY c.said_at DESC, c.id DESC LIMIT 1;
END;

-- What is kept no longer is looked for at every tick.
CREATE INDEX checkin_located ON checkin (said_at) WHERE latitude IS NOT NULL;
CREATE INDEX stray_located ON stray (said_at) WHERE latitude IS NOT NULL;
CREATE INDEX attachment_photos ON attachment (settled_at) WHERE kind = 'photo' AND state = 'stored';
