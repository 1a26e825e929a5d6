"""Meetings that nobody had planned: who met somebody tells of it, and from then on it is in the programme."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.attendance import UNDO_WITHIN
from domain.button import Part, Presence
from domain.letter import Letter, LetterKind
from domain.meeting import Meeting
from domain.person import Person, Role
from domain.step import Flow, NewMeetingStep, Standing
from services import conversations, logs, programme
from services.desk import Desk, Said, post, show, tell, tell_leads, tongue_of
from storage import checkins, given, meetings, panels, people
from storage.given import What
from storage.meetings import Told
from texts import answers
from texts import new_meetings as words

SHORTEST_HOST = 2
LONGEST_HOST = 200
LASTS = timedelta(hours=1)
"""How long it counts as being under way: nobody is asked when it will end."""
STEP = timedelta(minutes=5)
"""Its start is rounded down to this."""
SAME_WITHIN = timedelta(hours=2)
"""A colleague's meeting with the same host that began within this is likely the same one."""
MOST_A_DAY = 30
"""Meetings one person may tell of within a day: beyond that it is a mishap, and coordinators are not flooded."""
CHAT = "chat"
"""Where the programme has it from."""


def ask_host(desk: Desk, said: Said, person: Person) -> None:
    """/meeting."""
    show(desk, said, words.ask_host(tongue_of(desk, person)))
    conversations.stand(desk, said, Flow.NEW_MEETING, NewMeetingStep.HOST, 0)


def give_host(desk: Desk, said: Said, person: Person, text: str) -> None:
    """Whom he met: the meeting exists at once, unless a colleague seems to have told of it already."""
    t = tongue_of(desk, person)
    host = _clean(text)
    fault = _fault(desk, said, person, host)
    if fault is not None:
        show(desk, said, words.with_fault(t, words.ask_host(t), fault, host), stays=True)
        conversations.stand(desk, said, Flow.NEW_MEETING, NewMeetingStep.HOST, 0)
        return
    similar = next((told for told in _near(desk, said.at, person) if _same(told.meeting.host, host)), None)
    if similar is None:
        _create(desk, said, person, host)
        return
    author = people.read(desk.db, similar.author_id)
    show(desk, said, words.is_it_this(t, similar.meeting, author, own=author.person_id == person.person_id))
    conversations.stand(desk, said, Flow.NEW_MEETING, NewMeetingStep.HOST, similar.meeting.meeting_id)


def refuse_kind(desk: Desk, said: Said, person: Person) -> None:
    """A photo, a sticker, a place where the host's name was asked for."""
    t = tongue_of(desk, person)
    show(desk, said, words.with_fault(t, words.ask_host(t), words.Fault.NO_WORDS, ""), stays=True)


def join(desk: Desk, said: Said, person: Person, standing: Standing | None, meeting_id: int, *, same: bool) -> None:
    """He says whether his meeting is the one that was told of. "No" counts only where that was asked."""
    told = next((one for one in _near(desk, said.at, person) if one.meeting.meeting_id == meeting_id), None)
    asked = Standing(Flow.NEW_MEETING, NewMeetingStep.HOST, meeting_id) == standing
    if told is None or not (same or asked):
        _as_it_stands(desk, said, person, standing)
    elif same:
        _add(desk, said, person, told.meeting)
    elif (fault := _fault(desk, said, person, told.meeting.host)) is not None:
        t = tongue_of(desk, person)
        show(desk, said, words.with_fault(t, words.ask_host(t), fault, ""), stays=True)
    else:
        _create(desk, said, person, told.meeting.host)


def take_back(desk: Desk, said: Said, person: Person, standing: Standing | None, meeting_id: int) -> None:
    """It was a mistake, he says: possible while nothing else was said of it; 0 = before there was a meeting."""
    if meeting_id == 0:
        if standing is not None and standing.flow == Flow.NEW_MEETING:
            conversations.cancel(desk, said, person)
        else:
            _as_it_stands(desk, said, person, standing)
        return
    told = meetings.find_told(desk.db, meeting_id)
    if told is None or told.author_id != person.person_id or told.meeting.cancelled:
        _as_it_stands(desk, said, person, standing)
    elif not _untouched(desk, told, person):
        desk.toast = words.too_late(tongue_of(desk, person))
    else:
        _cancel(desk, said, person, told.meeting, standing)


