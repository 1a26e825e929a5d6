"""Checking in: arrived, on the way, cannot attend; and the optional word after it."""

from dataclasses import dataclass
from datetime import timedelta

from domain.button import Presence
from domain.checkin import CheckInFact
from domain.meeting import Meeting
from domain.person import Person
from domain.place import metres_between
from domain.step import CheckinStep
from services import logs, programme
from services.desk import Desk, Said, refresh, show, tell, tongue_of
from storage import checkins
from texts import checkins as words

LOCATION_WINDOW = timedelta(hours=3)
"""A location sent this long after an arrival still belongs to it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Degrees (WGS 84); accuracy in metres, if the phone told it."""

    latitude: float
    longitude: float
    accuracy_m: float | None = None


def record(desk: Desk, said: Said, person: Person, meeting_id: int, presence: Presence) -> CheckinStep | None:
    """Store what the person says of himself: complete with this one act. The optional question that follows.

    The same word again changes nothing; another word is a new fact, the old one stays.
    """
    t = tongue_of(desk, person)
    meeting = programme.find(desk, person, meeting_id)
    if meeting is None:
        programme.refuse(desk, said, person)
        return None
    if meeting.cancelled:
        desk.toast = words.cancelled_meeting(t, meeting)
        programme.show_meeting(desk, said, person, meeting_id)
        return None
    fact = checkins.find_latest(desk.db, meeting_id, person.person_id)
    if fact is None or fact.presence is not presence:
        checkins.add(desk.db, meeting_id, person.person_id, presence, said.at, desk.now)
        fact = _latest(desk, meeting, person)
    asks = not (fact.located or fact.reason)
    show(desk, said, words.receipt(t, meeting, fact, asks=asks))
    if not asks:
        return None
    return CheckinStep.REASON if presence is Presence.CANNOT_ATTEND else CheckinStep.PLACE


def skip(desk: Desk, said: Said, person: Person, meeting_id: int) -> None:
    """Nothing to add: the receipt without the question."""
    meeting = programme.find(desk, person, meeting_id)
    fact = checkins.find_latest(desk.db, meeting_id, person.person_id) if meeting else None
    if meeting is None or fact is None:
        programme.show_day(desk, said, person, None)
        return
    show(desk, said, words.receipt(tongue_of(desk, person), meeting, fact, asks=False))


def add_place(desk: Desk, said: Said, person: Person, place: Place, meeting_id: int | None) -> bool:
    """A location: it belongs to the check-in that asks for it, else to the last arrival. False if to none."""
    fact = (
        checkins.find_latest(desk.db, meeting_id, person.person_id)
        if meeting_id is not None
        else checkins.find_latest_arrival(desk.db, person.person_id, said.at - LOCATION_WINDOW)
    )
    meeting = programme.find(desk, person, fact.meeting_id) if fact else None
    if fact is None or meeting is None:
        return _place_first(desk, said, person)
    distance = _distance(meeting, place)
    checkins.add_place(desk.db, fact.checkin_id, (place.latitude, place.longitude, place.accuracy_m), distance, said.at)
    refresh(
        desk, said.chat_id, words.receipt(tongue_of(desk, person), meeting, _latest(desk, meeting, person), asks=False)
    )
    return True


def add_reason(desk: Desk, said: Said, person: Person, meeting_id: int, reason: str) -> None:
    """Why he cannot attend."""
    meeting = programme.find(desk, person, meeting_id)
    fact = checkins.find_latest(desk.db, meeting_id, person.person_id) if meeting else None
    if meeting is None or fact is None:
        programme.show_day(desk, said, person, None)
        return
    checkins.add_reason(desk.db, fact.checkin_id, reason)
    show(desk, said, words.receipt(tongue_of(desk, person), meeting, _latest(desk, meeting, person), asks=False))


def keep_words(desk: Desk, said: Said, person: Person, meeting_id: int, text: str) -> None:
    """Words came where a location was awaited: they are kept as a point of the draft, the question stays."""
    meeting = programme.find(desk, person, meeting_id)
    if meeting is None:
        programme.show_day(desk, said, person, None)
        return
    logs.keep_point(desk, said, person, meeting, text)
    fact = checkins.find_latest(desk.db, meeting_id, person.person_id)
    if fact is not None:
        show(desk, said, words.not_a_place(tongue_of(desk, person), meeting, fact))


def _place_first(desk: Desk, said: Said, person: Person) -> bool:
    """A location before any check-in: the likely meeting's card is one tap away."""
    meeting = programme.current(desk, person, said.at)
    if meeting is not None:
        programme.show_meeting(desk, said, person, meeting.meeting_id)
    else:
        tell(desk, said.chat_id, words.place_without_meeting(tongue_of(desk, person)))
    return False


def _latest(desk: Desk, meeting: Meeting, person: Person) -> CheckInFact:
    fact = checkins.find_latest(desk.db, meeting.meeting_id, person.person_id)
    if fact is None:
        raise LookupError("a check-in that was just stored is not there")
    return fact


def _distance(meeting: Meeting, place: Place) -> int | None:
    if meeting.latitude is None or meeting.longitude is None:
        return None
    return metres_between(meeting.latitude, meeting.longitude, place.latitude, place.longitude)
