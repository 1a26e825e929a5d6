"""A scene: what people do on the stage, one step after another, as a TOML file that a mission can write itself.

docs/scenes.md tells how. Reading finds every fault with its line; playing is in demo/player.py.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.scene_values import (
    Wrong,
    as_clock,
    as_flag,
    as_number,
    as_place,
    as_text,
    as_weather,
    as_words,
    one_of,
)

SCENES = Path(__file__).resolve().parent / "scenes"

Check = Callable[[Any], Any]

BY_PERSON: dict[str, Check] = {
    "start": as_flag,
    "say": as_words,
    "tap": as_words,
    "location": as_place,
    "photo": as_text,
    "file": as_text,
    "voice": as_number,
    "edit": as_words,
    "offline": as_flag,
    "block": as_flag,
    "bring": as_flag,
}
"""What a person can do, and what may stand behind it."""
BY_STAGE: dict[str, Check] = {
    "clock": as_clock,
    "pace": as_number,
    "hold": as_flag,
    "bot": lambda value: one_of(value, ("kill", "start", "restart")),
    "weather": as_weather,
    "wait": as_number,
}
"""What the stage can do."""
EXPECTED: dict[str, Check] = {"sees": as_words, "misses": as_words, "alert": as_words}
"""What a person must find on the phone, or must not, after the step."""
BESIDE: dict[str, Check] = {"note": as_words, "in": as_text, "caption": as_words, "picture": as_text}
_HEAD: dict[str, Check] = {
    "title": as_words,
    "about": as_words,
    "mission": as_words,
    "roster": as_text,
    "programme": as_text,
    "time_zone": as_text,
    "begins": as_text,
    "digest_at": as_text,
    "pause": as_number,
}
_PERSON: dict[str, Check] = {
    "reference": as_text,
    "stranger": as_text,
    "role": as_text,
    "team": as_text,
    "language": as_text,
    "hint": as_words,
    "many": as_number,
}
_GROUP = frozenset({"title", "members", "bot", "forum"})


@dataclass(frozen=True)
class Fault:
    """What is wrong with a scene, for the one who wrote it."""

    line: int
    what: str

    def __str__(self) -> str:
        """As one line."""
        return f"line {self.line}: {self.what}"


@dataclass(frozen=True)
class Role:
    """Somebody of the scene. With `many` it is a crowd: all who fit, or so many of them."""

    name: str
    about: dict[str, Any]

    @property
    def crowd(self) -> bool:
        """Whether this is many people at once."""
        return "many" in self.about


@dataclass(frozen=True)
class Circle:
    """A group chat of the scene."""

    name: str
    title: str
    members: tuple[str, ...]
    bot: str = "member"
    forum: bool = False


@dataclass(frozen=True)
class Step:
    """One thing that happens. `do` is empty where somebody only looks."""

    number: int
    line: int
    who: str | None
    do: str
    value: Any
    beside: dict[str, Any] = field(default_factory=dict)

    def words(self, key: str, language: str) -> str:
        """What stands beside the act, in this language; empty when nothing does."""
        return spoken(self.beside.get(key, ""), language)


@dataclass(frozen=True)
class Scene:
    """A scene that can be played."""

    name: str
    head: dict[str, Any]
    people: dict[str, Role]
    groups: dict[str, Circle]
    steps: tuple[Step, ...]
    folder: Path

    def path(self, key: str, otherwise: Path) -> Path:
        """A file that the scene names, beside it; else the stage's own."""
        named = self.head.get(key)
        return (self.folder / named) if named else otherwise


class BadSceneError(Exception):
    """The scene cannot be played; the text names each fault with its line."""

    def __init__(self, where: str, faults: list[Fault]) -> None:
        """Keep them for whoever wants to tell them another way."""
        super().__init__("\n".join(f"{where}, {fault}" for fault in faults))
        self.faults = faults


def spoken(words: Any, language: str) -> str:
    """Words in this language, else in English, else in whichever they are given."""
    if isinstance(words, dict):
        return str(words.get(language) or words.get("en") or next(iter(words.values()), ""))
    return str(words)


def find_scene(name: str) -> Path:
    """The file of a scene: one of ours by its name, else a path. FileNotFoundError in words."""
    ours = SCENES / f"{name}.toml"
    if re.fullmatch(r"[\w-]+", name) and ours.is_file():
        return ours
    path = Path(name)
    if path.is_file():
        return path
    known = ", ".join(sorted(one.stem for one in SCENES.glob("*.toml")))
    raise FileNotFoundError(f"There is no scene {name!r}. Those that come with Fieldpost: {known}; or name a file.")


def load_scene(path: Path) -> Scene:
    """Read a scene; BadSceneError with every fault when it cannot be played."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadSceneError(path.name, [Fault(1, f"this is no UTF-8 text ({error.reason})")]) from None
    return read_scene(text, path.stem, path.parent)


def read_scene(text: str, name: str, folder: Path) -> Scene:
    """The same from a text; files that the scene names lie in `folder`."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(found[1]) if found else max(1, len(text.splitlines()))
        raise BadSceneError(name, [Fault(line, re.sub(r" \(at .*\)$", "", str(error)))]) from None
    reader = _Reader(Lines(text), folder)
    scene = reader.read(told, name)
    if reader.faults:
        raise BadSceneError(name, sorted(reader.faults, key=lambda fault: fault.line))
    return scene