def rename(desk: Desk, said: Said, person: Person, meeting_id: int, text: str) -> None:
    """The message that named the host has other words now: so has the meeting, or he is told that it has not."""
    told = meetings.find_told(desk.db, meeting_id)
    if told is None or told.author_id != person.person_id:
        return
    host = _clean(_without_command(text))
    if host == told.meeting.host:
        return
    t, meeting = tongue_of(desk, person), told.meeting
    if meeting.cancelled or _no_name(host) is not None:
        conversations.tell_aside(desk, said, words.not_renamed(t, meeting))
        return
    meeting = replace(meeting, host=host, revision=meeting.revision + 1)
    meetings.save(desk.db, meeting, author_id=person.person_id, source=CHAT, reason="", now=desk.now)
    conversations.tell_aside(desk, said, words.renamed(t, meeting))


def _create(desk: Desk, said: Said, person: Person, host: str) -> None:
    start = _floor(said.at)
    teams = {person.team: person.team_id} if person.role is Role.TEAM_LEADER and person.team_id is not None else {}
    meeting = Meeting(
        meeting_id=0,
        reference=meetings.next_unplanned_reference(desk.db),
        starts_at=start,
        ends_at=start + LASTS,
        time_zone=_zone(desk, person, said.at),
        kind="",
        host=host,
        city="",
        venue="",
        latitude=None,
        longitude=None,
        interlocutors=(),
        participants=(person.reference, *teams),
        cancelled=False,
        revision=1,
        unplanned=True,
    )
    meeting_id = meetings.save(desk.db, meeting, author_id=person.person_id, source=CHAT, reason="", now=desk.now)
    meetings.set_participants(desk.db, meeting_id, teams.values(), [person.person_id])
    checkins.add(desk.db, meeting_id, person.person_id, Presence.ARRIVED, said.at, desk.now)
    meeting = replace(meeting, meeting_id=meeting_id)
    if not said.tapped:
        given.note(desk.db, said.chat_id, said.message_id, What.HOST, meeting_id)
    tell(desk, said.chat_id, words.stored(tongue_of(desk, person), meeting))
    tell_leads(
        desk,
        lambda t: words.told_of(t, meeting, person),
        f"unplanned:{meeting_id}",
        about=person.person_id,
        team_id=person.team_id,
        kind=LetterKind.NOTICE,
    )
    _open_log(desk, said, person, meeting_id)


def _add(desk: Desk, said: Said, person: Person, meeting: Meeting) -> None:
    """He was there too."""
    if not meetings.is_of(desk.db, meeting.meeting_id, programme.own(person)):
        joined = replace(meeting, participants=(*meeting.participants, person.reference), revision=meeting.revision + 1)
        meetings.save(desk.db, joined, author_id=person.person_id, source=CHAT, reason="", now=desk.now)
        meetings.add_participant(desk.db, meeting.meeting_id, person.person_id)
    fact = checkins.find_latest(desk.db, meeting.meeting_id, person.person_id)
    if fact is None or fact.presence is not Presence.ARRIVED:
        checkins.add(desk.db, meeting.meeting_id, person.person_id, Presence.ARRIVED, said.at, desk.now)
    desk.toast = words.joined(tongue_of(desk, person))
    _open_log(desk, said, person, meeting.meeting_id)


