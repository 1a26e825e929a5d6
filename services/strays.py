"""A place out of the blue: whose check-in is it?"""

from domain.attendance import TOO_EARLY, likeliest
from domain.button import Presence
from domain.checkin import CheckInFact
from domain.meeting import Meeting
from domain.person import Person
from domain.step import CheckinStep
from services import checkins, conversations, programme
from services.checkins import Place
from services.desk import Desk, Said, show, tell, tongue_of
from storage import checkins as facts
from storage import strays
from storage.strays import Stray
from texts import checkins as checkin_words
from texts import strays as words

MOST_OFFERED = 2


def ask(desk: Desk, said: Said, person: Person, place: Place) -> None:
    """One question about the likeliest meeting; the place waits for the answer."""
    t = tongue_of(desk, person)
    likely = _likely(desk, person, said, place)[:MOST_OFFERED]
    if not likely:
        tell(desk, said.chat_id, words.belongs_to_none(t))
        return
    stray_id = strays.add(desk.db, person.person_id, likely[0].meeting_id, place.row, said.at)
    offered = [(meeting, checkins.distance_to(meeting, place)) for meeting in likely]
    tell(desk, said.chat_id, words.is_this_yours(t, stray_id, offered))


def claim(desk: Desk, said: Said, person: Person, stray_id: int, meeting_id: int) -> CheckinStep | None:
    """It is the check-in to this meeting (0: to none): he arrived there when he sent the place."""
    t = tongue_of(desk, person)
    stray = strays.find(desk.db, stray_id, person.person_id)
    if stray is None:
        conversations.old_button(desk, person)
        programme.show_day(desk, said, person, None)
        return None
    if stray.settled or stray.place is None:
        conversations.old_button(desk, person)
        _show_card(desk, said, person, meeting_id or stray.meeting_id)
        return None
    if meeting_id == 0:
        strays.settle(desk.db, stray_id, desk.now)
        show(desk, said, words.not_a_checkin(t))
        return None
    meeting = programme.find(desk, person, meeting_id)
    if meeting is None or meeting.cancelled:
        if meeting is not None:
            desk.toast = checkin_words.cancelled_meeting(t, meeting)
        _show_card(desk, said, person, meeting_id)
        return None
    fact = _arrival(desk, person, meeting, stray)
    checkins.store_place(desk, meeting, fact, Place(*stray.place), stray.said_at)
    strays.settle(desk.db, stray_id, desk.now)
    return checkins.show_receipt(desk, said, person, meeting, checkins.read(desk, fact.checkin_id))


def _arrival(desk: Desk, person: Person, meeting: Meeting, stray: Stray) -> CheckInFact:
    """The arrival that he has told already, or a new one at the moment of the place."""
    last = facts.find_latest(desk.db, meeting.meeting_id, person.person_id)
    if last is not None and last.presence is Presence.ARRIVED and last.said_at <= stray.said_at:
        return last
    return checkins.say(desk, person, meeting, Presence.ARRIVED, stray.said_at)


def _likely(desk: Desk, person: Person, said: Said, place: Place) -> list[Meeting]:
    """His meetings that are on or near at that hour."""
    near = [
        meeting
        for meeting in programme.candidates(desk, person, said.at)
        if meeting.starts_at - TOO_EARLY <= said.at <= (meeting.ends_at or meeting.starts_at) + programme.STALE
    ]
    distances = {m.meeting_id: metres for m in near if (metres := checkins.distance_to(m, place)) is not None}
    return likeliest(near, said.at, distances)


def _show_card(desk: Desk, said: Said, person: Person, meeting_id: int) -> None:
    if programme.find(desk, person, meeting_id) is None:
        programme.show_day(desk, said, person, None)
    else:
        programme.show_meeting(desk, said, person, meeting_id)
