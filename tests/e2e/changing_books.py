"""What must be true after a day of changes, worked out from the roster's file, the revisions and the stand-in's log."""

import csv
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.e2e.changing import NOTICE, Day, Deed
from tests.e2e.changing_cast import Actor
from tests.house import DATA

REASON = re.compile(r"\bn\d{4}\b")
FIELDS = (
    "starts_at", "ends_at", "time_zone", "kind", "host", "city", "venue", "latitude", "longitude", "interlocutors",
    "participants", "cancelled", "postponed", "note",
)  # fmt: skip
State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """A revision: how the meeting was before (None: not at all) and is after it, and who knows it by his own doing."""

    meeting_id: int
    revision: int
    reason: str
    author: str
    doers: frozenset[str]
    before: State | None
    after: State


@dataclass
class Books:
    """What was counted, and everything that does not balance."""

    changes: int = 0
    authors: set[str] = field(default_factory=set)
    notices: int = 0
    grouped: int = 0
    touched: int = 0
    told: int = 0
    came_to_nothing: int = 0
    repeated: int = 0
    faults: list[str] = field(default_factory=list)

    def hold(self, true: bool, what: str) -> None:
        """This must be so."""
        if not true:
            self.faults.append(what)


def balance(day: Day) -> Books:
    """Programme and phones against the revisions, the revisions against what people did."""
    books = Books()
    steps = _steps(day)
    books.changes = sum(len(each) for each in steps.values()) - 7
    books.authors = {one.author for each in steps.values() for one in each if one.author}
    _replay(day, books, steps)
    _rest(day, books)
    teams = _teams()
    for actor in day.actors.values():
        heard = _heard(day, books, actor)
        for history in steps.values():
            _one_reader(books, actor, teams, history, heard)
    return books


# --- the programme


def _steps(day: Day) -> dict[int, list[Step]]:
    """All revisions by meeting, as the rows have them."""
    names = dict(day.rows("SELECT id, reference FROM person"))
    decided = {
        (row[0], row[1]): {names[row[2]], names[row[3]]}
        for row in day.rows("SELECT meeting_id, made, author_id, decided_by FROM proposal WHERE state = 'accepted'")
    }
    found: dict[int, list[Step]] = defaultdict(list)
    for number, revision, author, reason, content in day.rows(
        "SELECT meeting_id, revision, author_id, reason, content FROM meeting_revision ORDER BY meeting_id, revision"
    ):
        by = names.get(author, "")
        doers = frozenset({by, *decided.get((number, revision), ())} - {""})
        before = found[number][-1].after if found[number] else None
        found[number].append(Step(number, revision, reason, by, doers, before, _state(json.loads(content))))
    return found


def _state(row: State) -> State:
    """The fields of a meeting in one form, whether they come from a revision or from the programme."""
    state = {name: row.get(name) for name in FIELDS}
    state |= {name: datetime.fromisoformat(row[name]) for name in ("starts_at", "ends_at")}
    state |= {name: json.loads(row[name]) for name in ("interlocutors", "participants")}
    return state | {"cancelled": int(row["cancelled_at"] is not None)}


def _replay(day: Day, books: Books, steps: dict[int, list[Step]]) -> None:
    """Each revision is what somebody did, once, and nothing else; all of them in order make the programme."""
    columns = ", ".join(name for name in FIELDS if name != "cancelled")
    for row in day.rows(f"SELECT id, revision, cancelled_at, {columns} FROM meeting"):
        values = dict(zip(("id", "revision", "cancelled_at", *columns.split(", ")), row, strict=True))
        history = steps[values["id"]]
        replayed: State = dict(history[0].after)
        books.hold([one.revision for one in history] == [*range(1, len(history) + 1)], f"{row[0]}: a revision is gone")
        for one in history[1:]:
            deed = day.journal.deeds.get(one.reason)
            books.hold(deed is not None and deed.meeting_id == one.meeting_id, f"{one.reason}: nobody did that")
            if deed is not None:
                books.hold(deed.by == one.author, f"{one.reason}: {one.author} is no author of it")
                replayed = _do(replayed, deed, one.after)
            books.hold(
                replayed == one.after, f"{one.reason}: {_differing(replayed, one.after)} is not what he asked for"
            )
            books.hold(one.before != one.after, f"{one.reason} changes nothing")
        books.hold(replayed == _state(values), f"meeting {row[0]} is not what its revisions make it")
        books.hold(values["revision"] == len(history), f"meeting {row[0]} has another revision's number")
    reasons = Counter(one.reason for history in steps.values() for one in history if one.reason)
    accepted = {row[0] for row in day.rows("SELECT reason FROM proposal WHERE state = 'accepted'")}
    books.hold(set(reasons) == day.journal.made | accepted, "what phones were told is made, and what is, differ")
    books.hold(not reasons or max(reasons.values()) == 1, "a change was made twice")
    books.hold(accepted <= day.journal.proposed, "a proposal was accepted that nobody made")


def _do(state: State, deed: Deed, after: State) -> State:
    """The state with the deed done to it. Of lists it is only known that they were changed."""
    return {**state, **{name: after[name] if value is None and isinstance(after[name], list) else value
                        for name, value in deed.values.items()}}  # fmt: skip


