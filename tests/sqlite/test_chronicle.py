"""The chronicle of 8 June 2019: from stored points, in three languages, as text and as a document."""

import html
import io
import json
import re
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from domain.button import Part, Presence
from domain.digest_button import Form, ShowChronicle
from domain.meeting import Interlocutor, Meeting
from domain.message import Message
from domain.mission import Mission
from services import chronicle_document, chronicles, digests, papers
from services.desk import Said
from services.paper import Draft
from storage import log_versions, logs, meetings, people
from storage.database import as_text
from tests.house import DATA, figures
from tests.sqlite.duty import FIRST_CHAT, Duty

DAY = date(2019, 6, 8)
EVENING = datetime(2019, 6, 8, 14, 0, tzinfo=UTC)
MORNING = datetime(2019, 6, 8, 3, 30, tzinfo=UTC)
MISSION = Mission("IPA CIS <observers> & friends", "Asia/Almaty", ("en", "ru", "kk"), (time(20),))
TOLD = json.loads((DATA / "day-2019-06-08.json").read_text(encoding="utf-8"))["meetings"]
PARTS = (("told_by_observers", Part.OURS), ("told_by_hosts", Part.POINT), ("questions", Part.QUESTION))


def names(told: dict[str, Any]) -> list[str]:
    return [", ".join(filter(None, (who["name"], who["title"]))) for who in told["interlocutors"]]


def tell(duty: Duty, told: dict[str, Any], n: int, author: int, *, final: bool = True) -> int:
    """A meeting and its log as somebody told it."""
    start = MORNING + timedelta(hours=2 * n)
    hosts = tuple(Interlocutor(who["name"], who["title"]) for who in told["interlocutors"])
    planned = Meeting(
        0, f"M0{n + 1}", start, start + timedelta(hours=1), "Asia/Almaty", told["kind"], told["host"], "Nur-Sultan",
        "", None, None, hosts, ("Team 1",), False, 1,
    )  # fmt: skip
    number = meetings.save(duty.db, planned, author_id=None, source="test", reason="", now=MORNING - timedelta(days=1))
    meetings.set_participants(duty.db, number, [1], [])
    duty.say(number, author, Presence.ARRIVED, start)
    points = [(Part.WHO, name) for name in names(told)]
    points += [(part, text) for key, part in PARTS for text in told.get(key, ())]
    points += [(Part.FIGURE, f"{name}: {count}") for name, count in told["figures"].items()]
    points += [(Part.CONCERN, text) for text in told["concerns"] or [""]]
    points += [(Part.DOCUMENT, f"{one['title']} ({one['direction']})") for one in told["documents"]]
    for part, body in points:
        logs.add(
            duty.db,
            {
                "meeting_id": number, "author_id": author, "part": part, "body": body,
                "said_at": as_text(start), "processed_at": as_text(start),
            },
        )  # fmt: skip
    logs.submit(duty.db, number, author, start)
    if final:
        log_versions.mark(duty.db, number, author, True, start)
    return number


@pytest.fixture
def duty(tmp_path: Path) -> Duty:
    return Duty(tmp_path, MISSION, MORNING - timedelta(days=1))


@pytest.fixture
def day(duty: Duty) -> Duty:
    """The five meetings, told and complete."""
    observer = duty.person("O1", team="Team 1")
    duty.person("C1", "coordinator")
    for n, told in enumerate(TOLD):
        tell(duty, told, n, observer)
    return duty


def coordinator(duty: Duty, language: str = "en") -> Any:
    duty.db.execute("UPDATE person SET own_language = ? WHERE reference = 'C1'", (language,))
    return people.find_by_reference(duty.db, "C1")


def draft(duty: Duty, language: str, **more: int) -> Draft:
    lead = coordinator(duty)
    spec = {"kind": "chronicle", "by": lead.person_id, "language": language, "day": DAY.isoformat(), **more}
    made = papers.prepare(duty.desk(EVENING), lead.chat_id, spec)
    assert isinstance(made, Draft)
    return made


def words_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def bare(text: str) -> str:
    return html.unescape(re.sub(r"</?[a-z][^>]*>", "", text))


def carries_the_day(text: str) -> None:
    """Every interlocutor with title, everything told, every figure; in the order of the day."""
    places = []
    for told in TOLD:
        places.append(text.index(told["host"]))
        for name in names(told):
            assert name in text
        for key, _ in PARTS:
            for point in told.get(key, ()):
                assert point in text
        for point in told["concerns"]:
            assert point in text
        for one in told["documents"]:
            assert one["title"] in text
        assert {str(count) for count in told["figures"].values()} <= figures(text)
    assert places == sorted(places)


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_digest_preview_and_document_carry_the_whole_day(day: Duty, language: str) -> None:
    lead = coordinator(day, language)
    desk = day.desk(EVENING)
    carries_the_day(bare("\n".join(digests.compose(desk, lead, DAY))))
    chronicles.show(desk, Said(lead.chat_id, lead.chat_id, 1, EVENING), lead, DAY)
    carries_the_day(bare("\n".join(text for _, text in day.letters(lead.person_id))))
    paper = papers.build(draft(day, language))
    assert paper.name == f"chronicle-2019-06-08-{language}-v1.docx"
    text = words_of(paper.content)
    carries_the_day(text)
    assert "{{" not in text
    assert "IPA CIS <observers> & friends" in text
    assert "Person O1" in text
    lead_in = {"en": "The hosts said:", "ru": "Принимающая сторона сообщила:", "kk": "Қабылдаушы тарап хабарлады:"}
    assert text.count(lead_in[language]) == 5


