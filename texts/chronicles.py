"""The chronicle of a day in words: as plain paragraphs, which a preview and a document both show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.button import Part, ShowLog
from domain.chronicle import CARRIED, Chronicle, Gap, Story
from domain.digest_button import Form, ShowChronicle
from domain.message import TEXT_LIMIT, Button, Message
from texts.digests import NUMBER_ROOM, numbered
from texts.enrolment import language_name
from texts.logs import entry_text
from texts.paging import paging
from texts.programme import hours, interlocutor, place
from texts.split import join_blocks, shorten
from texts.tongue import Html, Tongue, escape

MOST_BUTTONS = 6
MOST_GAPS = 15
GAP_LENGTH = 150
VERSIONS_A_PAGE = 8
LABEL_LENGTH = 40
_ENDS = (".", "!", "?", "…", "»", "”", '"')


@dataclass(frozen=True, slots=True)
class Page:
    """The whole account in words: plain text, no markup. What a document is made of."""

    title: str
    mission: str
    date: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    """(heading, paragraphs) of each meeting."""
    gaps_title: str
    gaps: tuple[str, ...]
    annex_title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version that was handed out before."""

    language: str
    number: int
    made_at: datetime
    author: str


def page(t: Tongue, chronicle: Chronicle, mission: str) -> Page:
    """The account in this language; points stay in the language in which they were told."""
    gaps = [
        t.label("{meeting}: {gap}", meeting=_heading(t, story), gap=_gap(t, gap))
        for story in chronicle.stories
        for gap in story.gaps
    ]
    return Page(
        title=t.label("Chronicle of the day"),
        mission=mission,
        date=t.day(chronicle.day),
        sections=tuple((_heading(t, story), tuple(_paragraphs(t, story))) for story in chronicle.stories),
        gaps_title=t.label("To be completed") if gaps else "",
        gaps=tuple(gaps),
        annex_title=t.label("Annex: meetings and participants"),
        columns=(
            t.label("Time"), t.label("Host"), t.label("Place"), t.label("Received by"), t.label("From the mission"),
        ),
        rows=tuple(_row(t, story) for story in chronicle.stories),
    )  # fmt: skip


def preview(t: Tongue, told: Page, chronicle: Chronicle, languages: Sequence[str], versions: int) -> list[Message]:
    """The account in the chat, with the ways to the documents and to the logs that lack something.

    `versions`: how many documents were handed out.
    """
    blocks = [_head(told)]
    for heading, paragraphs in told.sections:
        blocks.append(Html("\n".join((f"<b>{escape(heading)}</b>", *map(escape, paragraphs)))))
    if not told.sections:
        blocks.append(t.say("There is nothing to tell of this day yet."))
    if told.gaps:
        blocks.append(_gaps(told, told.gaps))
    buttons = _ways(t, told, chronicle, languages, versions)
    return numbered(join_blocks(blocks, limit=TEXT_LIMIT - NUMBER_ROOM), buttons)


def to_be_completed(t: Tongue, told: Page, chronicle: Chronicle, languages: Sequence[str], versions: int) -> Message:
    """What the account lacks now, in one message, with the same ways and that to the whole of it."""
    shown = [shorten(gap, GAP_LENGTH) for gap in told.gaps[:MOST_GAPS]]
    blocks = [_head(told), _gaps(told, shown) if shown else t.say("Nothing is to be completed.")]
    if left := len(told.gaps) - len(shown):
        blocks.append(t.count("… and {n} more", "… and {n} more", left))
    whole = (Button(t.label("Read the whole"), ShowChronicle(chronicle.day.isoformat())),)
    return Message("\n\n".join(blocks), buttons=(*_ways(t, told, chronicle, languages, versions), whole))


def versions(t: Tongue, day: date, listed: Sequence[VersionLine], page: int, zone: ZoneInfo) -> Message:
    """The documents of a day that were handed out, the latest first, each to be had again as it was."""
    last = max(0, (len(listed) - 1) // VERSIONS_A_PAGE)
    page = min(page, last)
    here = listed[page * VERSIONS_A_PAGE : (page + 1) * VERSIONS_A_PAGE]
    key = day.isoformat()
    lines = [
        Html(f"<b>{escape(t.label('Chronicle of the day'))}</b>\n{escape(t.day(day))}"),
        t.say("Documents that were handed out. Each comes again as it was."),
        *(
            t.say(
                "{language}, version {n}: {day}, {time}, {name}",
                language=language_name(one.language),
                n=one.number,
                day=t.short_day(one.made_at.astimezone(zone).date()),
                time=t.time(one.made_at, zone),
                name=one.author,
            )
            for one in here
        ),
    ]
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                t.label("{language}, version {n}", language=language_name(one.language), n=one.number),
                ShowChronicle(key, Form.DOCUMENT, one.language, one.number),
            ),
        )
        for one in here
    ]
    rows.append(paging(page, last + 1, lambda n: ShowChronicle(key, Form.VERSIONS, number=n)))
    rows.append(back_to_it(t, day))
    return Message("\n".join(lines), buttons=tuple(row for row in rows if row))


def back_to_it(t: Tongue, day: date) -> tuple[Button, ...]:
    """From what was opened in its place back to the chronicle of this day."""
    return (Button(t.label("Chronicle"), ShowChronicle(day.isoformat(), Form.BACK)),)