def _differing(one: State, other: State) -> list[str]:
    return [f"{name}: {one[name]} / {other[name]}" for name in FIELDS if one[name] != other[name]]


def _rest(day: Day, books: Books) -> None:
    """Nothing is left undone."""
    refused = day.rows("SELECT error FROM outbox WHERE state = 'refused'")
    books.hold(refused == [], f"refused: {refused}")
    left = day.rows(
        "SELECT state FROM outbox WHERE state <> 'sent' UNION ALL SELECT state FROM inbox WHERE state <> 'done'"
    )
    books.hold(left == [], f"left: {left}")
    waiting = day.rows("SELECT count(*) FROM notice WHERE settled_at IS NULL")[0][0]
    books.hold(waiting == 0, f"{waiting} notices wait for ever")
    books.hold(day.telegram.surprises == [], f"the stand-in stumbled: {day.telegram.surprises}")


# --- who must hear of it


def _teams() -> dict[str, str]:
    """By reference: the team, as the roster's file has it."""
    with (DATA / "roster.csv").open(encoding="utf-8", newline="") as file:
        return {row["reference"]: row["team"] for row in csv.DictReader(file)}


def _is_for(actor: Actor, state: State | None) -> bool:
    return state is not None and (actor.team in state["participants"] or actor.reference in state["participants"])


def _concerns(actor: Actor, teams: dict[str, str], state: State | None) -> bool:
    """He is to be there; or leads a team of which somebody is; or coordinates it."""
    if state is None:
        return False
    involved = {teams.get(name, name) for name in state["participants"]}
    if actor.leads:
        return not actor.scope or bool({*actor.scope} & involved)
    return _is_for(actor, state) or (actor.role == "team_leader" and actor.team in involved)


def _heard(day: Day, books: Books, actor: Actor) -> dict[str, list[int]]:
    """By reason: the notices on his phone that tell of it, from the log of what Telegram took.

    A copy of a notice is let pass only if the bot itself has noted that it sent this letter more than once.
    """
    taken = [
        (str(call.result["text"]), int(call.result["message_id"]))
        for call in day.telegram.calls.of("sendMessage")
        if call.ok and call.result["chat"]["id"] == actor.user_id and NOTICE in str(call.result.get("text"))
    ]
    numbers: dict[str, list[int]] = defaultdict(list)
    for text, number in taken:
        numbers[text].append(number)
    attempts = dict(
        day.rows("SELECT message_id, attempts FROM outbox WHERE chat_id = ? AND state = 'sent'", actor.user_id)
    )
    found: dict[str, list[int]] = defaultdict(list)
    for text, copies in numbers.items():
        books.repeated += len(copies) - 1
        noted = max(attempts.get(number, 0) for number in copies)
        books.hold(noted >= len(copies), f"{actor.reference}: {len(copies)} copies, {noted} attempts: {text}")
        reasons = REASON.findall(text)
        books.hold(bool(reasons) and "…" not in text, f"{actor.reference}: a notice of nothing, or cut: {text}")
        books.notices += 1
        books.grouped += len(reasons) > 1
        for reason in reasons:
            found[reason].append(min(copies))
    return found


def _one_reader(
    books: Books, actor: Actor, teams: dict[str, str], history: list[Step], heard: dict[str, list[int]]
) -> None:
    """Each change of a meeting that touches him was told to him once, or came to nothing before it was told."""
    untold: list[tuple[Step, bool]] = []
    for one in history:
        if not one.reason:
            continue  # as first planned, before anybody was aboard
        times = len(heard[one.reason])
        did = actor.reference in one.doers
        touched = not did and (_concerns(actor, teams, one.before) or _concerns(actor, teams, one.after))
        books.touched += touched
        if touched and times:
            books.hold(times == 1, f"{actor.reference} is told of {one.reason} {times} times")
            books.told += 1
            _came_to_nothing(books, actor, untold)
            untold = []
        else:
            why = "which he did himself" if did else "which is not his business"
            books.hold(times == 0, f"{actor.reference} is told of {one.reason}, {why}")
            if did or touched:
                untold.append((one, touched))
    _came_to_nothing(books, actor, untold)


def _came_to_nothing(books: Books, actor: Actor, untold: list[tuple[Step, bool]]) -> None:
    """What of these touched him was not told: then after them all is as he knew it, or as he has made it himself."""
    missed = [one.reason for one, touched in untold if touched]
    if not missed:
        return
    books.came_to_nothing += len(missed)
    while not untold[0][1]:
        untold.pop(0)
    known, end = untold[0][0].before, untold[-1][0].after
    for one, touched in untold:
        if not touched and known is not None and one.before is not None:
            known = {**known, **{name: one.after[name] for name in FIELDS if one.before[name] != one.after[name]}}
    elsewhere = actor.role == "observer" and not _is_for(actor, known) and not _is_for(actor, end)
    unborn = known is None and end["cancelled"]
    if not (elsewhere or unborn or known == end):
        what = _differing(known, end) if known else "new"
        books.faults.append(f"{actor.reference} is never told of {', '.join(missed)}: {what}")
