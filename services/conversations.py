"""Where a person stands; part of the same transaction as everything else."""

from domain.message import Message
from domain.person import Person
from domain.step import Flow, Standing, Step
from services import logs
from services.desk import Desk, Said, refresh, show, tell, tongue_of
from storage import conversations
from texts import answers


def standing(desk: Desk, said: Said) -> Standing | None:
    """The question that is open for this person in this chat."""
    return conversations.read(desk.db, said.chat_id, said.user_id)


def stand(desk: Desk, said: Said, flow: Flow, step: Step, subject: int) -> None:
    """This question is open now, about this subject."""
    conversations.write(desk.db, said.chat_id, said.user_id, Standing(flow, step, subject), desk.now)


def end(desk: Desk, said: Said) -> None:
    """No question is open."""
    conversations.end(desk.db, said.chat_id, said.user_id)


def cancel(desk: Desk, said: Said, person: Person) -> None:
    """/cancel: leaves the question, keeps what was given."""
    t = tongue_of(desk, person)
    open_question = standing(desk, said)
    if open_question is None:
        show(desk, said, answers.nothing_to_cancel(t))
        return
    end(desk, said)
    about_meeting = open_question.subject if open_question.flow in {Flow.CHECKIN, Flow.LOG} else None
    points = logs.count_draft(desk, person, about_meeting) if about_meeting else 0
    show(desk, said, answers.cancelled(t, draft_points=points))


def tell_aside(desk: Desk, said: Said, message: Message) -> None:
    """What an old message led to: in the panel's place, unless that is a question which is open."""
    if standing(desk, said) is None:
        refresh(desk, said.chat_id, message)
    else:
        tell(desk, said.chat_id, message)


def not_understood(desk: Desk, said: Said, person: Person) -> None:
    """A text or command that leads nowhere."""
    show(desk, said, answers.not_understood(tongue_of(desk, person)), stays=True)


def bad_date(desk: Desk, said: Said, person: Person, given: str) -> None:
    """A command's date that is none."""
    show(desk, said, answers.bad_date(tongue_of(desk, person), given))


def old_button(desk: Desk, person: Person) -> None:
    """A button that no longer means anything."""
    desk.toast = answers.old_button(tongue_of(desk, person))


def button_in_group(desk: Desk, person: Person) -> None:
    """A button under a message that was carried into a group."""
    desk.toast = answers.button_in_group(tongue_of(desk, person))
