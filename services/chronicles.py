"""The chronicle of a day: regenerated from the stored points at will, each version that was handed out is kept."""

import json
from dataclasses import asdict
from datetime import date
from zoneinfo import ZoneInfo

from domain.chronicle import Chronicle, belongs, story_of
from domain.digest_button import Form, ShowChronicle
from domain.letter import Letter, LetterKind
from domain.message import Message
from domain.person import Person
from services import day as days
from services.desk import Desk, Said, post, tell, tongue_of
from services.desk import show as show_panel
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
    hand_out(desk, said, person, day, ShowChronicle())


def hand_out(desk: Desk, said: Said, person: Person, day: date | None, wanted: ShowChronicle) -> None:
    """The account of a day (None = today): in the chat, as a document, or the documents that were handed out."""
    of = day or mission_day(desk)
    if wanted.form is Form.DOCUMENT:
        _post_document(desk, said, person, of, wanted)
        return
    t = tongue_of(desk, person)
    versions = shelf.list_versions(desk.db, of, _scope(person))
    if wanted.form is Form.VERSIONS:
        listed = [VersionLine(one.language, one.number, one.made_at, one.author) for one in versions]
        show_panel(desk, said, words.versions(t, of, listed, wanted.number, ZoneInfo(desk.mission.time_zone)))
        return
    chronicle = read(desk, person, of)
    page = words.page(t, chronicle, desk.mission.name)
    parts = words.preview(t, page, chronicle, desk.mission.languages, len(versions))
    if wanted.form is Form.PREVIEW:
        for part in parts:
            tell(desk, said.chat_id, part)
    elif len(parts) == 1:
        show_panel(desk, said, parts[0])
    else:  # the rest of it stands above, as it was
        show_panel(desk, said, words.to_be_completed(t, page, chronicle, desk.mission.languages, len(versions)))


def _post_document(desk: Desk, said: Said, person: Person, day: date, wanted: ShowChronicle) -> None:
    language, number = wanted.language, wanted.number
    code = language if language in desk.mission.languages or number else tongue_of(desk, person).language
    spec = {"kind": PaperKind.CHRONICLE, "by": person.person_id, "language": code, "day": day.isoformat()}
    spec |= {"version": number} if number else {}
    payload = {"parse_mode": "HTML", "paper": spec}
    twice = f"chronicle:{said.chat_id}:{day}:{code}:{number}:{int(desk.now.timestamp()) // TWICE_WITHIN}"
    post(desk, Letter(LetterKind.ANSWER, said.chat_id, "sendDocument", payload, twice))


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
    """The facts of the document; a version of its own if it says something new. Or those of an earlier version."""
    del earlier
    day, language, number = date.fromisoformat(str(spec["day"])), str(spec["language"]), int(spec.get("version", 0))
    if number:
        content = shelf.find_content(desk.db, day, _scope(asker), language, number)
        page = _page(content) if content else None
    else:
        t = desk.tongues.of(language)
        page, language = words.page(t, read(desk, asker, day), desk.mission.name), t.language
        number = _version(desk, asker, day, language, page) if page.sections else 0
    if page is None or not page.sections:
        return words.nothing_to_tell(tongue_of(desk, asker))
    return _draft(desk, kind, asker, day, language, page, number)


def _draft(desk: Desk, kind: PaperKind, asker: Person, day: date, language: str, page: Page, number: int) -> Draft:
    from services import chronicle_document  # noqa: PLC0415 - with it comes python-docx

    template, missing = chronicle_document.choose(desk.mission.chronicle_template)
    t, newest = tongue_of(desk, asker), shelf.find_newest(desk.db, day, _scope(asker), language)
    lines = [words.caption(t, page, number, newest[0] if newest else number)]
    if missing is not None:
        lines.append(words.bad_template(t, missing))
    name = f"chronicle-{day.isoformat()}-{language}-v{number}"
    return Draft(kind, name, "\n".join(lines), (page, template, language))


def _page(content: str) -> Page:
    """A page as it was."""
    told = json.loads(content)
    sections = tuple((heading, tuple(paragraphs)) for heading, paragraphs in told.pop("sections"))
    gaps, columns, rows = tuple(told.pop("gaps")), tuple(told.pop("columns")), tuple(map(tuple, told.pop("rows")))
    return Page(sections=sections, gaps=gaps, columns=columns, rows=rows, **told)


def _version(desk: Desk, person: Person, day: date, language: str, page: Page) -> int:
    scope, content = _scope(person), json.dumps(asdict(page), ensure_ascii=False)
    newest = shelf.find_newest(desk.db, day, scope, language)
    if newest is not None and newest[1] == content:
        return newest[0]
    return shelf.add(desk.db, day, scope, language, person.person_id, content, desk.now)


def _scope(person: Person) -> str:
    """Whoever sees the same meetings shares the versions."""
    return ",".join(str(team) for team in sorted(person.scope))
