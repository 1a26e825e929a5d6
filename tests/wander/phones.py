"""What the people of a wandering mission do with their phones. Each act is made now and done when the step begins."""

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from itertools import count
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

from hypothesis import note

from domain.access import COMMANDS
from domain.attendance import Attendance
from domain.button import encode
from domain.meeting import Meeting, Status
from domain.payload import Payload
from services import programme
from storage import checkins, meetings
from tests.wander.books import TONGUES
from tests.wander.derived import derive
from tests.wander.given import Actor, Given
from tests.wander.mission import Wandering
from texts.programme import attendance_word, status_word

Act = Callable[[], Given]
KINDS_OF_WORDS = (
    "short", "short", "short", "long", "markup", "coordinates", "key", "nothing to see", "a host", "a city",
    "hours", "of another",
)  # fmt: skip
COMMANDS_SAID = (
    *(f"/{name}" for name in sorted(COMMANDS)),
    "/log", "/log", "/cancel", "/checkin", "/programme 2019-06-08", "/programme tomorrow", "/digest 2019-06-08",
    "/meeting Ombudsman", "/meeting", "/people Observer", "/nothing", "/checkin@fieldpost_bot", "/start x",
)  # fmt: skip
PICTURE = b"\xff\xd8\xff"
EXIT = ("/cancel", "/start", "Programme", "Check in")


def _photo(t: Any, who: int, words: str, **more: Any) -> Any:
    return t.photo(who, PICTURE, caption=words or None, **more)


THINGS: dict[str, Callable[..., Any]] = {
    "photo": _photo,
    "photo with words": _photo,
    "voice": lambda t, who, _, **more: t.voice(who, **more),
    "video": lambda t, who, words, **more: t.file(who, "video", b"1", filename="v.mp4", mime="video/mp4", **more),
    "document with words": lambda t, who, words, **more: t.document(who, "p.pdf", b"%PDF", caption=words, **more),
    "table": lambda t, who, _, **more: t.document(who, "people.csv", b"reference,name\nX,Y\n", "text/csv", **more),
    "sticker": lambda t, who, _, **more: t.sticker(who, **more),
    "poll": lambda t, who, _, **more: t.poll(who, "Who?", ["A", "B"], **more),
    "contact": lambda t, who, _, **more: t.contact(who, "+77010000000", **more),
    "dice": lambda t, who, _, **more: t.dice(who, **more),
    "place": lambda t, who, latitude, **more: t.location(who, latitude, 71.43, accuracy=12.0, **more),
    "live place": lambda t, who, latitude, **more: t.location(who, latitude, 71.43, live_period=900, **more),
    "venue": lambda t, who, latitude, **more: t.venue(who, latitude, 71.43, "Hall", "Street", **more),
}
PLACES = {"place", "live place", "venue"}
FILES = {"photo", "photo with words", "voice", "video", "document with words", "table"}