def test_the_document_is_laid_out_to_be_printed_and_says_its_language(day: Duty) -> None:
    document = Document(io.BytesIO(papers.build(draft(day, "kk")).content))
    section, (annex,) = document.sections[0], document.tables
    whole = sum(map(int, (section.page_width or 0, -(section.left_margin or 0), -(section.right_margin or 0))))
    assert {told.get(qn("w:val")) for told in document.styles.element.iter(qn("w:lang"))} == {"kk"}
    assert "PAGE" in section.footer.paragraphs[0]._p.xml
    for row in annex.rows:
        hour, host, *_ = widths = [int(cell.width or 0) for cell in row.cells]
        assert hour < host, "an hour takes less room than a name"
        assert 0.98 < sum(widths) / whole <= 1


def test_what_is_missing_is_marked_and_listed_and_nothing_is_invented(duty: Duty) -> None:
    observer = duty.person("O1", team="Team 1")
    duty.person("C1", "coordinator")
    empty: dict[str, Any] = {**TOLD[0], "host": "A", "told_by_hosts": [], "concerns": [], "told_by_observers": []}
    tell(duty, {**empty, "interlocutors": []}, 0, observer)
    tell(duty, {**TOLD[1], "host": "B"}, 1, observer, final=False)
    duty.meeting("M9", MORNING + timedelta(hours=6), ["Team 1"], zone="Asia/Almaty")
    cancelled = tell(duty, {**TOLD[3], "host": "C"}, 4, observer)
    duty.db.execute("UPDATE meeting SET cancelled_at = '2019' WHERE id = ?", (cancelled,))
    text = words_of(papers.build(draft(duty, "en")).content)
    for gap in ("who received the observers", "what the hosts said", "the log is not marked as complete", "no log"):
        assert text.count(gap) == 2, gap
    assert "[to be completed: who received the observers]" in text
    assert "Berik Imashev, Chairman" in text, "the annex lists who is in the programme"
    assert "epochal" not in text
    assert "Ashimbayev" not in text


def test_internal_points_leave_the_mission_in_no_chronicle(day: Duty) -> None:
    day.db.execute("UPDATE log_entry SET internal = 1 WHERE body LIKE 'a woman was nominated%'")
    text = words_of(papers.build(draft(day, "en")).content)
    assert "a woman was nominated" not in text
    assert "12 regions" in text


def test_a_correction_makes_a_new_version_and_the_old_one_is_kept(day: Duty) -> None:
    assert draft(day, "en").name.endswith("-v1")
    assert draft(day, "en").name.endswith("-v1"), "nothing new, no new version"
    entry = logs.list_submitted_of_day(day.db, DAY)[-1]
    log_versions.reword(day.db, entry, "quite another point", 1, EVENING)
    assert draft(day, "en").name.endswith("-v2")
    assert draft(day, "ru").name.endswith("-v1")
    first, second = draft(day, "en", version=1), draft(day, "en", version=2)
    assert first.name.endswith("-v1")
    assert "quite another point" not in words_of(papers.build(first).content)
    assert "quite another point" in words_of(papers.build(second).content)
    assert "There is a newer one: version 2." in first.caption
    assert "newer" not in second.caption


def test_versions_are_his_who_sees_the_same_meetings(day: Duty) -> None:
    draft(day, "en")
    other = day.person("C2", "coordinator")
    day.db.execute("INSERT INTO scope (person_id, team_id) VALUES (?, 1)", (other,))
    spec = {"kind": "chronicle", "by": other, "language": "en", "day": DAY.isoformat(), "version": 1}
    made = papers.prepare(day.desk(EVENING), FIRST_CHAT + other, spec)
    assert isinstance(made, Message)
    assert "nothing to tell" in made.text


def test_many_versions_are_listed_by_pages_and_each_is_to_be_had(day: Duty) -> None:
    entry = logs.list_submitted_of_day(day.db, DAY)[-1]
    for n in range(10):
        log_versions.reword(day.db, entry, f"wording {n}", 1, EVENING)
        draft(day, "en")
        draft(day, "kk")
    lead, desk = coordinator(day), day.desk(EVENING)
    seen: list[str] = []
    for page in range(3):
        asked = ShowChronicle(DAY.isoformat(), Form.VERSIONS, number=page)
        chronicles.hand_out(desk, Said(lead.chat_id, lead.chat_id, 0, EVENING), lead, DAY, asked)
        (payload,) = day.db.execute("SELECT payload FROM outbox ORDER BY id DESC LIMIT 1").fetchone()
        seen += re.findall(r"\n([^\n]+), version (\d+):", json.loads(payload)["text"])
    assert len(set(seen)) == len(seen) == 20


