"""Who is at a meeting is counted from a table that triggers keep: it always says what the words themselves say."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.button import Presence
from storage import checkins
from storage.database import connect, migrate

START = datetime(2019, 6, 8, 3, 30, tzinfo=UTC)
WORDS = st.tuples(st.integers(1, 3), st.sampled_from("awclu"), st.integers(0, 3))
BY_THE_WORDS = (
    "SELECT meeting_id, person_id, presence FROM (SELECT meeting_id, person_id, presence, row_number() OVER"
    " (PARTITION BY meeting_id, person_id ORDER BY said_at DESC, id DESC) AS place FROM standing_checkin)"
    " WHERE place = 1 ORDER BY 1, 2"
)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, max_size=25))
def test_the_last_word_is_what_the_words_say_whatever_is_said_late_or_taken_back(
    words: list[tuple[int, str, int]],
) -> None:
    with TemporaryDirectory() as folder, closing(connect(Path(folder) / "m.sqlite")) as db:
        migrate(db)
        db.execute(
            "INSERT INTO meeting (id, reference, starts_at, time_zone, local_day, kind, host, revision)"
            " VALUES (1, 'M01', '', 'UTC', '2019-06-08', 'visit', 'CEC', 1)"
        )
        for person in (1, 2, 3):
            db.execute(
                "INSERT INTO person (id, reference, name, role, language, time_zone, created_at, changed_at)"
                " VALUES (?, ?, 'x', 'observer', 'en', 'UTC', '', '')",
                (person, f"O{person}"),
            )
        for person, what, minute in words:
            at = START + timedelta(minutes=minute)
            if what == "u":
                last = checkins.find_latest(db, 1, person)
                if last is not None:
                    checkins.take_back(db, last, person, at, at)
            else:
                checkins.add(db, 1, person, Presence(what), at, at)
            kept = db.execute("SELECT meeting_id, person_id, presence FROM last_word ORDER BY 1, 2").fetchall()
            told = db.execute(BY_THE_WORDS).fetchall()
            assert [tuple(row) for row in kept] == [tuple(row) for row in told]
            assert checkins.count_arrivals(db, 1) == sum(row[2] in "al" for row in told)