class Phones:
    """The phones of one mission."""

    def __init__(self, mission: Wandering) -> None:
        self.mission = mission
        self._number = count(1)
        self._written: dict[int, list[tuple[int, str]]] = {}
        """By person: (message id, its word) of the messages that can be edited."""

    def _word(self) -> str:
        return f"w{next(self._number):04}w"

    # --- acts

    def tap(self, actor: Actor, which: int, *, latest: bool) -> Act:
        """A button that is on the phone when the step begins; if there is none, the programme is asked for."""

        def act() -> Given:
            found = self.mission.buttons(actor)
            if latest and found:
                found = [button for button in found if button[0] == found[0][0]]
            if not found:
                return self.say_exactly(actor, "/programme")()
            message_id, label, data = found[which % len(found)]
            return self._tap(actor, message_id, data, label)

        return act

    def press(self, actor: Actor, data: str, which: int) -> Act:
        """This data, on one of the bot's messages."""

        def act() -> Given:
            shown = self.mission.shown(actor)
            message_id = shown[which % len(shown)]["message_id"] if shown else 1
            return self._tap(actor, message_id, data, "forged")

        return act

    def forge(self, actor: Actor, kind: type[Payload], numbers: tuple[int, ...], which: int) -> Act:
        """Any payload there is, with any small numbers."""
        return self.press(actor, encode(forged(kind, numbers)), which)

    def _tap(self, actor: Actor, message_id: int, data: str, label: str) -> Given:
        note(f"{actor.reference} taps [{label}] {data} on {message_id}")
        query = self.mission.telegram.tap(actor.user_id, message_id, data=data)
        return Given(actor, "tap", message_id, query=query, data=data)

    def say_exactly(self, actor: Actor, words: str) -> Act:
        """These words, which are nothing to keep."""

        def act() -> Given:
            note(f"{actor.reference} says {words!r}")
            return Given(actor, "say", self.mission.telegram.say(actor.user_id, words)["message_id"])

        return act

    def command(self, actor: Actor, which: int) -> Act:
        """One of the commands, or something like one."""
        return self.say_exactly(actor, COMMANDS_SAID[which % len(COMMANDS_SAID)])

    def say(self, actor: Actor, kind: str, late: int = 0) -> Act:
        """Words of some kind, written so many minutes ago."""

        def act() -> Given:
            telegram, who, word = self.mission.telegram, actor.user_id, self._word()
            more: dict[str, Any] = {"date": self.mission.at - timedelta(minutes=late)} if late else {}
            given = Given(actor, "say", words=word)
            latitude = round(51 + next(self._number) / 1e5, 5)
            text = {
                "long": f"{word} " + "ы" * 4080,
                "markup": f"<b>{word} & </i> _*[x](y)",
                "key": TONGUES.of("en").label("Programme"),
                "nothing to see": "\u2800",
                "a host": "Ombudsman",
                "a city": "Moscow",
                "hours": "22-7",
                "coordinates": f"{latitude:.5f}, 71.43",
            }.get(kind, f"{word} said")
            if kind == "coordinates":  # a place or words, as it is taken; a place's receipt stands where it stood
                given.what, given.words, given.latitude = "send", text, latitude
            elif word not in text:
                given.words = ""
            if kind == "of another":
                more["forward_from"] = who
            note(f"{actor.reference} writes {text[:40]!r} {late} minutes ago")
            given.message_id = telegram.say(who, text, **more)["message_id"]
            if word in text and kind != "of another":
                self._written.setdefault(who, []).append((given.message_id, word))
            return given

        return act

    def send(self, actor: Actor, thing: str, late: int = 0) -> Act:
        """Something that is not words."""

        def act() -> Given:
            word, given = self._word(), Given(actor, "send")
            more: dict[str, Any] = {"date": self.mission.at - timedelta(minutes=late)} if late else {}
            what: Any = ""
            if thing in PLACES:
                what = given.latitude = round(51.1 + next(self._number) / 1e5, 5)
            elif thing.endswith("with words"):
                what = given.words = word
            note(f"{actor.reference} sends a {thing} {what} {late} minutes ago")
            message = THINGS[thing](self.mission.telegram, actor.user_id, what, **more)
            given.message_id = message["message_id"]
            if thing in FILES:
                given.file_id = _file_id(message)
            if given.words:
                self._written.setdefault(actor.user_id, []).append((given.message_id, word))
            return given

        return act

    def edit(self, actor: Actor, which: int) -> Act:
        """Other words in a message of one's own; who wrote none yet writes one."""

        def act() -> Given:
            written = self._written.get(actor.user_id)
            if not written:
                return self.say(actor, "short")()
            place = len(written) - 1 - which % len(written)
            (message_id, before), word = written[place], self._word()
            written[place] = (message_id, word)
            note(f"{actor.reference} edits {before} into {word}")
            self.mission.telegram.edit(actor.user_id, message_id, f"{word} instead")
            return Given(actor, "edit", message_id, words=word, instead_of=before)

        return act

    async def erase(self, actor: Actor, which: int) -> None:
        """A message of the bot's is gone."""
        shown = self.mission.shown(actor)
        if shown:
            message = shown[which % len(shown)]
            note(f"{message['message_id']} is gone from {actor.reference}'s phone")
            self.mission.telegram.erase(message["message_id"], chat_id=actor.user_id)

    # --- what they read

    def check_card(self, actor: Actor, meeting: Meeting) -> None:
        """The card he has before him says what the rows say, if it is his to see."""
        mission = self.mission
        person, t = mission.person(actor), mission.tongue(actor)
        if person is None or not person.active or not programme.may_see(mission.look(), person, meeting):
            return
        truth, desk = derive(mission.eyes, mission.at), mission.look()
        head = t.say("Status: {status}", status="")
        card = next(text for message in mission.shown(actor) if head in (text := str(message.get("text"))))
        status = Status(truth.status[meeting.meeting_id])
        assert t.say("Status: {status}", status=status_word(t, status)) in card, (status, card)
        there = len(truth.there(meeting.meeting_id))
        assert checkins.count_arrivals(mission.eyes, meeting.meeting_id) == there
        own = truth.attendance_of(meeting.meeting_id, person.person_id)
        line = programme.line_of(desk, person, meeting)
        if line.mine is None and programme._own_of(desk, person, line).expected:
            assert t.say("You: {state}.", state=attendance_word(t, Attendance(own))) in card

    def check_board(self, actor: Actor) -> None:
        """The numbers of the board that he has before him are what the rows say."""
        mission = self.mission
        t, zone = mission.tongue(actor), ZoneInfo("Asia/Almaty")
        person = mission.person(actor)
        if person is None or not person.active or not person.sees_all:
            return
        truth, today = derive(mission.eyes, mission.at), mission.at.astimezone(zone).date()
        alive = {m.meeting_id for m in meetings.list_day(mission.eyes, today)} - truth.cancelled
        people: dict[str, set[int]] = {}
        for (meeting_id, person_id), state in truth.attendance.items():
            if meeting_id in alive:
                people.setdefault(state, set()).add(person_id)
        there = people.get("arrived", set()) | people.get("left", set())
        numbers = t.say(
            "Checked in: {there}, on the way: {coming}, cannot attend: {cannot}, no sign: {silent}",
            there=len(there),
            coming=len(people.get("on_my_way", ())),
            cannot=len(people.get("cannot_attend", ())),
            silent="",
        )
        board = str(mission.shown(actor)[0].get("text"))
        assert numbers in board or not alive, (numbers, board)

    def ways_out(self, actor: Actor) -> list[tuple[str, Callable[[], None]]]:
        """What leads out of everything, and how one sees that it did."""
        mission = self.mission
        t = mission.tongue(actor)

        def cancelled() -> None:
            assert mission.standing(actor) is None

        def nothing() -> None:
            return None

        def programmed() -> None:
            person = mission.person(actor)
            if person is not None and person.active:
                head = t.say("Programme, {day}", day="\0").partition("\0")[0]
                assert head in mission.shown(actor)[0]["text"], mission.shown(actor)[0]["text"]

        return [
            ("/cancel", cancelled),
            ("/start", nothing),
            (t.label("Programme"), programmed),
            (t.label("Check in"), nothing),
        ]


def _file_id(message: dict[str, Any]) -> str:
    for kind in ("document", "voice", "video"):
        if kind in message:
            return str(message[kind]["file_id"])
    return str(message["photo"][-1]["file_id"])


def forged(kind: type[Payload], numbers: tuple[int, ...]) -> Payload:
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for place, one in enumerate(fields(kind)):
        wanted, number = hints[one.name], numbers[place % len(numbers)]
        if wanted is int:
            values[one.name] = number
        elif wanted is str:
            values[one.name] = ("", "en", "Asia/Almaty", "2019-06-09")[number % 4]
        else:
            choices = list(wanted)
            values[one.name] = choices[number % len(choices)]
    return kind(**values)