def test_of_a_long_day_the_way_back_from_a_log_shows_what_is_to_be_completed(duty: Duty) -> None:
    observer = duty.person("O1", team="Team 1")
    duty.person("C1", "coordinator")
    for n in range(5):
        told = {**TOLD[0], "told_by_hosts": ["word " * 400 + str(n)] * 2}
        tell(duty, told, n, observer, final=n < 3)
    lead = coordinator(duty)
    back = ShowChronicle(DAY.isoformat(), Form.BACK)
    chronicles.hand_out(duty.desk(EVENING), Said(lead.chat_id, lead.chat_id, 7, EVENING, tapped=True), lead, DAY, back)
    ((method, payload),) = duty.db.execute("SELECT method, payload FROM outbox").fetchall()
    assert method == "editMessageText"
    assert payload.count("the log is not marked as complete") == 2
    assert "Read the whole" in payload


def test_names_full_of_markup_signs_and_controls_open_as_what_they_are(duty: Duty) -> None:
    nasty = "Ам&р <b>{x}</b> {{title}} 😀 \x00\x0b\ufffe שלום\u202e مرحبا"
    observer = duty.person("O1", team="Team 1")
    duty.person("C1", "coordinator")
    duty.db.execute("UPDATE person SET name = ? WHERE id = ?", (nasty, observer))
    tell(duty, {**TOLD[0], "host": nasty, "told_by_hosts": [nasty]}, 0, observer)
    paper = papers.build(draft(duty, "en"))
    text = words_of(paper.content)
    assert text.count("Ам&р <b>{x}</b> {{title}} 😀  שלום\u202e مرحبا") >= 3
    lead = coordinator(duty)
    chronicles.hand_out(duty.desk(EVENING), Said(lead.chat_id, lead.chat_id, 1, EVENING), lead, DAY, ShowChronicle())
    assert "&lt;b&gt;{x}&lt;/b&gt;" in duty.letters(lead.person_id)[0][1]


def test_a_missions_own_template_is_used_and_a_bad_one_is_told(day: Duty, tmp_path: Path) -> None:
    own = tmp_path / "own.docx"
    document = Document()
    for line in ("OUR LETTERHEAD", "{{title}}", "{{date}}", "{{heading}}", "{{paragraph}}", "{{annex}}"):
        document.add_paragraph(line)
    document.save(str(own))
    bad, lacking = tmp_path / "bad.docx", tmp_path / "lacking.docx"
    bad.write_bytes(b"PK\x03\x04 no zip at all")
    document = Document()
    document.add_paragraph("{{title}} {{date}}")
    document.save(str(lacking))
    no_word = tmp_path / "no_word.docx"
    with zipfile.ZipFile(no_word, "w") as archive:
        archive.writestr("word/document.xml", "{{title}}{{date}}{{heading}}{{paragraph}}{{annex}}")
    for path, captioned, letterhead in (
        (own, "", True),
        (bad, "no DOCX file", False),
        (lacking, "lacks {{heading}}, {{paragraph}}, {{annex}}", False),
        (no_word, "no DOCX file", False),
        (tmp_path / "nowhere.docx", "no DOCX file", False),
    ):
        day.mission = Mission(MISSION.name, "Asia/Almaty", ("en",), (time(20),), chronicle_template=str(path))
        made = draft(day, "en")
        assert captioned in made.caption
        assert bool(captioned) == ("template" in made.caption)
        text = words_of(papers.build(made).content)
        assert ("OUR LETTERHEAD" in text) is letterhead
        carries_the_day(text)


def test_what_a_missions_own_template_says_in_bold_is_bold(day: Duty, tmp_path: Path) -> None:
    document = Document()
    for line in ("{{title}}", "{{date}}", "{{heading}}", "{{paragraph}}", "{{annex}}"):
        document.add_paragraph().add_run(line).bold = line == "{{heading}}"
    document.save(str(tmp_path / "own.docx"))
    own = str(tmp_path / "own.docx")
    day.mission = Mission(MISSION.name, "Asia/Almaty", ("en",), (time(20),), chronicle_template=own)
    made = Document(io.BytesIO(papers.build(draft(day, "en")).content))
    bold = [paragraph.text for paragraph in made.paragraphs if any(run.bold for run in paragraph.runs)]
    assert [text.partition(" ")[2] for text in bold] == [meeting["host"] for meeting in TOLD]


def test_an_empty_day_has_no_document(duty: Duty) -> None:
    lead = duty.person("C1", "coordinator")
    spec = {"kind": "chronicle", "by": lead, "language": "en", "day": "2019-06-08"}
    made = papers.prepare(duty.desk(EVENING), FIRST_CHAT + lead, spec)
    assert isinstance(made, Message)
    assert "nothing to tell" in made.text


def test_the_shipped_template_has_every_field() -> None:
    assert chronicle_document.choose("") == (str(chronicle_document.TEMPLATE), None)
    assert chronicle_document.choose(str(chronicle_document.TEMPLATE))[1] is None
