"""The enrolment board: who is aboard, and what a coordinator does about those who are not."""

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from domain.letter import LetterKind
from domain.people_button import BoardAct
from domain.person import Person
from services import invitations, papers
from services.desk import Desk, Said, post, show, tell, tongue_of
from services.paper import PaperKind
from services.programme import mission_day
from storage import access_requests, audit, enrolments, people
from storage import board as shelf
from storage.enrolments import Pending
from texts import board as words
from texts import enrolment as enrolment_words

PAGE = 12
"""Teams or delegations a page."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What reminding everybody would do now."""

    remind: tuple[Pending, ...]
    """Accounts that opened their link, did not answer, and were not reminded today."""
    reminded: int
    """People who were reminded today already."""
    links: tuple[int, ...]
    """People whom the bot cannot write to."""


def show_board(desk: Desk, said: Said, person: Person, *, by_delegation: bool, page: int) -> None:
    """A page of the board, as far as it is this coordinator's business; the last one if there are not so many."""
    if not person.role.leads:
        return
    listing = shelf.list_delegations if by_delegation else shelf.list_teams
    groups = listing(desk.db, person.scope)
    pages = max(1, -(-len(groups) // PAGE))
    page = min(page, pages - 1)
    facts = words.Board(
        aboard=sum(group.aboard for group in groups),
        members=sum(group.members for group in groups),
        opened=shelf.count_opened(desk.db, person.scope, desk.now),
        unreachable=sum(person.oversees(one.team_id) for one in people.list_unreachable(desk.db)),
        ended=shelf.count_ended(desk.db, person.scope),
        lines=tuple(
            words.Line(group.name, group.team_id, group.like_person_id, group.aboard, group.members)
            for group in groups[page * PAGE : (page + 1) * PAGE]
        ),
        by_delegation=by_delegation,
        page=page,
        pages=pages,
    )
    show(desk, said, words.board(tongue_of(desk, person), facts))


def act(desk: Desk, said: Said, person: Person, what: BoardAct) -> None:
    """A button below the board."""
    if not person.role.leads:
        return
    missing = _not_aboard(desk, person)
    if not missing:
        desk.toast = words.everybody_aboard(tongue_of(desk, person))
        show_board(desk, said, person, by_delegation=False, page=0)
        return
    match what:
        case BoardAct.BADGES:
            papers.hand_out(desk, said, person, PaperKind.BADGES, words.on_its_way(tongue_of(desk, person)))
        case BoardAct.LINKS:
            papers.hand_out(desk, said, person, PaperKind.LINKS, words.on_its_way(tongue_of(desk, person)))
        case BoardAct.REMIND:
            plan = _plan(desk, missing)
            show(
                desk,
                said,
                words.ask_remind(tongue_of(desk, person), len(plan.remind), plan.reminded, len(plan.links)),
            )
        case BoardAct.REMIND_SURE:
            _remind(desk, said, person, _plan(desk, missing))


def _remind(desk: Desk, said: Said, person: Person, plan: Plan) -> None:
    written = 0
    for pending in plan.remind:
        owner = people.read(desk.db, pending.person_id)
        message = enrolment_words.reminder(tongue_of(desk, owner), owner, pending.invitation_id)
        key = f"enrolment-reminder:{pending.telegram_id}:{mission_day(desk)}"
        written += tell(desk, pending.telegram_id, message, LetterKind.REMINDER, key) is not None
        enrolments.note_reminder(desk.db, pending.telegram_id, desk.now)
    if plan.links and not shelf.awaits_paper(desk.db, said.chat_id, PaperKind.LINKS):
        post(desk, papers.letter(said.chat_id, person, PaperKind.LINKS, person_ids=plan.links))
    audit.note(desk.db, "enrolment_reminded", desk.now, person.person_id, reminded=written, links=len(plan.links))
    show(desk, said, words.reminded(tongue_of(desk, person), written, plan.reminded, len(plan.links)))


def _plan(desk: Desk, missing: dict[int, Person]) -> Plan:
    """Whoever opened his link can be written to, and keeps it; all others need a new one."""
    pending = _pending(desk, missing)
    done = shelf.list_reminded(desk.db, _day_began(desk))
    remind = tuple(one for one in pending if one.telegram_id not in done)
    waiting = {one.person_id for one in remind}
    reminded = {one.person_id for one in pending} - waiting
    return Plan(remind, len(reminded), tuple(number for number in missing if number not in waiting | reminded))


def _pending(desk: Desk, missing: dict[int, Person]) -> list[Pending]:
    """Accounts that opened the link of one of these people and may be written to."""
    return [
        one
        for one in enrolments.list_usable(desk.db, desk.now)
        if one.person_id in missing and not access_requests.is_blocked(desk.db, one.telegram_id)
    ]


def _not_aboard(desk: Desk, person: Person) -> dict[int, Person]:
    """Whom this coordinator still has to bring aboard, by id."""
    return {one.person_id: one for one in invitations.not_aboard(desk) if person.oversees(one.team_id)}


def _day_began(desk: Desk) -> datetime:
    return datetime.combine(mission_day(desk), time(), ZoneInfo(desk.mission.time_zone))
