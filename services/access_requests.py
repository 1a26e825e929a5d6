"""Strangers who ask to be let in, and what coordinators decide."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.faults import tidy
from domain.letter import LetterKind
from domain.people_button import Decision
from domain.person import Person
from domain.step import EnrolmentStep, Flow, RequestStep
from services import conversations, enrolment
from services.desk import Desk, Said, show, tell, tell_leads, tongue_of
from storage import access_requests as shelf
from storage import accounts, audit, enrolments, invitations, people
from storage.access_requests import AccessRequest
from texts import access_requests as words
from texts import answers
from texts.access_requests import NameFault

SHORTEST_NAME, LONGEST_NAME = 2, 100
"""Characters, after tidying."""
MOST_TIMES = 3
"""How often an account may ask in all."""
PAUSE = timedelta(hours=24)
"""After a refusal."""
MOST_ALERTS = 20
"""Requests in ALERTS_WITHIN of which coordinators are told one by one."""
ALERTS_WITHIN = timedelta(hours=1)
MOST_SHOWN = 8
_MOST_WORDS = 6
_LINK = re.compile(r"://|\bwww\.|\bt\.me\b|@|\w\.(?:com|net|org|info|biz|io|me|ru|kz|ly|app|xyz)\b", re.IGNORECASE)


def ask(desk: Desk, said: Said) -> None:
    """[Request access]: his name is asked, if he may ask."""
    t = desk.tongues.of(said.language_code)
    request = shelf.find_of_account(desk.db, said.user_id)
    if request is not None and request.state == "open":
        _please_wait(desk, said, request)
    elif request is not None and request.state == "refused" and request.times >= MOST_TIMES:
        show(desk, said, words.ask_no_more(t))
    elif request is not None and request.state == "refused" and desk.now < _pause_ends(desk, request):
        show(desk, said, words.ask_later(t, _pause_ends(desk, request), ZoneInfo(desk.mission.time_zone)))
    else:
        conversations.stand(desk, said, Flow.REQUEST, RequestStep.NAME, 0)
        show(desk, said, words.ask_name(t))


def hear(desk: Desk, said: Said, text: str | None, username: str, *, has_link: bool) -> bool:
    """Whatever else a stranger says; False if he neither waits for an answer nor was asked for his name.

    `text` is None for what is no text; `has_link`: Telegram itself sees a link or an address in it.
    """
    request = shelf.find_of_account(desk.db, said.user_id)
    if request is not None and request.state == "open":
        _please_wait(desk, said, request)
        return True
    standing = conversations.standing(desk, said)
    if standing is None or standing.flow != Flow.REQUEST:
        return False
    t = desk.tongues.of(said.language_code)
    if text is not None and text.partition(" ")[0].partition("@")[0] == "/cancel":
        conversations.end(desk, said)
        show(desk, said, words.left(t))
        return True
    name = tidy(text or "")
    fault = _fault(text, name, has_link=has_link)
    if said.tapped:
        show(desk, said, words.ask_name(t))
    elif fault is not None:
        show(desk, said, words.ask_name(t, fault))
    else:
        _submit(desk, said, name, username)
    return True


def decide(desk: Desk, said: Said, person: Person, request_id: int, decision: Decision) -> bool:
    """A coordinator looks, searches, refuses or blocks; True if he is asked for a name to search from now on."""
    request = _undecided(desk, said, person, request_id)
    if request is None:
        return False
    t = tongue_of(desk, person)
    match decision:
        case Decision.SEARCH:
            _who_is_it(desk, said, person, request)
            return True
        case Decision.SHOW:
            show(desk, said, words.request(t, request_id, request.name, request.username, request.language))
        case Decision.REFUSE:
            _close(desk, person, request, "refused")
            theirs = desk.tongues.of(request.language)
            tell(desk, request.telegram_id, words.refused(theirs), LetterKind.NOTICE)
            show_decided(desk, said, person, request_id)
        case Decision.BLOCK:
            _close(desk, person, request, "blocked")
            show_decided(desk, said, person, request_id)
    return False


def search(desk: Desk, said: Said, person: Person, request_id: int, text: str) -> bool:
    """A name that the coordinator typed; False if there is nothing to search for any more."""
    if not person.sees_all:
        show(desk, said, answers.not_for_your_role(tongue_of(desk, person)))
        return False
    request = _undecided(desk, said, person, request_id)
    if request is None:
        return False
    _who_is_it(desk, said, person, request, typed=tidy(text))
    return True


def bind(desk: Desk, said: Said, person: Person, request_id: int, chosen_id: int) -> bool:
    """The account speaks for this person from now on; True if the coordinator is to choose somebody else."""
    request = _undecided(desk, said, person, request_id)
    if request is None:
        return False
    chosen = people.find(desk.db, chosen_id)
    if chosen is None:
        desk.toast = answers.old_button(tongue_of(desk, person))
        return False
    if not chosen.active or chosen.chat_id is not None:
        _who_is_it(desk, said, person, request, taken=chosen.name)
        return True
    accounts.bind(desk.db, request.telegram_id, chosen_id, request.username, desk.now)
    invitations.revoke(desk.db, chosen_id, desk.now)
    enrolments.end(desk.db, request.telegram_id)
    _close(desk, person, request, "bound", chosen_id)
    show_decided(desk, said, person, request_id)
    _welcome(desk, request, people.read(desk.db, chosen_id))
    return False


def show_decided(desk: Desk, said: Said, person: Person, request_id: int) -> None:
    """What became of a request, and the way to the next one."""
    request = shelf.find(desk.db, request_id)
    if request is None or request.decided_at is None:
        return
    decider = people.find(desk.db, request.decided_by) if request.decided_by else None
    waiting = shelf.find_oldest_open(desk.db)
    message = words.decided(
        tongue_of(desk, person),
        request.state,
        request.name,
        request.decided_at,
        ZoneInfo(person.time_zone),
        by=decider.name if decider else "",
        person=accounts.find_person(desk.db, request.telegram_id),
        next_id=waiting.request_id if waiting else 0,
    )
    show(desk, said, message)


def _fault(text: str | None, name: str, *, has_link: bool) -> NameFault | None:
    fault = None
    if text is None:
        fault = NameFault.NOT_TEXT
    elif name.startswith("/"):
        fault = NameFault.COMMAND
    elif has_link or _LINK.search(name):
        fault = NameFault.LINK
    elif len(name) < SHORTEST_NAME or not any(c.isalpha() for c in name):
        fault = NameFault.TOO_SHORT
    elif len(name) > LONGEST_NAME:
        fault = NameFault.TOO_LONG
    return fault


def _submit(desk: Desk, said: Said, name: str, username: str) -> None:
    request = shelf.ask(desk.db, said.user_id, name, username, said.language_code or "", desk.now)
    conversations.end(desk, said)
    show(desk, said, words.asked(desk.tongues.of(said.language_code), name))
    if shelf.count_asked_since(desk.db, desk.now - ALERTS_WITHIN) <= MOST_ALERTS:
        key = f"request:{request.request_id}:{desk.now.isoformat()}"
        tell_leads(desk, lambda t: words.request(t, request.request_id, name, username, request.language), key)
        return
    oldest = shelf.find_oldest_open(desk.db) or request
    count = shelf.count_open(desk.db)
    tell_leads(desk, lambda t: words.more_wait(t, count, oldest.request_id), f"requests:{desk.now:%Y-%m-%dT%H}")


def _please_wait(desk: Desk, said: Said, request: AccessRequest) -> None:
    zone = ZoneInfo(desk.mission.time_zone)
    show(desk, said, words.please_wait(desk.tongues.of(said.language_code), request.asked_at, zone))


def _pause_ends(desk: Desk, request: AccessRequest) -> datetime:
    return (request.decided_at or desk.now) + PAUSE


def _undecided(desk: Desk, said: Said, person: Person, request_id: int) -> AccessRequest | None:
    """The open request; if he may not know of it or it is decided, he is told so instead."""
    request = shelf.find(desk.db, request_id) if person.sees_all else None
    if request is None:
        desk.toast = answers.old_button(tongue_of(desk, person))
    elif request.state != "open":
        show_decided(desk, said, person, request_id)
        return None
    return request


def _close(desk: Desk, person: Person, request: AccessRequest, state: str, chosen_id: int | None = None) -> None:
    shelf.decide(desk.db, request.request_id, state, person.person_id, desk.now)
    act = {"bound": "access_granted", "refused": "access_refused", "blocked": "access_blocked"}[state]
    detail = {"request": request.request_id} | ({"person": chosen_id} if chosen_id else {})
    audit.note(desk.db, act, desk.now, person.person_id, **detail)


def _who_is_it(
    desk: Desk, said: Said, person: Person, request: AccessRequest, *, typed: str = "", taken: str = ""
) -> None:
    """Likely people, the likeliest kind only: whoever has every word of the name, else most of them."""
    found = shelf.list_candidates(desk.db, _words(typed or request.name), MOST_SHOWN + 1)
    message = words.who_is_it(
        tongue_of(desk, person),
        request.request_id,
        request.name,
        found[:MOST_SHOWN],
        typed=typed,
        taken=taken,
        more=len(found) > MOST_SHOWN,
    )
    show(desk, said, message)


def _words(text: str) -> list[str]:
    """What to look for: initials and dots find everybody."""
    every = [word for word in (part.strip(".,;()\"'«»") for part in text.split()) if word]
    return ([word for word in every if len(word) > 1] or every)[:_MOST_WORDS]


def _welcome(desk: Desk, request: AccessRequest, person: Person) -> None:
    """His phone goes on where a link would have brought it."""
    his = Said(
        request.telegram_id, request.telegram_id, message_id=0, at=desk.now, language_code=request.language or None
    )
    t = desk.tongues.of(request.language, person.language)
    tell(desk, request.telegram_id, words.granted(t, person))
    enrolment.come_aboard(desk, his, person, t)
    conversations.stand(desk, his, Flow.ENROLMENT, EnrolmentStep.LANGUAGE, 0)
