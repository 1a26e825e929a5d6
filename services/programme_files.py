"""The programme as files in the chat: those that are handed out."""

from domain.person import Person
from services import papers
from services.desk import Desk, Said, tongue_of
from services.paper import PaperKind
from texts import exports as export_words


def send_calendar(desk: Desk, said: Said, person: Person) -> None:
    """/calendar, and the button below the programme."""
    papers.hand_out(desk, said, person, PaperKind.CALENDAR, export_words.on_its_way(tongue_of(desk, person)))


def send_workbook(desk: Desk, said: Said, person: Person) -> None:
    """/export."""
    papers.hand_out(desk, said, person, PaperKind.PROGRAMME, export_words.on_its_way(tongue_of(desk, person)))
