"""A file that comes by chat to be imported: wanted → read → applied by a tap; and what is done with a roster.

Fetching and reading take seconds and happen beside the chat (bot/fetcher.py); what came of them is told to
`report_rows` (a roster), services/programme_files.py (a programme), `report_faults` or `report_trouble`: each one act.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.faults import Fault, tidy
from domain.message import Message
from domain.person import Person
from domain.roster import RosterRow
from domain.upload import MAX_UPLOAD, Purpose, Trouble, Upload, UploadState
from services import conversations, rosters
from services.desk import Desk, Said, show, tell, tongue_of
from services.rosters import RosterChange
from storage import people
from storage import uploads as shelf
from texts import answers
from texts import uploads as words

MOST_ATTEMPTS = 5
"""Attempts to fetch a file before its sender is told that it does not work."""
STALE = timedelta(hours=24)
"""After this time a file that nobody applied is given up: it holds people's names."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as Telegram describes it; `size` in bytes, 0 if it does not tell."""

    file_id: str
    name: str
    size: int


def begin(desk: Desk, said: Said, person: Person, sent: Sent) -> None:
    """A coordinator sent a table: it is wanted from now on, and whatever he had sent before is not."""
    t = tongue_of(desk, person)
    name = tidy(sent.name)[:200] or "?"
    if not person.sees_all:
        show(desk, said, words.only_for_the_whole_mission(t))
        return
    if sent.size > MAX_UPLOAD:
        show(desk, said, words.trouble(t, name, Trouble.TOO_LARGE))
        return
    shelf.cancel_open(desk.db, person.person_id, desk.now - STALE, desk.now)
    number = shelf.add(desk.db, person.person_id, said.chat_id, sent.file_id, name, sent.size, desk.now)
    show(desk, said, words.reading(t, number, name))


def report_rows(desk: Desk, upload_id: int, content: str, rows: Sequence[RosterRow], aside: Sequence[str]) -> None:
    """The file is sound: its sender sees what it would do. `content` is `rows` as JSON."""
    upload, person = waiting(desk, upload_id)
    if person is None:
        return
    change = rosters.preview(desk, rows)
    present(desk, upload, _offer(desk, upload, person, rows, change, content, aside, again=False))


def report_faults(desk: Desk, upload_id: int, faults: Sequence[Fault], sound: int) -> None:
    """The file has faults: nothing is imported."""
    upload, person = waiting(desk, upload_id)
    if person is not None:
        shelf.settle(desk.db, upload_id, UploadState.REFUSED, desk.now)
        present(desk, upload, words.faulty(tongue_of(desk, person), upload.file_name, faults, sound))


def report_trouble(desk: Desk, upload_id: int, why: Trouble) -> None:
    """The file could not be looked at."""
    upload, person = waiting(desk, upload_id)
    if person is not None:
        shelf.settle(desk.db, upload_id, UploadState.REFUSED, desk.now)
        present(desk, upload, words.trouble(tongue_of(desk, person), upload.file_name, why))


def report_failure(desk: Desk, upload_id: int) -> int:
    """It could not be fetched this time; how often by now, 0 if it will not be tried again."""
    attempts = shelf.count_attempt(desk.db, upload_id, desk.now)
    if attempts < MOST_ATTEMPTS:
        return attempts
    report_trouble(desk, upload_id, Trouble.UNREACHABLE)
    return 0


def apply(desk: Desk, said: Said, person: Person, upload_id: int) -> None:
    """The tap: all of the file becomes the roster, if that still does what was shown."""
    upload = tapped(desk, person, upload_id, Purpose.ROSTER)
    if upload is None:
        return
    t = tongue_of(desk, person)
    content, shown = shelf.read_preview(desk.db, upload_id)
    rows = rosters.decode_rows(content)
    change = rosters.preview(desk, rows)
    before = json.loads(shown)
    if _shown(change, before["aside"]) != before or not _lead_left(desk, rows):
        desk.toast = words.how_it_stands(t, upload.state)
        show(desk, said, _offer(desk, upload, person, rows, change, content, before["aside"], again=True))
        return
    rosters.apply(desk, rows, change, person.person_id)
    shelf.settle(desk.db, upload_id, UploadState.APPLIED, desk.now)
    show(desk, said, words.applied(t, change))


