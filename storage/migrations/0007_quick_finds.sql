-- A person's own points of a meeting's log are looked for at every step of it, however many others write there too.
CREATE INDEX log_entry_of_author ON log_entry (meeting_id, author_id);
DROP INDEX log_submission_of_meeting;
CREATE INDEX log_submission_of_author ON log_submission (meeting_id, author_id);

-- What a panel repeats of others' points: the first of those that were submitted, past whatever is still a draft.
CREATE INDEX log_entry_told ON log_entry (meeting_id, part, said_at, id)
    WHERE submitted_at IS NOT NULL AND withdrawn_at IS NULL;

-- How many are at a meeting is counted at every look at its card: from the index alone.
DROP INDEX checkin_of_meeting;
CREATE INDEX checkin_of_meeting ON checkin (meeting_id, person_id, said_at, presence);
