"""The overdue ladder: nobody stays unaccounted for. Every tick asks the facts, so that no restart loses a step.

What an alarm is and when it climbs is in `domain/alarm.py`. Whoever was told of an alarm is told of its end, and the
messages that told of it are edited where they stand.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from domain.alarm import (
    LOOKS_BACK,
    SIGN_BEFORE,
    Alarm,
    Outcome,
    Overdue,
    Rung,
    Span,
    came_too_late,
    counts_from,
    first_rung,
    is_alive,
    listened,
    next_climb,
    next_rung,
)
from domain.duty_button import How
from domain.fault import Task
from domain.letter import Letter, LetterKind
from domain.meeting import Meeting
from domain.message import Message
from domain.missing import Missing
from domain.person import Person, Role
from domain.quiet import quiet_until
from domain.step import AlarmStep
from services import programme
from services.desk import Desk, Said, leads_of, post, reached_of, show, tell, tongue_of
from services.faults import apart
from storage import alarms, audit, checkins, hearing, inbox, meetings, outbox, panels, people, teams
from storage.alarms import AlarmLetter
from texts import alarms as words

MOST_CHARACTERS = 1000
"""Of what is typed about how somebody is accounted for."""


def queue_steps(desk: Desk) -> int:
    """Whatever the ladder owes by now: closes, climbs, begins; how many letters were written.

    While the bot cannot hear, or has not yet looked at all it heard, nobody is alarmed.
    """
    if not desk.mission.ladder.on or hearing.is_deaf(desk.db) or inbox.has_open(desk.db):
        return 0
    deaf = hearing.list_deaf(desk.db, desk.now - LOOKS_BACK)
    return _make_up(desk) + _review(desk, deaf) + _begin(desk, deaf)


def list_coming(desk: Desk, until: datetime) -> list[tuple[Rung, datetime, int, int]]:
    """What the ladder will owe if nobody gives a sign: (rung, moment, person, meeting).

    Of meetings that begin until then as well; nothing while the bot cannot hear.
    """
    ladder = desk.mission.ladder
    if not ladder.on or hearing.is_deaf(desk.db):
        return []
    deaf = hearing.list_deaf(desk.db, desk.now - LOOKS_BACK)
    found = []
    for alarm in alarms.list_open(desk.db):
        climb = next_climb(ladder, alarm, desk.now, deaf)
        if climb is not None:
            found.append((*climb, alarm.person_id, alarm.meeting_id))
    placed: dict[int, tuple[Meeting | None, datetime | None]] = {}
    for one in alarms.list_quiet(desk.db, until + ladder.ask, ladder.ask, LOOKS_BACK, SIGN_BEFORE):
        since = _since(desk, one, *_placed(desk, placed, one.meeting_id))
        if since is None or desk.now - since > ladder.unaccounted:
            continue
        left = ladder.ask - listened(since, desk.now, deaf) if since < desk.now else since - desk.now + ladder.ask
        found.append((Rung.ASKED, desk.now + max(left, timedelta()), one.person_id, one.meeting_id))
    return found


def list_missing(desk: Desk) -> list[Missing]:
    """Whoever is looked for, the longest first."""
    return _missing(desk, alarms.list_open(desk.db))


def unaccounted(found: Iterable[Missing], viewer: Person) -> tuple[Missing, ...]:
    """Those of them who are unaccounted for and this coordinator's business."""
    return tuple(one for one in found if one.alarm.rung is Rung.UNACCOUNTED and viewer.oversees(one.person.team_id))


def answer(desk: Desk, said: Said, person: Person, alarm_id: int) -> None:
    """[I am all right]: that he tapped is the sign of life; the meeting's card lets him say more."""
    alarm = alarms.find(desk.db, alarm_id)
    if alarm is None or alarm.person_id != person.person_id:
        programme.refuse(desk, said, person)
        return
    desk.toast = words.thanks(tongue_of(desk, person))
    programme.show_meeting(desk, said, person, alarm.meeting_id)