class Lines:
    """Where in the file a table or a key stands; tomllib does not tell."""

    def __init__(self, text: str) -> None:
        """Walk through once; what stands within multi-line texts is not looked at."""
        self._at: dict[tuple[str, ...], int] = {}
        counts: dict[str, int] = {}
        table: tuple[str, ...] = ()
        within = ""
        for number, line in enumerate(text.splitlines(), 1):
            if not within:
                if head := re.match(r"\s*\[\[\s*([\w-]+)\s*\]\]", line):
                    counts[head[1]] = counts.get(head[1], 0) + 1
                    table = (head[1], str(counts[head[1]]))
                    self._at[table] = number
                elif head := re.match(r"\s*\[\s*([\w.\"'-]+)\s*\]", line):
                    table = tuple(part.strip("\"'") for part in head[1].split("."))
                    self._at[table] = number
                elif key := re.match(r"\s*[\"']?([\w-]+)[\"']?\s*[.=]", line):
                    self._at.setdefault((*table, key[1]), number)
            for quotes in re.findall(r'"""|\'\'\'', line):
                within = quotes if not within else "" if within == quotes else within

    def of(self, *path: str) -> int:
        """The line of the nearest thing that this path names."""
        while path:
            if path in self._at:
                return self._at[path]
            path = path[:-1]
        return 1


class _Reader:
    def __init__(self, lines: Lines, folder: Path) -> None:
        self.lines, self.folder = lines, folder
        self.faults: list[Fault] = []

    def fault(self, what: str, *path: str) -> None:
        self.faults.append(Fault(self.lines.of(*path), what))

    def read(self, told: dict[str, Any], name: str) -> Scene:
        tables = {"people", "groups", "step"}
        head = self.values({k: v for k, v in told.items() if k not in tables}, _HEAD, "a scene")
        for key in ("roster", "programme"):
            if key in head and not (self.folder / head[key]).is_file():
                self.fault(f"{key}: there is no file {head[key]} beside the scene", key)
        people = {key: Role(key, self.person(key, about)) for key, about in self.table(told, "people").items()}
        groups = {key: self.group(key, about, people) for key, about in self.table(told, "groups").items()}
        found = told.get("step", [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self.fault("steps are written as [[step]]", "step")
            found = []
        if not found and not self.faults:
            self.fault("a scene has at least one [[step]]")
        steps = tuple(self.step(n, one, people, groups) for n, one in enumerate(found, 1))
        return Scene(name, head, people, groups, steps, self.folder)

    def table(self, told: dict[str, Any], key: str) -> dict[str, dict[str, Any]]:
        found = told.get(key, {})
        if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
            self.fault(f"{key} are written as [{key}.name]", key)
            return {}
        return found

    def values(self, told: dict[str, Any], known: dict[str, Check], what: str, *path: str) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key, value in told.items():
            if key not in known:
                self.fault(f"{what} has no {key!r}; it knows {', '.join(known)}", *path, key)
                continue
            try:
                out[key] = known[key](value)
            except Wrong as wrong:
                self.fault(f"{key}: {wrong}", *path, key)
        return out

    def person(self, name: str, told: dict[str, Any]) -> dict[str, Any]:
        about = self.values(told, _PERSON, "a person", "people", name)
        if not {"reference", "stranger", "role", "team"} & set(about):
            self.fault(f"{name}: say who this is by reference, role, team or stranger", "people", name)
        return about

    def group(self, name: str, told: dict[str, Any], people: dict[str, Role]) -> Circle:
        for key in sorted(set(told) - _GROUP):
            self.fault(f"a group has no {key!r}", "groups", name, key)
        members = told.get("members", [])
        if not isinstance(members, list) or not members:
            self.fault("members: a list of names of people", "groups", name)
            members = []
        for one in members:
            if one not in people:
                self.fault(f"members: nobody here is called {one!r}", "groups", name, "members")
        bot = told.get("bot", "member")
        if bot not in ("member", "administrator", "none"):
            self.fault("bot: member, administrator or none", "groups", name, "bot")
        return Circle(name, str(told.get("title", name)), tuple(map(str, members)), str(bot), bool(told.get("forum")))

    def step(self, n: int, told: dict[str, Any], people: dict[str, Role], groups: dict[str, Circle]) -> Step:
        here = ("step", str(n))
        acts = [key for key in told if key in BY_PERSON or key in BY_STAGE]
        who = told.get("who")
        if len(acts) > 1:
            self.fault(f"one step does one thing, not {' and '.join(acts)}", *here, acts[1])
        known = {**BY_PERSON, **BY_STAGE, **EXPECTED, **BESIDE}
        values = self.values({k: v for k, v in told.items() if k != "who"}, known, "a step", *here)
        do = acts[0] if acts else ""
        needs = do in BY_PERSON or bool(set(EXPECTED) & set(told))
        if who is not None and who not in people:
            self.fault(f"who: nobody here is called {who!r}", *here, "who")
        elif who is None and needs:
            self.fault(f"who does or sees this? {do or 'sees'} needs a `who`", *here)
        if not acts and not set(EXPECTED) & set(told):
            self.fault("nothing happens in this step", *here)
        if do == "bring" and "in" not in told:
            self.fault("bring: which group? It needs an `in`", *here, "bring")
        if "in" in values and values["in"] not in groups:
            self.fault(f"in: no group here is called {values['in']!r}", *here, "in")
        for key in ("photo", "file"):
            if key in values and "/" in values[key] and not (self.folder / values[key]).is_file():
                self.fault(f"{key}: there is no file {values[key]} beside the scene", *here, key)
        beside = {k: v for k, v in values.items() if k != do}
        return Step(n, self.lines.of(*here), who if isinstance(who, str) else None, do, values.get(do), beside)