def _cancel(desk: Desk, said: Said, person: Person, meeting: Meeting, standing: Standing | None) -> None:
    """The meeting is cancelled, its one check-in taken back; the log's question closes, its panel goes."""
    number = meeting.meeting_id
    gone = replace(meeting, cancelled=True, revision=meeting.revision + 1)
    meetings.save(desk.db, gone, author_id=person.person_id, source=CHAT, reason="a mistake", now=desk.now)
    fact = checkins.find_latest(desk.db, number, person.person_id)
    if fact is not None:
        checkins.take_back(desk.db, fact, person.person_id, said.at, desk.now)
    panel = panels.read(desk.db, said.chat_id)
    if standing is not None and standing.flow in {Flow.LOG, Flow.CHECKIN} and standing.subject == number:
        conversations.end(desk, said)
        if panel is not None and panel.message_id not in {None, said.message_id}:
            post(desk, Letter(LetterKind.TIDYING, said.chat_id, "deleteMessage", {"message_id": panel.message_id}))
    show(desk, said, words.taken_back(tongue_of(desk, person), meeting))
    tell_leads(
        desk,
        lambda t: words.was_a_mistake(t, meeting, person),
        f"unplanned:{number}:gone",
        about=person.person_id,
        team_id=person.team_id,
        kind=LetterKind.NOTICE,
    )


def _open_log(desk: Desk, said: Said, person: Person, meeting_id: int) -> None:
    part = logs.lead_to(desk, said, person, meeting_id, Part.WHO)
    if part is not None:
        conversations.stand(desk, said, Flow.LOG, part, meeting_id)


def _as_it_stands(desk: Desk, said: Said, person: Person, standing: Standing | None) -> None:
    """The button is of another time: the log he is at, else his programme."""
    if standing is not None and standing.flow == Flow.LOG and standing.subject:
        logs.open_part(desk, said, person, standing.subject, Part(standing.step))
    else:
        programme.show_day(desk, said, person, None)
    desk.toast = answers.old_button(tongue_of(desk, person))


def _untouched(desk: Desk, told: Told, person: Person) -> bool:
    """Nothing is known of it but that it was told of, and that a while ago at most."""
    words_there = checkins.list_of_meeting(desk.db, told.meeting.meeting_id)
    only_his = set(words_there) <= {person.person_id} and len(words_there.get(person.person_id, ())) <= 1
    in_time = desk.now - told.told_at <= UNDO_WITHIN
    return in_time and only_his and not meetings.has_points(desk.db, told.meeting.meeting_id)


def _near(desk: Desk, at: datetime, person: Person) -> Iterable[Told]:
    """Unplanned meetings that began shortly before and that this person may know of: his, his team's, his teams'."""
    for told in meetings.list_told(desk.db, _floor(at) - SAME_WITHIN):
        author = people.read(desk.db, told.author_id)
        team = author.team_id is not None and author.team_id == person.team_id
        mine = author.person_id == person.person_id
        if told.meeting.starts_at <= at and (mine or team or person.oversees(author.team_id)):
            yield told


def _fault(desk: Desk, said: Said, person: Person, host: str) -> words.Fault | None:
    fault = _no_name(host)
    if fault is not None:
        return fault
    recent = meetings.list_told(desk.db, said.at - timedelta(days=1))
    if sum(1 for told in recent if told.author_id == person.person_id) >= MOST_A_DAY:
        return words.Fault.TOO_MANY
    return None


def _no_name(host: str) -> words.Fault | None:
    if len(host) < SHORTEST_HOST or not any(sign.isalnum() for sign in host):
        return words.Fault.NO_NAME
    return words.Fault.TOO_LONG if len(host) > LONGEST_HOST else None


def _without_command(text: str) -> str:
    """The host of "/meeting Host"."""
    return text.partition(" ")[2] if text.startswith("/") else text


def _zone(desk: Desk, person: Person, at: datetime) -> str:
    """His own clock's if the mission has meetings there on that day, else the mission's."""
    day = at.astimezone(ZoneInfo(person.time_zone)).date()
    there = any(meeting.time_zone == person.time_zone for meeting in meetings.list_day(desk.db, day))
    return person.time_zone if there else desk.mission.time_zone


def _floor(at: datetime) -> datetime:
    return at - timedelta(seconds=at.timestamp() % STEP.total_seconds())


def _clean(text: str) -> str:
    """One line, without signs that nobody sees."""
    return " ".join("".join(sign for sign in text if sign.isprintable() or sign.isspace()).split())


def _same(one: str, other: str) -> bool:
    """The same host, whatever the case and the punctuation."""
    return _letters(one) == _letters(other)


def _letters(host: str) -> str:
    return "".join(sign for sign in host.casefold() if sign.isalnum())