def resolve(desk: Desk, said: Said, viewer: Person, alarm_id: int, how: How, given: str = "") -> AlarmStep | None:
    """A leader or coordinator says how somebody is; the question that is open afterwards."""
    t, below = tongue_of(desk, viewer), replace(said, tapped=False)
    alarm = alarms.find(desk.db, alarm_id)
    missing = _missing(desk, [alarm])[0] if alarm else None
    if missing is None or not _may_resolve(desk, viewer, missing.person):
        programme.refuse(desk, said, viewer)
        return None
    if missing.alarm.outcome is not None:
        show(desk, below, words.closed_already(t, missing))
        return None
    text = given.strip()[:MOST_CHARACTERS]
    if how is How.ASK or (how is How.WORDS and not text):
        show(desk, below, words.ask_how(t, missing))
        return AlarmStep.HOW
    alarms.close(desk.db, alarm_id, Outcome.RESOLVED, desk.now, how=how, words=text, by=viewer.person_id)
    audit.note(desk.db, "accounted_for", desk.now, viewer.person_id, person=missing.person.person_id, alarm=alarm_id)
    _tell_end(desk, [alarm_id])
    closed = _missing(desk, [_read(desk, alarm_id)])[0]
    show(desk, said if how is not How.WORDS else below, words.resolved(t, closed))
    return None


def _make_up(desk: Desk) -> int:
    """What somebody was not told because it failed: tried again, as long as it is still so."""
    written = 0
    for owed in alarms.list_owed(desk.db):
        alarms.settle_owed(desk.db, owed)
        if owed.rung is None:
            letters = [one for one in alarms.list_letters(desk.db, owed.alarm_ids) if one.reader_id == owed.reader_id]
            written += _tell_end_to(desk, owed.reader_id, letters, owed.alarm_ids)
            continue
        found = [_read(desk, number) for number in owed.alarm_ids]
        about = _missing(desk, [one for one in found if one.outcome is None and one.rung is owed.rung])
        reader = people.read(desk.db, owed.reader_id)
        if about and reader.active:
            written += _tell(desk, reader, owed.rung, about)
    return written


def _review(desk: Desk, deaf: list[Span]) -> int:
    """The open alarms: which are over, and which climb."""
    closed: list[int] = []
    climbed: dict[Rung, list[Alarm]] = {}

    def look(alarm: Alarm) -> int:
        outcome = _outcome(desk, alarm)
        rung = None if outcome else next_rung(desk.mission.ladder, alarm, desk.now, deaf)
        if outcome is not None:
            alarms.close(desk.db, alarm.alarm_id, outcome, desk.now)
            closed.append(alarm.alarm_id)
        elif rung is not None:
            alarms.climb(desk.db, alarm.alarm_id, rung, desk.now)
            climbed.setdefault(rung, []).append(replace(alarm, rung=rung, moved_at=desk.now))
        return 0

    for alarm in alarms.list_open(desk.db):
        apart(desk, Task.OVERDUE, partial(look, alarm), alarm.person_id)
    return _tell_end(desk, closed) + sum(_tell_rung(desk, rung, found) for rung, found in climbed.items())


def _outcome(desk: Desk, alarm: Alarm) -> Outcome | None:
    one = alarms.read_state(desk.db, alarm, SIGN_BEFORE)
    if one is None:
        return Outcome.VOID
    if is_alive(one.heard_at, one.presence, alarm.since):
        return Outcome.SIGN
    since = counts_from(one.starts_at, alarms.placed_at(desk.db, one.meeting_id), one.eta_at)
    return Outcome.VOID if since > alarm.since and since + desk.mission.ladder.ask > desk.now else None


