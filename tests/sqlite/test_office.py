"""What the rehearsal's page reads of the house: rows in, the same rows out, the newest first."""

import sqlite3
from datetime import datetime, timedelta

from domain.letter import Letter, LetterKind
from storage import chats, inbox, outbox, watch
from storage.database import as_text
from tests.sqlite.conftest import NOON
from tests.sqlite.duty import FIRST_CHAT, Duty


def post(
    db: sqlite3.Connection, text: str, state: str = "queued", due: datetime = NOON, cause: int | None = None
) -> int:
    number = outbox.queue(db, Letter(LetterKind.NOTICE, 5, "sendMessage", {"text": text}), NOON, cause)
    assert number is not None
    db.execute("UPDATE outbox SET state = ?, due_at = ? WHERE id = ?", (state, as_text(due), number))
    return number


def test_letters_are_listed_by_what_became_of_them_the_newest_first(duty: Duty) -> None:
    db = duty.db
    later = NOON + timedelta(hours=1)
    ids = {state: post(db, state, state) for state in ("queued", "sending", "sent", "in_doubt", "refused")}
    far, near = post(db, "far", due=later + timedelta(hours=1)), post(db, "near", due=later)
    assert [row["id"] for row in watch.list_latest_letters(db, 3)] == [near, far, ids["refused"]]
    newest = watch.list_latest_letters(db, 1)[0]
    assert (newest["kind"], newest["policy"], newest["chat_id"], newest["method"]) == (
        "notice", "repeat", 5, "sendMessage",
    )  # fmt: skip
    assert newest["payload"] == '{"text":"near"}'
    assert (newest["state"], newest["due_at"], newest["attempts"], newest["error"]) == (
        "queued", as_text(later), 0, None,
    )  # fmt: skip
    unsettled = [row["id"] for row in watch.list_unsettled_letters(db, 9)]
    assert unsettled == [ids["refused"], ids["in_doubt"], ids["sending"]]
    assert len(watch.list_unsettled_letters(db, 2)) == 2
    assert [row["id"] for row in watch.list_coming_letters(db, NOON, 9)] == [near, far]
    assert [row["id"] for row in watch.list_coming_letters(db, NOON, 1)] == [near]
    assert [row["id"] for row in watch.list_coming_letters(db, later, 9)] == [far]
    assert watch.list_coming_letters(db, NOON, 9)[0] == {
        "id": near, "kind": "notice", "chat_id": 5, "method": "sendMessage", "due_at": as_text(later),
    }  # fmt: skip


def test_the_house_is_busy_with_what_waits_and_is_due(duty: Duty) -> None:
    db = duty.db
    assert watch.busy(db, NOON) == 0
    inbox.keep(db, 1, [(7, b"{}"), (8, b"{}")], NOON)
    inbox.mark_done(db, 1, 8, NOON)
    assert watch.busy(db, NOON) == 1
    post(db, "due")
    post(db, "not yet", due=NOON + timedelta(seconds=1))
    post(db, "on its way", "sending")
    post(db, "there", "sent")
    assert watch.busy(db, NOON) == 3
    assert watch.busy(db, NOON + timedelta(seconds=1)) == 4
    person = duty.person("C1", "coordinator")
    db.execute("INSERT INTO wish (chat_id, person_id, day, view) VALUES (5, ?, '2019-06-08', 'd')", (person,))
    assert watch.busy(db, NOON) == 4


def test_an_update_is_read_with_the_letters_that_it_caused(duty: Duty) -> None:
    db = duty.db
    inbox.keep(db, 1, [(9, b'{"a":1}'), (7, b"{}")], NOON)
    first, second = post(db, "one", cause=9), post(db, "two", cause=9)
    post(db, "another's", cause=7)
    assert [row["update_id"] for row in watch.list_latest_updates(db, 9)] == [7, 9]
    assert len(watch.list_latest_updates(db, 1)) == 1
    found = watch.read_update(db, 9)
    assert found is not None
    assert (found["update_id"], bytes(found["raw"]), found["state"], found["attempts"]) == (9, b'{"a":1}', "open", 0)
    assert [letter["id"] for letter in found["letters"]] == [first, second]
    assert found["letters"][0]["payload"] == '{"text":"one"}'
    assert watch.read_update(db, 10) is None


def test_everybody_who_may_be_played_is_listed_with_his_account(duty: Duty) -> None:
    duty.person("O2", team="Team 1", language="ru")
    duty.person("O1")
    duty.person("O3", team="Team 1")
    duty.db.execute("UPDATE person SET active = 0 WHERE reference = 'O3'")
    duty.db.execute("UPDATE person SET own_language = 'kk', own_time_zone = 'Asia/Almaty' WHERE reference = 'O1'")
    duty.db.execute("UPDATE account SET username = 'one' WHERE telegram_id = ?", (FIRST_CHAT + 1,))
    duty.db.execute("UPDATE account SET ended_at = '2019' WHERE telegram_id = ?", (FIRST_CHAT + 2,))
    assert watch.list_cast(duty.db) == [
        {"reference": "O2", "name": "Person O2", "role": "observer", "team": "Team 1", "language": "ru",
         "time_zone": "UTC", "telegram_id": FIRST_CHAT + 1, "username": "one"},
        {"reference": "O1", "name": "Person O1", "role": "observer", "team": "", "language": "kk",
         "time_zone": "Asia/Almaty", "telegram_id": None, "username": ""},
    ]  # fmt: skip


def test_places_are_told_once_by_their_first_meeting_and_groups_as_long_as_the_bot_is_there(duty: Duty) -> None:
    duty.person("O1", team="Team 1")
    for reference, hour, where in (("M2", 3, 51.1), ("M1", 2, 51.1), ("M3", 1, 52.0), ("M4", 0, 53.0), ("M5", 0, None)):
        number = duty.meeting(reference, NOON + timedelta(hours=hour), ["Team 1"])
        duty.db.execute("UPDATE meeting SET latitude = ?, longitude = ? WHERE id = ?", (where, where and 71.4, number))
    duty.db.execute("UPDATE meeting SET cancelled_at = '2019' WHERE reference = 'M4'")
    assert [(row["reference"], row["latitude"], row["longitude"]) for row in watch.list_places(duty.db)] == [
        ("M3", 52.0, 71.4), ("M1", 51.1, 71.4),
    ]  # fmt: skip
    for chat_id, status in ((-1, "member"), (-2, "left"), (-3, "administrator"), (-4, "kicked"), (-5, "member")):
        chats.note_status(duty.db, chat_id, "group", f"G{-chat_id}", status, NOON)
    duty.db.execute("UPDATE chat SET migrated_to = -1005 WHERE chat_id = -5")
    assert sorted(row["title"] for row in watch.list_groups(duty.db)) == ["G1", "G3"]
    assert watch.list_groups(duty.db)[0].keys() == {"chat_id", "kind", "title", "status"}
