"""The programme as files in the chat: one that a coordinator sent, and those that are handed out."""

from hashlib import sha256
from zoneinfo import ZoneInfo

from domain.message import Message
from domain.person import Person
from domain.programme_file_button import How
from domain.programme_import import ProgrammeFile
from domain.upload import Purpose, Upload, UploadState
from services import papers, programmes, uploads
from services.desk import Desk, Said, show, tongue_of
from services.paper import PaperKind
from services.programme_reading import decode_file
from storage import uploads as shelf
from texts import exports as export_words
from texts import programme_imports as words
from texts import uploads as upload_words
from texts.programme_imports import Preview


def report_meetings(desk: Desk, upload_id: int, content: str, file: ProgrammeFile) -> None:
    """The file is sound: its sender sees what it would do. `content` is `file` as JSON."""
    upload, person = uploads.waiting(desk, upload_id)
    if person is not None:
        uploads.present(desk, upload, _offer(desk, upload, person, content, file))


def apply(desk: Desk, said: Said, person: Person, upload_id: int, how: How) -> None:
    """The tap: all of the file becomes the programme, if that still does what was shown."""
    upload = uploads.tapped(desk, person, upload_id, Purpose.PROGRAMME)
    if upload is None:
        return
    t = tongue_of(desk, person)
    content, shown = shelf.read_preview(desk.db, upload_id)
    file = decode_file(content)
    plan = programmes.compare(desk, file)
    if _digest(programmes.preview(desk, plan)) != shown:
        desk.toast = upload_words.how_it_stands(t, upload.state)
        show(desk, said, _offer(desk, upload, person, content, file, again=True))
        return
    quiet = how is How.QUIET
    cancel = plan.leaving if how is How.CANCEL_MISSING else ()
    programmes.apply(desk, plan, person, quiet=quiet, cancel=cancel)
    shelf.settle(desk.db, upload_id, UploadState.APPLIED, desk.now)
    show(desk, said, words.applied(t, plan, len(cancel), quiet=quiet))


def _offer(
    desk: Desk, upload: Upload, person: Person, content: str, file: ProgrammeFile, *, again: bool = False
) -> Message:
    """What is asked, or why there is nothing to ask; written down accordingly."""
    t, number, zone = tongue_of(desk, person), upload.upload_id, ZoneInfo(person.time_zone)
    plan = programmes.compare(desk, file)
    if faults := programmes.faults(desk, plan):
        shelf.settle(desk.db, number, UploadState.REFUSED, desk.now)
        return upload_words.faulty(t, upload.file_name, faults, 0)
    found = programmes.preview(desk, plan)
    if plan.empty and not plan.leaving:
        programmes.apply(desk, plan, person)  # whom the meetings are for is looked up again
        shelf.settle(desk.db, number, UploadState.APPLIED, desk.now)
        return words.nothing_to_do(t, upload.file_name, found, zone)
    shelf.keep_preview(desk.db, number, Purpose.PROGRAMME, content, _digest(found))
    return words.preview(t, number, upload.file_name, found, zone, again=again)


def _digest(found: Preview) -> str:
    """What a preview promises; if it differs at the tap, it is shown anew. Conflicts are told and not promised."""
    plan = found.plan
    promised = (
        plan.new,
        [(step.before.reference, step.differences) for step in plan.changed],
        [meeting.reference for meeting in plan.leaving],
        [(each.meeting.reference, each.at) for each in found.overwritten],
        sorted(found.unknown),
    )
    return sha256(repr(promised).encode()).hexdigest()


def send_calendar(desk: Desk, said: Said, person: Person) -> None:
    """/calendar, and the button below the programme."""
    papers.hand_out(desk, said, person, PaperKind.CALENDAR, export_words.on_its_way(tongue_of(desk, person)))


def send_workbook(desk: Desk, said: Said, person: Person) -> None:
    """/export."""
    papers.hand_out(desk, said, person, PaperKind.PROGRAMME, export_words.on_its_way(tongue_of(desk, person)))