def _begin(desk: Desk, deaf: list[Span]) -> int:
    """Whoever is to be asked from now on; about one meeting at a time."""
    ladder = desk.mission.ladder
    placed: dict[int, tuple[Meeting | None, datetime | None]] = {}
    looked_for: set[int] = set()
    begun: list[Alarm] = []

    def look(one: Overdue) -> int:
        since = _since(desk, one, *_placed(desk, placed, one.meeting_id))
        rung = first_rung(ladder, since, desk.now, deaf) if since else None
        if since is not None and rung is not None:
            looked_for.add(one.person_id)
            begun.append(alarms.open_alarm(desk.db, one, since, rung, desk.now))
        return 0

    for one in alarms.list_quiet(desk.db, desk.now, ladder.ask, LOOKS_BACK, SIGN_BEFORE):
        if one.person_id not in looked_for:
            apart(desk, Task.OVERDUE, partial(look, one), one.person_id)
    return _tell_rung(desk, Rung.ASKED, begun)


def _placed(
    desk: Desk, known: dict[int, tuple[Meeting | None, datetime | None]], number: int
) -> tuple[Meeting | None, datetime | None]:
    """A meeting, and when the programme came to say so; each is read once."""
    if number not in known:
        known[number] = meetings.find(desk.db, number), alarms.placed_at(desk.db, number)
    return known[number]


def _since(desk: Desk, one: Overdue, meeting: Meeting | None, placed_at: datetime | None) -> datetime | None:
    """From when his silence counts; None if it does not."""
    if meeting is None or meeting.postponed or came_too_late(placed_at, meeting.starts_at, meeting.ends_at):
        return None
    since = counts_from(one.starts_at, placed_at, one.eta_at)
    if is_alive(one.heard_at, one.presence, since) or (one.last_alarm is not None and since <= one.last_alarm):
        return None
    chosen = people.read_settings(desk.db, one.person_id)
    zone = people.read(desk.db, one.person_id).time_zone
    return quiet_until(chosen.quiet_from, chosen.quiet_until, zone, since) or since


def _tell_rung(desk: Desk, rung: Rung, found: list[Alarm]) -> int:
    """One letter for each who is to be told, however many he is told of."""
    told: dict[int, tuple[Person, list[Missing]]] = {}
    for missing in _missing(desk, found):
        for reader in _readers(desk, missing.person, rung):
            told.setdefault(reader.person_id, (reader, []))[1].append(missing)
    return sum(_tell(desk, reader, rung, about) for reader, about in told.values())


def _tell(desk: Desk, reader: Person, rung: Rung, about: list[Missing]) -> int:
    """The alarm has climbed, whether or not this letter can be written: the next rung must not wait for it."""
    owe = partial(alarms.owe, desk.db, reader.person_id, rung, [one.alarm.alarm_id for one in about])
    return apart(desk, Task.OVERDUE, partial(_alarm, desk, reader, rung, about), reader.person_id, if_not=owe)


def _alarm(desk: Desk, reader: Person, rung: Rung, about: list[Missing]) -> bool:
    if reader.chat_id is None:
        return False
    letter_id = tell(desk, reader.chat_id, _compose(desk, reader, rung, about), LetterKind.ALERT)
    if letter_id is not None:
        alarms.note_letter(desk.db, letter_id, reader.person_id, rung, [one.alarm.alarm_id for one in about])
    return letter_id is not None


def _readers(desk: Desk, person: Person, rung: Rung) -> list[Person]:
    """Who is told. Where no leader can be, coordinators are, rather than nobody; never somebody of himself."""
    if rung is Rung.ASKED:
        return [person]
    leaders = teams.list_leaders(desk.db, person.team_id) if person.team_id and rung is Rung.LEADER else []
    return reached_of(leaders, person) or leads_of(desk, person.team_id, person.person_id)


def _compose(desk: Desk, reader: Person, rung: Rung, about: list[Missing]) -> Message:
    t = tongue_of(desk, reader)
    if rung is Rung.ASKED:
        return words.are_you_well(t, about[0])
    return words.no_sign(t, rung, desk.mission.ladder.after(rung), about)