def _head(told: Page) -> Html:
    return Html(f"<b>{escape(told.title)}</b>\n{escape(told.date)}\n{escape(told.mission)}")


def _gaps(told: Page, gaps: Sequence[str]) -> Html:
    return Html("\n".join((f"<b>{escape(told.gaps_title)}</b>", *(f"• {escape(gap)}" for gap in gaps))))


def _ways(
    t: Tongue, told: Page, chronicle: Chronicle, languages: Sequence[str], versions: int
) -> tuple[tuple[Button, ...], ...]:
    """To the documents, those of before among them, and to the logs that lack something."""
    day = chronicle.day.isoformat()
    documents = [
        Button(t.label("Document: {language}", language=language_name(code)), ShowChronicle(day, Form.DOCUMENT, code))
        for code in languages
    ]
    before = [Button(t.label("Versions: {n}", n=versions), ShowChronicle(day, Form.VERSIONS))] if versions else []
    logs = [
        Button(shorten(_heading(t, story), LABEL_LENGTH), ShowLog(story.meeting.meeting_id))
        for story in [story for story in chronicle.stories if story.gaps][:MOST_BUTTONS]
    ]
    return tuple((one,) for one in ((*documents, *before, *logs) if told.sections else before))


def caption(t: Tongue, told: Page, version: int, newest: int) -> str:
    """Under the document: Telegram HTML. `newest` is the latest version in its language."""
    lines = [t.say("{title}, {day}. Version {n}.", title=told.title, day=told.date, n=version)]
    if version < newest:
        lines.append(t.say("There is a newer one: version {n}.", n=newest))
    if told.gaps:
        lines.append(t.count("{n} place is to be completed.", "{n} places are to be completed.", len(told.gaps)))
    return "\n".join(lines)


def bad_template(t: Tongue, missing: Sequence[str]) -> str:
    """In the caption: the mission's own template could not be used."""
    if missing:
        return t.say("The mission's template lacks {fields}; the usual one was used.", fields=", ".join(missing))
    return t.say("The mission's template is no DOCX file; the usual one was used.")


def nothing_to_tell(t: Tongue) -> Message:
    """Instead of a document."""
    return Message(t.say("There is nothing to tell of this day yet."))


def _heading(t: Tongue, story: Story) -> str:
    return f"{hours(t, story.meeting)} {story.meeting.host}"


def _paragraphs(t: Tongue, story: Story) -> list[str]:
    """Each sentence is built from what is stored; what is not, is marked."""
    where = place(story.meeting)
    host = ", ".join(filter(None, (story.meeting.host, where)))
    if Gap.LOG in story.gaps or Gap.FINAL in story.gaps:
        return [_stop(t.label("Observers of the mission were to visit: {host}", host=host)), _marks(t, story)]
    lines = [_stop(t.label("Observers of the mission visited: {host}", host=host))]
    if story.hosts:
        lines[0] += " " + _stop(t.label("They met {names}", names="; ".join(story.hosts)))
    if story.absent:
        lines[0] += " " + _stop(t.label("Not present: {names}", names="; ".join(story.absent)))
    said = {part: [entry_text(t, entry).strip() for entry in entries] for part, entries in story.said}
    told = {
        part: f"{_lead(t, part)} {_stop('; '.join(text.rstrip('.') for text in found))}" for part, found in said.items()
    }
    if story.no_concerns:
        told[Part.CONCERN] = t.label("No concerns were told.")
    lines += [told[part] for part in CARRIED if part in told]
    if story.gaps:
        lines.append(_marks(t, story))
    return lines


def _lead(t: Tongue, part: Part) -> str:
    return {
        Part.OURS: t.label("The observers said:"),
        Part.POINT: t.label("The hosts said:"),
        Part.QUESTION: t.label("The observers asked about:"),
        Part.CONCERN: t.label("Concerns:"),
        Part.FIGURE: t.label("Figures:"),
        Part.DOCUMENT: t.label("Documents:"),
        Part.FOLLOW_UP: t.label("Agreed for later:"),
    }[part]


def _marks(t: Tongue, story: Story) -> str:
    return " ".join(t.label("[to be completed: {gap}]", gap=_gap(t, gap)) for gap in story.gaps)


def _gap(t: Tongue, gap: Gap) -> str:
    return {
        Gap.LOG: t.label("there is no log"),
        Gap.FINAL: t.label("the log is not marked as complete"),
        Gap.HOSTS: t.label("who received the observers"),
        Gap.HOSTS_SAID: t.label("what the hosts said"),
        Gap.CONCERNS: t.label("whether there were concerns"),
    }[gap]


def _stop(text: str) -> str:
    """A sentence ends with a stop, whoever wrote it."""
    bare = text.strip()
    return bare if bare.endswith(_ENDS) else f"{bare}."


def _row(t: Tongue, story: Story) -> tuple[str, ...]:
    hosts = story.hosts or tuple(interlocutor(person) for person in story.meeting.interlocutors)
    return (
        hours(t, story.meeting), story.meeting.host, place(story.meeting), "; ".join(hosts), ", ".join(story.present),
    )  # fmt: skip
