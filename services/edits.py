"""An edited message changes what it gave: a point, the reason of an absence, a host's name, a new wording."""

from domain.person import Person
from services import checkins, corrections, new_meetings
from services.desk import Desk, Said
from storage import given
from storage.given import What


def follow(desk: Desk, said: Said, person: Person, text: str) -> None:
    """Whose message gave something is answered; an edit of any other is no matter of ours."""
    if corrections.rewrite(desk, said, person, text):
        return
    match given.find(desk.db, said.chat_id, said.message_id):
        case (What.REASON, checkin_id):
            checkins.change_reason(desk, said, person, checkin_id, text)
        case (What.HOST, meeting_id):
            new_meetings.rename(desk, said, person, meeting_id, text)
        case (What.WORDING, entry_id):
            corrections.reword_again(desk, said, person, entry_id, text)
        case _:
            return