def _tell_end(desk: Desk, closed: Collection[int]) -> int:
    """Edit what told of these alarms, and tell those who were alarmed; a letter still unsent is taken back."""
    of_readers: dict[int, list[AlarmLetter]] = {}
    for letter in alarms.list_letters(desk.db, closed):
        of_readers.setdefault(letter.reader_id, []).append(letter)
    return sum(_tell_end_to(desk, reader_id, letters, closed) for reader_id, letters in of_readers.items())


def _tell_end_to(desk: Desk, reader_id: int, letters: list[AlarmLetter], closed: Collection[int]) -> int:
    owe = partial(alarms.owe, desk.db, reader_id, None, closed)
    return apart(desk, Task.OVERDUE, partial(_end, desk, reader_id, letters, closed), reader_id, if_not=owe)


def _end(desk: Desk, reader_id: int, letters: list[AlarmLetter], closed: Collection[int]) -> int:
    alarmed_of: set[int] = set()
    written = 0
    for letter in letters:
        about = _missing(desk, [_read(desk, number) for number in letter.alarm_ids])
        if letter.queued and all(one.alarm.outcome for one in about):
            alarms.drop_letter(desk.db, letter.letter_id)
            outbox.drop_queued(desk.db, letter.letter_id)
            continue
        written += _edit(desk, letter, about)
        if not letter.queued and letter.rung is not Rung.ASKED:
            alarmed_of.update(letter.alarm_ids)
    over = _missing(desk, [_read(desk, number) for number in closed if number in alarmed_of])
    ended = [one for one in over if one.alarm.closed_by != reader_id]
    reader = people.read(desk.db, reader_id)
    if ended and reader.active and reader.chat_id is not None:
        tell(desk, reader.chat_id, words.over(tongue_of(desk, reader), ended), LetterKind.NOTICE)
        written += 1
    return written


def _edit(desk: Desk, letter: AlarmLetter, about: list[Missing]) -> int:
    """The message as things stand now, unless a question of somebody's panel stands there by now."""
    reader = people.read(desk.db, letter.reader_id)
    message = (
        words.question_over(tongue_of(desk, reader), about[0])
        if letter.rung is Rung.ASKED
        else _compose(desk, reader, letter.rung, about)
    )
    if letter.queued:
        outbox.rewrite_queued(desk.db, letter.letter_id, message.payload())
        return 0
    panel = panels.read(desk.db, letter.chat_id)
    if letter.message_id is None or (panel is not None and panel.message_id == letter.message_id):
        return 0
    body = {**message.payload(), "message_id": letter.message_id}
    post(desk, Letter(LetterKind.TIDYING, letter.chat_id, "editMessageText", body))
    return 1


def _missing(desk: Desk, found: Iterable[Alarm]) -> list[Missing]:
    """The alarms with whom and what they are about."""
    listed = []
    for alarm in found:
        meeting = meetings.find(desk.db, alarm.meeting_id)
        person = people.find(desk.db, alarm.person_id)
        by = people.find(desk.db, alarm.closed_by) if alarm.closed_by else None
        if meeting is not None and person is not None:
            word = checkins.find_last_of_person(desk.db, person.person_id)
            at = meetings.find(desk.db, word.meeting_id) if word else None
            last = (word, at) if word and at else None
            listed.append(Missing(alarm, person, meeting, last, by.name if by else ""))
    return listed


def _read(desk: Desk, alarm_id: int) -> Alarm:
    alarm = alarms.find(desk.db, alarm_id)
    if alarm is None:
        raise LookupError(f"there is no alarm {alarm_id}")
    return alarm


def _may_resolve(desk: Desk, viewer: Person, person: Person) -> bool:
    """Whoever may have been told: a leader, a coordinator, or who stands in for one whom no message reaches."""
    if viewer.person_id == person.person_id:
        return False
    own_team = viewer.role is Role.TEAM_LEADER and viewer.team_id is not None and viewer.team_id == person.team_id
    told = leads_of(desk, person.team_id, person.person_id)
    return own_team or viewer.oversees(person.team_id) or viewer.person_id in {lead.person_id for lead in told}
