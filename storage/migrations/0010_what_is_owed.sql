-- Who could not be told of an alarm because it failed, and is to be told yet. An empty rung: that the alarm is over.
CREATE TABLE alarm_owed (
    reader_id  INTEGER NOT NULL REFERENCES person (id),
    rung       TEXT NOT NULL,
    alarm_id   INTEGER NOT NULL REFERENCES alarm (id),
    PRIMARY KEY (reader_id, rung, alarm_id)
) STRICT, WITHOUT ROWID;

-- Who can be written to again is told what could not be told meanwhile: what that was is asked of him alone.
CREATE INDEX notice_of_person ON notice (person_id, meeting_id) WHERE settled_at IS NOT NULL;