def cancel(desk: Desk, said: Said, person: Person, upload_id: int) -> None:
    """The other tap: the file is forgotten."""
    if tapped(desk, person, upload_id) is None:
        return
    shelf.settle(desk.db, upload_id, UploadState.CANCELLED, desk.now)
    show(desk, said, words.cancelled(tongue_of(desk, person)))


def tapped(desk: Desk, person: Person, upload_id: int, purpose: Purpose | None = None) -> Upload | None:
    """The upload under a button; for who does not coordinate the whole mission there is none.

    Nor is there one of another `purpose`. What is no longer, or not yet, open answers how it stands.
    """
    upload = shelf.find(desk.db, upload_id) if person.sees_all else None
    t = tongue_of(desk, person)
    if upload is None or (upload.state is UploadState.READ and purpose not in {None, upload.purpose}):
        desk.toast = answers.old_button(t)
        return None
    if upload.state is not UploadState.READ and (purpose or upload.state is not UploadState.WANTED):
        desk.toast = words.how_it_stands(t, upload.state)
        return None
    return upload


def waiting(desk: Desk, upload_id: int) -> tuple[Upload, Person | None]:
    """A wanted upload and its sender; None for whom it no longer is: cancelled, or he may not import any more."""
    upload = shelf.find(desk.db, upload_id)
    if upload is None:
        raise KeyError(upload_id)
    person = people.read(desk.db, upload.person_id)
    if upload.state is not UploadState.WANTED:
        return upload, None
    if not (person.active and person.sees_all and person.chat_id == upload.chat_id):
        shelf.settle(desk.db, upload_id, UploadState.CANCELLED, desk.now)
        return upload, None
    return upload, person


def _offer(
    desk: Desk,
    upload: Upload,
    person: Person,
    rows: Sequence[RosterRow],
    change: RosterChange,
    content: str,
    aside: Sequence[str],
    *,
    again: bool,
) -> Message:
    """What is asked, or why there is nothing to ask; written down accordingly."""
    t, number = tongue_of(desk, person), upload.upload_id
    if change.empty:
        shelf.settle(desk.db, number, UploadState.APPLIED, desk.now)
        return words.nothing_to_do(t, upload.file_name, change, aside)
    if not _lead_left(desk, rows):
        shelf.settle(desk.db, number, UploadState.REFUSED, desk.now)
        return words.nobody_left(t, upload.file_name)
    shelf.keep_preview(desk.db, number, Purpose.ROSTER, content, json.dumps(_shown(change, aside), ensure_ascii=False))
    return words.preview(
        t,
        number,
        upload.file_name,
        change,
        aside,
        ends_yours=person.reference not in _leads_of(rows),
        ends_many=len(change.gone) * 3 > change.listed,
        again=again,
    )


def _shown(change: RosterChange, aside: Sequence[str]) -> dict[str, list[str]]:
    """What a preview promises; if it differs at the tap, it is shown anew."""
    return {"new": change.new, "changed": change.changed, "gone": change.gone, "aside": list(aside)}


def _leads_of(rows: Sequence[RosterRow]) -> set[str]:
    """References of those who coordinate the whole mission, as the file has it."""
    return {row.reference for row in rows if row.role.leads and not row.scope}


def _lead_left(desk: Desk, rows: Sequence[RosterRow]) -> bool:
    """Whether somebody who is enrolled still coordinates the whole mission when the roster is as the file has it."""
    leads = _leads_of(rows)
    return any(lead.reference in leads and lead.chat_id is not None for lead in people.list_leads(desk.db))


def present(desk: Desk, upload: Upload, message: Message) -> None:
    """As the chat's panel, at its end; while a question is open there, the question stays the panel."""
    where = Said(upload.chat_id, upload.chat_id, 0, desk.now)
    if conversations.standing(desk, where) is None:
        show(desk, where, message)
    else:
        tell(desk, upload.chat_id, message)
