"""The chronicle of a day: regenerated from the stored points at will, each version that was handed out is kept."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from zoneinfo import ZoneInfo

from domain.chronicle import Chronicle, belongs, story_of
from domain.digest_button import Form
from domain.letter import Letter, LetterKind
from domain.message import Message
from domain.person import Person
from services import day as days
from services.desk import Desk, Said, post, tell, tongue_of
from services.paper import Draft, PaperKind, Spec
from services.programme import business, mission_day
from storage import chronicles as shelf
from storage import log_versions
from texts import chronicles as words
from texts.chronicles import Page, VersionLine

TWICE_WITHIN = 30
"""Seconds within which a second tap asks for the same document."""


def show(desk: Desk, said: Said, person: Person, day: date | None) -> None:
    """/chronicle: the day's account in the chat."""
    hand_out(desk, said, person, day, Form.PREVIEW, "")


def hand_out(desk: Desk, said: Said, person: Person, day: date | None, form: Form, language: str) -> None:
    """The account of a day (None = today): in the chat, or as a document in this language."""
    wanted = day or mission_day(desk)
    if form is Form.DOCUMENT:
        code = language if language in desk.mission.languages else tongue_of(desk, person).language
        spec = {"kind": PaperKind.CHRONICLE, "by": person.person_id, "language": code, "day": wanted.isoformat()}
        payload = {"parse_mode": "HTML", "paper": spec}
        twice = f"chronicle:{said.chat_id}:{wanted}:{code}:{int(desk.now.timestamp()) // TWICE_WITHIN}"
        post(desk, Letter(LetterKind.ANSWER, said.chat_id, "sendDocument", payload, twice))
        return
    t = tongue_of(desk, person)
    chronicle = read(desk, person, wanted)
    versions = shelf.list_versions(desk.db, wanted, _scope(person), t.language)
    listed = [VersionLine(one.number, one.made_at, one.author) for one in versions]
    page = words.page(t, chronicle, desk.mission.name)
    zone = ZoneInfo(desk.mission.time_zone)
    for part in words.preview(t, page, chronicle, desk.mission.languages, listed, zone):
        tell(desk, said.chat_id, part)


def read(desk: Desk, person: Person, day: date) -> Chronicle:
    """What is told of a day, of all that is this coordinator's business."""
    report = days.report(desk, day, business(person))
    stories = []
    for one in report.meetings:
        if belongs(one.meeting, one.status):
            entries = sorted(
                (entry for found in one.entries.values() for entry in found),
                key=lambda entry: (entry.said_at, entry.entry_id),
            )
            final = log_versions.find_completion(desk.db, one.meeting.meeting_id) is not None
            logged = bool(entries)
            stories.append(story_of(one.meeting, entries, one.present, logged=logged, final=final))
    return Chronicle(day, tuple(stories))


def prepare(desk: Desk, kind: PaperKind, asker: Person, spec: Spec, earlier: Draft | None) -> Draft | Message:
    """The facts of the document; a version of its own if it says something new."""
    del earlier
    day, t = date.fromisoformat(str(spec["day"])), desk.tongues.of(str(spec["language"]))
    page = words.page(t, read(desk, asker, day), desk.mission.name)
    if not page.sections:
        return words.nothing_to_tell(tongue_of(desk, asker))
    content = json.dumps(asdict(page), ensure_ascii=False)
    number = _version(desk, asker, day, t.language, content)
    from services import chronicle_document  # noqa: PLC0415 - with it comes python-docx

    template, missing = chronicle_document.choose(desk.mission.chronicle_template)
    lines = [words.caption(tongue_of(desk, asker), page, number)]
    if missing is not None:
        lines.append(words.bad_template(tongue_of(desk, asker), missing))
    name = f"chronicle-{day.isoformat()}-{t.language}-v{number}"
    return Draft(kind, name, "\n".join(lines), (page, template, t.language))


def versions(desk: Desk, person: Person, day: date, language: str) -> Sequence[Page]:
    """Every version that was handed out, as it was."""
    found = []
    for one in shelf.list_versions(desk.db, day, _scope(person), language):
        told = json.loads(one.content)
        sections = tuple((heading, tuple(paragraphs)) for heading, paragraphs in told.pop("sections"))
        gaps, columns, rows = tuple(told.pop("gaps")), tuple(told.pop("columns")), tuple(map(tuple, told.pop("rows")))
        found.append(Page(sections=sections, gaps=gaps, columns=columns, rows=rows, **told))
    return found


def _version(desk: Desk, person: Person, day: date, language: str, content: str) -> int:
    scope = _scope(person)
    known = shelf.list_versions(desk.db, day, scope, language)
    if known and known[-1].content == content:
        return known[-1].number
    return shelf.add(desk.db, day, scope, language, person.person_id, content, desk.now)


def _scope(person: Person) -> str:
    """Whoever sees the same meetings shares the versions."""
    return ",".join(str(team) for team in sorted(person.scope))
