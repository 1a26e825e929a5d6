"""Checking in: arrived, on the way, cannot attend, left; and the optional word after it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.attendance import (
    ETA_MINUTES,
    Question,
    can_undo,
    is_far,
    is_too_early,
    is_too_late,
    question_of,
)
from domain.button import Presence
from domain.checkin import CheckInFact
from domain.meeting import Meeting
from domain.message import Message
from domain.person import Person
from domain.place import metres_between
from domain.step import CheckinStep, Flow
from services import absences, conversations, logs, programme
from services.desk import Desk, Said, refresh, show, tell, tongue_of
from services.logs import Given
from storage import checkins, given, meetings
from storage.given import What
from texts import answers
from texts import checkins as words

LOCATION_WINDOW = timedelta(hours=3)
"""A location sent this long after an arrival still belongs to it."""
CLOCKS_DIFFER = timedelta(minutes=1)
"""A location is dated in whole seconds by Telegram's clock, an arrival by ours."""
_STEPS = {
    Question.PLACE: CheckinStep.PLACE,
    Question.FAR: CheckinStep.PLACE,
    Question.REASON: CheckinStep.REASON,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Degrees (WGS 84); accuracy in metres, if the phone told it."""

    latitude: float
    longitude: float
    accuracy_m: float | None = None

    @property
    def row(self) -> tuple[float, float, float | None]:
        """As the shelves take it."""
        return self.latitude, self.longitude, self.accuracy_m


def record(
    desk: Desk, said: Said, person: Person, meeting_id: int, presence: Presence, *, sure: bool = False
) -> CheckinStep | None:
    """Store what the person says of himself: complete with this one act. The optional question that follows.

    The same word again changes nothing; another word is a new fact, the old one stays. An arrival hours before the
    start or long after the end is asked about first, unless he is `sure`.
    """
    t = tongue_of(desk, person)
    meeting = programme.find(desk, person, meeting_id)
    if meeting is None:
        programme.refuse(desk, said, person)
        return None
    if presence is Presence.TAKEN_BACK:
        _show_card(desk, said, person, meeting, answers.old_button(t))
        return None
    if meeting.cancelled:
        _show_card(desk, said, person, meeting, words.cancelled_meeting(t, meeting))
        return None
    last = checkins.find_latest(desk.db, meeting_id, person.person_id)
    if last is not None and last.presence is presence and last.said_by == person.person_id:
        return _stored(desk, said, person, meeting, last)
    doubt = _doubt(desk, said, person, meeting) if presence is Presence.ARRIVED and not sure else None
    if doubt is not None:
        show(desk, said, doubt)
        return None
    return _stored(desk, said, person, meeting, say(desk, person, meeting, presence, said.at))


def _stored(desk: Desk, said: Said, person: Person, meeting: Meeting, fact: CheckInFact) -> CheckinStep | None:
    """The receipt; and the toast says it too, for no send budget counts it: it comes at once even in a rush."""
    desk.toast = words.stored(tongue_of(desk, person), meeting, fact)
    return show_receipt(desk, said, person, meeting, fact)


def say(
    desk: Desk, person: Person, meeting: Meeting, presence: Presence, said_at: datetime, said_by: int | None = None
) -> CheckInFact:
    """A new fact about the person, said by himself or by a leader; whom it concerns is told."""
    before = checkins.find_latest(desk.db, meeting.meeting_id, person.person_id)
    fact_id = checkins.add(desk.db, meeting.meeting_id, person.person_id, presence, said_at, desk.now, said_by)
    fact = read(desk, fact_id)
    if before is not None and before.presence is Presence.CANNOT_ATTEND:
        absences.withdraw(desk, meeting, before)
    if presence is Presence.CANNOT_ATTEND:
        absences.announce(desk, person, meeting, fact)
    return fact


def read(desk: Desk, checkin_id: int) -> CheckInFact:
    """The word with this id; LookupError if it is not there or was taken back."""
    fact = checkins.find(desk.db, checkin_id)
    if fact is None:
        raise LookupError(f"there is no check-in {checkin_id}")
    return fact


def show_receipt(
    desk: Desk, said: Said, person: Person, meeting: Meeting, fact: CheckInFact, *, asks: bool = True
) -> CheckinStep | None:
    """What is stored; the question that is open with it."""
    show(desk, said, receipt(desk, person, meeting, fact, asks=asks))
    return step_after(fact) if asks else None


def receipt(desk: Desk, person: Person, meeting: Meeting, fact: CheckInFact, *, asks: bool) -> Message:
    """What is stored, in the person's language."""
    own = fact.said_by == person.person_id
    return words.receipt(tongue_of(desk, person), meeting, fact, asks=asks, undo=own and can_undo(fact, desk.now))


def step_after(fact: CheckInFact) -> CheckinStep | None:
    """Where one stands while the question of this word is open."""
    question = question_of(fact)
    return _STEPS.get(question) if question else None


def skip(desk: Desk, said: Said, person: Person, meeting_id: int) -> None:
    """Nothing to add: the receipt without the question."""
    meeting = programme.find(desk, person, meeting_id)
    fact = checkins.find_latest(desk.db, meeting_id, person.person_id) if meeting else None
    if meeting is None:
        programme.refuse(desk, said, person)
    elif fact is None:
        _show_card(desk, said, person, meeting, answers.old_button(tongue_of(desk, person)))
    else:
        show_receipt(desk, said, person, meeting, fact, asks=False)


def undo(desk: Desk, said: Said, person: Person, checkin_id: int) -> bool:
    """Take one's own word back, if it is not too late; False if it is nothing of his."""
    t = tongue_of(desk, person)
    known = checkins.find_author_and_meeting(desk.db, checkin_id)
    meeting = programme.find(desk, person, known[1]) if known and known[0] == person.person_id else None
    if meeting is None:
        conversations.old_button(desk, person)
        programme.show_day(desk, said, person, None)
        return False
    fact = checkins.find(desk.db, checkin_id)
    if fact is None:
        note = words.taken_back(t)
    elif not can_undo(fact, desk.now):
        note = words.too_late_to_undo(t)
    else:
        take_back(desk, person.person_id, meeting, fact, said.at)
        note = words.taken_back(t)
    _show_card(desk, said, person, meeting, note)
    return True


def take_back(desk: Desk, said_by: int, meeting: Meeting, fact: CheckInFact, said_at: datetime) -> None:
    """The word does not count any more; who was told of it is told."""
    checkins.take_back(desk.db, fact, said_by, said_at, desk.now)
    if fact.presence is Presence.CANNOT_ATTEND:
        absences.withdraw(desk, meeting, fact)


def set_eta(desk: Desk, said: Said, person: Person, meeting_id: int, minutes: int) -> None:
    """On my way, there in so many minutes."""
    meeting = programme.find(desk, person, meeting_id)
    if meeting is None:
        programme.refuse(desk, said, person)
        return
    fact = checkins.find_latest(desk.db, meeting_id, person.person_id)
    if fact is None or fact.presence is not Presence.ON_MY_WAY or minutes not in ETA_MINUTES or meeting.cancelled:
        _show_card(desk, said, person, meeting, answers.old_button(tongue_of(desk, person)))
        return
    checkins.set_eta(desk.db, fact.checkin_id, desk.now + timedelta(minutes=minutes))
    show_receipt(desk, said, person, meeting, read(desk, fact.checkin_id), asks=False)


def add_reason(desk: Desk, said: Said, person: Person, meeting_id: int, reason: str) -> None:
    """Why he cannot attend; if he says something else by now, the words are kept for the log."""
    meeting = programme.find(desk, person, meeting_id)
    fact = checkins.find_latest(desk.db, meeting_id, person.person_id) if meeting else None
    if meeting is None or fact is None or fact.presence is not Presence.CANNOT_ATTEND:
        keep_words(desk, said, person, meeting_id, reason)
        return
    checkins.add_reason(desk.db, fact.checkin_id, reason)
    given.note(desk.db, said.chat_id, said.message_id, What.REASON, fact.checkin_id)
    fact = read(desk, fact.checkin_id)
    absences.give_reason(desk, person, meeting, fact)
    show_receipt(desk, said, person, meeting, fact, asks=False)


def change_reason(desk: Desk, said: Said, person: Person, checkin_id: int, reason: str) -> None:
    """The message that told why has other words now; whom it concerns is told, if the word still stands."""
    fact = checkins.find(desk.db, checkin_id)
    meeting = meetings.find(desk.db, fact.meeting_id) if fact else None
    if fact is None or meeting is None or fact.person_id != person.person_id or not reason.strip():
        return
    checkins.set_reason(desk.db, checkin_id, reason.strip())
    fact = read(desk, checkin_id)
    if checkins.find_latest(desk.db, fact.meeting_id, fact.person_id) == fact:
        absences.give_reason(desk, person, meeting, fact)
    conversations.tell_aside(desk, said, receipt(desk, person, meeting, fact, asks=False))


def keep_words(desk: Desk, said: Said, person: Person, meeting_id: int, text: str) -> None:
    """Words came where something else was awaited: they are kept as a point of the draft, the question stays."""
    meeting = programme.find(desk, person, meeting_id)
    fact = checkins.find_latest(desk.db, meeting_id, person.person_id) if meeting else None
    if meeting is None or fact is None:
        if not logs.keep_stray(desk, said, person, Given(text)):
            conversations.not_understood(desk, said, person)
        return
    logs.keep_point(desk, said, person, meeting, text)
    shown = receipt(desk, person, meeting, fact, asks=True)
    names = logs.names_to_begin_with(desk, person, meeting)
    show(desk, said, words.not_an_answer(tongue_of(desk, person), shown, names))


def keep_else(desk: Desk, said: Said, person: Person, meeting_id: int, given: Given | None, step: CheckinStep) -> None:
    """A photo, a voice message, a contact, a die where a place or a reason was awaited: the question stays."""
    if given is not None and logs.keep_stray(desk, said, person, given):
        return
    meeting = programme.find(desk, person, meeting_id)
    fact = checkins.find_latest(desk.db, meeting_id, person.person_id) if meeting else None
    if meeting is None or fact is None:
        conversations.not_understood(desk, said, person)
        return
    shown = receipt(desk, person, meeting, fact, asks=True)
    refusal = words.cannot_use(tongue_of(desk, person), shown, place=step is CheckinStep.PLACE)
    show(desk, said, refusal, stays=True)


def open_arrival(desk: Desk, person: Person, said_at: datetime, meeting_id: int | None) -> CheckInFact | None:
    """The word to which a place of this moment belongs: the one that asks for it, else an arrival without a place.

    None if that meeting ended between the word and the place: he may be at the next one by now.
    """
    fact = checkins.find_latest(desk.db, meeting_id, person.person_id) if meeting_id is not None else None
    if fact is None or fact.said_at > said_at + CLOCKS_DIFFER:
        since = said_at - LOCATION_WINDOW
        fact = checkins.find_latest_arrival(desk.db, person.person_id, since, said_at + CLOCKS_DIFFER)
        if fact is not None and fact.located:
            return None
    if fact is None:
        return None
    meeting = meetings.find(desk.db, fact.meeting_id)
    ended = meeting.ends_at if meeting else None
    return None if ended is not None and fact.said_at <= ended < said_at else fact


def add_place(desk: Desk, said: Said, person: Person, fact: CheckInFact, place: Place) -> CheckinStep | None:
    """Store where he was when he said this; the question that is open afterwards.

    The receipt is edited where it stands. Who is writing a log keeps it before his eyes, and is told apart.
    """
    meeting = programme.find(desk, person, fact.meeting_id)
    if meeting is None:
        programme.refuse(desk, said, person)
        return None
    store_place(desk, meeting, fact, place, said.at)
    fact = read(desk, fact.checkin_id)
    standing = conversations.standing(desk, said)
    if standing is not None and standing.flow != Flow.CHECKIN:
        tell(desk, said.chat_id, words.place_kept(tongue_of(desk, person), meeting, fact))
        return None
    refresh(desk, said.chat_id, receipt(desk, person, meeting, fact, asks=True))
    return step_after(fact)


def store_place(desk: Desk, meeting: Meeting, fact: CheckInFact, place: Place, said_at: datetime) -> None:
    """Where he was, and how far from the venue."""
    checkins.add_place(desk.db, fact.checkin_id, place.row, distance_to(meeting, place), said_at)


def move_place(desk: Desk, said: Said, person: Person, sent_at: datetime, place: Place) -> bool:
    """A live location moved. It counts only for the word that has its place from this very message, and only nearer.

    `sent_at` is when the message was first sent. True if the question whether he is that far is settled by it.
    """
    fact = checkins.find_located(desk.db, person.person_id, sent_at)
    meeting = programme.find(desk, person, fact.meeting_id) if fact else None
    if fact is None or meeting is None or fact.distance_m is None:
        return False
    distance = distance_to(meeting, place)
    if distance is None or distance >= fact.distance_m:
        return False
    store_place(desk, meeting, fact, place, sent_at)
    standing = conversations.standing(desk, said)
    asked = standing is not None and standing.flow == Flow.CHECKIN and standing.subject == meeting.meeting_id
    if not asked or is_far(distance, place.accuracy_m) or not is_far(fact.distance_m, fact.accuracy_m):
        return False
    refresh(desk, said.chat_id, receipt(desk, person, meeting, read(desk, fact.checkin_id), asks=True))
    return True


def distance_to(meeting: Meeting, place: Place) -> int | None:
    """Metres from the venue; None if nobody knows where it is."""
    if meeting.latitude is None or meeting.longitude is None:
        return None
    return metres_between(meeting.latitude, meeting.longitude, place.latitude, place.longitude)


def _doubt(desk: Desk, said: Said, person: Person, meeting: Meeting) -> Message | None:
    t = tongue_of(desk, person)
    if is_too_early(meeting, said.at):
        return words.too_early(t, meeting, said.at)
    return words.too_late(t, meeting) if is_too_late(meeting, said.at) else None


def _show_card(desk: Desk, said: Said, person: Person, meeting: Meeting, note: str) -> None:
    desk.toast = note
    programme.show_meeting(desk, said, person, meeting.meeting_id)
