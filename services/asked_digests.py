"""Digests that are asked for: the tap writes down the wish, and the answer is worded beside whoever taps meanwhile.

`word` may take as long as the mission is large, so it runs on a connection that only reads, in a thread or a process
of its own (bot/asked.py). `answer` posts what was worded and settles the wish in one transaction: a bot that is killed
in between words it again.
"""

import hashlib
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from domain.access import COMMANDS, may
from domain.digest_button import View
from domain.letter import Letter, LetterKind
from domain.meeting import nearest_days
from domain.message import Message
from domain.mission import Mission
from domain.person import Person
from domain.wish import LONG, Wish
from services import chart, periods, programme
from services import day as days
from services import people as acts
from services.desk import Desk, Said, post, tell, tongue_of
from services.digests import Composer, Edition, narrowed, offer_chart
from services.programme import mission_day
from storage import digests as shelf
from storage import meetings, outbox, people, wishes
from storage.database import connect
from texts import digests as words
from texts.tongue import Tongues

LOOK_UP = 50_000
"""Steps of a statement after which it is asked whether anybody still waits for it: a few milliseconds."""
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was worded for `person`, as he was then. `stands`: asked for again, it may be edited where it stands."""

    person: Person
    parts: list[Message]
    stands: bool = False
    by_hour: chart.Rows = ()


def ask_for_day(desk: Desk, said: Said, person: Person, day: date | None) -> None:
    """/digest: the day's, None = today where the mission is."""
    ask(desk, said, person, day, View.DAY)


def ask(desk: Desk, said: Said, person: Person, day: date | None, view: View) -> None:
    """A day, its week, the whole mission, or who was silent; the meetings of the day are shown at once."""
    wanted = day or mission_day(desk)
    if view is View.PROGRAMME:
        programme.show_day(desk, replace(said, tapped=False), person, wanted)
        return
    wishes.add(desk.db, said.chat_id, person.person_id, wanted, view, desk.cause)
    if view in LONG:
        desk.toast = words.being_worded(tongue_of(desk, person))


def word_from(
    path: Path, now: datetime, mission: Mission, wish: Wish, left: Callable[[], bool] | None = None
) -> Answer | None:
    """`word` as of one moment, in another thread or process: on a connection to `path` that only reads.

    It ends with sqlite3.OperationalError soon after `left` says that nobody waits any more.
    """
    with closing(connect(path, read_only=True)) as db:
        db.set_progress_handler(left, LOOK_UP)
        db.execute("BEGIN")
        return word(Desk(db, now, mission, Tongues(mission.languages)), wish)


def word(desk: Desk, wish: Wish) -> Answer | None:
    """The answer, nothing of it posted yet; None if he may not have it any more."""
    person = _asker(desk, wish)
    if person is None:
        return None
    plan = shelf.read_plan(desk.db, person, desk.mission)
    t, whose = tongue_of(desk, person), narrowed(person, plan)
    if wish.view is View.SILENT:
        return Answer(person, words.silent(t, wish.day, days.list_silent(desk, wish.day, whose)))
    if wish.view is not View.DAY:
        return Answer(person, periods.compose(desk, person, whose, wish.day, wish.view))
    composer = Composer(desk)
    report = composer.report(wish.day, whose)
    if not report.meetings:
        around = nearest_days(meetings.list_days(desk.db, whose), wish.day)
        return Answer(person, [words.no_meetings(t, wish.day, around)])
    return Answer(person, composer.parts(person, plan, Edition(wish.day)), stands=True, by_hour=report.by_hour)


def answer(desk: Desk, wish: Wish, worded: Answer | None) -> None:
    """Post it and settle the wish; if another role, scope or language has become his meanwhile, it is worded again.

    Asked for again, the digest of a day is edited where it stands if nothing but its numbers changed.
    """
    desk.cause = wish.cause
    person = _asker(desk, wish)
    if person is not None and (worded is None or not _same(person, worded.person)):
        return
    if not wishes.settle(desk.db, wish.wish_id) or person is None or worded is None:
        return
    if worded.stands and _edit_in_place(desk, person, wish, worded.parts):
        return
    letters = [tell(desk, wish.chat_id, part) for part in worded.parts]
    if worded.stands:
        shelf.write_shown(desk.db, wish.chat_id, wish.day, _shape(worded.parts), [n for n in letters if n is not None])
        offer_chart(desk, wish.chat_id, person, worded.by_hour)


def give_up(desk: Desk, wish: Wish) -> None:
    """It could not be worded: he who asked is told, as of anything that fails."""
    desk.cause = wish.cause
    if wishes.settle(desk.db, wish.wish_id):
        acts.tell_parked(desk, wish.chat_id, None, _asker(desk, wish))


def _asker(desk: Desk, wish: Wish) -> Person | None:
    """He who asked, if he may still have it in the chat where he asked."""
    person = people.find(desk.db, wish.person_id)
    if person is None or not person.active or person.chat_id != wish.chat_id:
        return None
    return person if may(person.role, COMMANDS["digest"], in_group=False) else None


def _same(one: Person, other: Person) -> bool:
    """Whether both read the same words of the same meetings."""
    return (one.role, one.scope, one.language) == (other.role, other.scope, other.language)


def _edit_in_place(desk: Desk, person: Person, wish: Wish, parts: list[Message]) -> bool:
    """Whether the digest that stands in the chat tells the same but for its numbers; then these are put right."""
    shown = shelf.read_shown(desk.db, wish.chat_id)
    if shown is None or shown[0] != wish.day or shown[1] != _shape(parts) or len(shown[2]) != len(parts):
        return False
    stands = [outbox.find_message(desk.db, letter_id) for letter_id in shown[2]]
    if any(message_id is None for message_id in stands):
        return False
    for message_id, part in zip(stands, parts, strict=True):
        body = {**part.payload(), "message_id": message_id}
        post(desk, Letter(LetterKind.ANSWER, wish.chat_id, "editMessageText", body))
    note = words.brought_up_to_date(tongue_of(desk, person), desk.now, ZoneInfo(desk.mission.time_zone))
    payload = {**note.payload(), "reply_parameters": {"message_id": stands[0], "allow_sending_without_reply": True}}
    post(desk, Letter(LetterKind.ANSWER, wish.chat_id, "sendMessage", payload))
    return True


def _shape(parts: list[Message]) -> str:
    """Tells digests apart that differ in more than numbers."""
    bare = "\n".join(_DIGITS.sub("0", part.text) for part in parts)
    return hashlib.sha256(re.sub(r" \([+−]0\)", "", bare).encode()).hexdigest()
