"""Who is on stage: everybody of the mission, whose phones are shown first, and where meetings are."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from demo.telegram import StageError
from storage import watch
from storage.database import connect

if TYPE_CHECKING:
    from pathlib import Path

    from demo.bill import Bill, Words
    from demo.scene import Role, Scene
    from demo.telegram import StandIn

STRANGER = 8_999_000_001
_FIRST_ID = 8_000_000_000
_FIRST_PHONES = 8
_MOST_IN_GROUP = 50


@dataclass
class Company:
    """The people as the page shows them; `ids` finds those of a scene by the name it gives them."""

    telegram: StandIn
    bill: Bill
    people: list[dict[str, Any]] = field(default_factory=list)
    phones: list[dict[str, Any]] = field(default_factory=list)
    places: list[dict[str, Any]] = field(default_factory=list)
    ids: dict[str, list[int]] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)

    def assemble(self, database: Path, invitations: dict[str, str]) -> None:
        """Read the mission from the bot's database. `invitations`: reference → what follows /start."""
        with closing(connect(database, read_only=True)) as db:
            rows, places, groups = watch.list_cast(db), watch.list_places(db), watch.list_groups(db)
        self.people = [self._person(n, row, invitations) for n, row in enumerate(rows, 1)]
        self.places = [_place(row) for row in places]
        if self.bill.scene is not None:
            self._of_scene(self.bill.scene)
        else:
            self._cast()
        if self.bill.database is not None:
            self._settled(rows, groups)
        for one in self.phones:
            self.bring(one["user_id"])

    def told(self) -> dict[str, Any]:
        """As the page reads it."""
        return {
            "mission": self.bill.title,
            "time_zone": self.bill.time_zone,
            "phones": self.phones,
            "places": self.places,
            "try": self.bill.tries,
            "roster": self.people,
        }

    def bring(self, user_id: int) -> None:
        """Let Telegram know this person; nothing if it does."""
        if user_id in self.telegram.world.users:
            return
        one = next((p for p in (*self.phones, *self.people) if p["user_id"] == user_id), None)
        if one is None:
            raise StageError(f"nobody on stage has the number {user_id}")
        first, _, last = str(one["name"]).partition(" ")
        self.telegram.add_user(
            user_id, first, last_name=last or None, username=one.get("username"), language_code=one["language"]
        )

    def enter_groups(self) -> None:
        """The first member of each group of the scene puts the bot in; the bot hears of it."""
        scene = self.bill.scene
        for circle in scene.groups.values() if scene else ():
            chat_id, by = self.groups[circle.name], self.ids[circle.members[0]][0]
            if circle.bot != "none":
                self.telegram.add_bot(chat_id, by, as_="administrator" if circle.bot == "administrator" else "member")

    def person(self, user_id: int) -> dict[str, Any] | None:
        """Of the mission, or a stranger with a phone."""
        return next((p for p in (*self.people, *self.phones) if p["user_id"] == user_id), None)

    # --- beneath

    @staticmethod
    def _person(n: int, row: dict[str, Any], invitations: dict[str, str]) -> dict[str, Any]:
        role = str(row["role"]).replace("_", " ")
        return {
            "user_id": row["telegram_id"] or _FIRST_ID + n,
            "name": row["name"],
            "role": f"{role}, {row['team']}" if row["team"] else role,
            "language": row["language"],
            "time_zone": row["time_zone"],
            "username": row["username"] or None,
            "start_payload": None if row["telegram_id"] else invitations.get(row["reference"]),
            "hint": None,
            "reference": row["reference"],
            "team": row["team"],
            "is": row["role"],
        }

    def _fitting(self, about: dict[str, Any]) -> list[dict[str, Any]]:
        names = {"reference": "reference", "role": "is", "team": "team", "language": "language"}
        wanted = {own: about[key] for key, own in names.items() if key in about}
        return [p for p in self.people if wanted.items() <= p.items()]

    def _cast(self) -> None:
        for about, hint in self.bill.cast:
            found = next((p for p in self._fitting(about) if p not in self.phones), None)
            if found is not None:
                found["hint"] = hint or None
                self.phones.append(found)
        self._stranger("Alex Stranger", self.bill.nobody)

    def _stranger(self, name: str, hint: Words | None) -> int:
        number = STRANGER + sum(1 for p in self.phones if p["role"] == "stranger")
        nobody = {"role": "stranger", "language": "en", "time_zone": self.bill.time_zone, "start_payload": None}
        self.phones.append({"user_id": number, "name": name, **nobody, "hint": hint})
        return number

    def _of_scene(self, scene: Scene) -> None:
        for name, role in scene.people.items():
            self.ids[name] = self._ids_of(name, role)
        for circle in scene.groups.values():
            members = [number for name in circle.members for number in self.ids[name]]
            for number in members:
                self.bring(number)
            self.groups[circle.name] = self.telegram.add_group(
                circle.title, members, kind="supergroup", forum=circle.forum
            )

    def _ids_of(self, name: str, role: Role) -> list[int]:
        hint = role.about.get("hint")
        if "stranger" in role.about:
            return [self._stranger(role.about["stranger"], hint)]
        # A language that is given beside a reference is the one they will choose, not one that finds them.
        known = {k: v for k, v in role.about.items() if k != "language" or "reference" not in role.about}
        taken = {number for numbers in self.ids.values() for number in numbers}
        found = [p for p in self._fitting(known) if p["user_id"] not in taken]
        if not found:
            raise LookupError(f"nobody on the roster fits {name!r}")
        if role.crowd:
            found = found[: int(role.about["many"])] if role.about["many"] else found
            for one in found:
                self.bring(one["user_id"])
        else:
            found = found[:1]
        for one in found[: 1 if role.crowd else None]:
            one["hint"] = hint
            one["language"] = role.about.get("language", one["language"])
            if len(self.phones) < _FIRST_PHONES:
                self.phones.append(one)
        return [one["user_id"] for one in found]

    def _settled(self, rows: list[dict[str, Any]], groups: list[dict[str, Any]]) -> None:
        """Those who are aboard in the copied database have pressed Start before; its groups exist."""
        aboard = [one for one, row in zip(self.people, rows, strict=True) if row["telegram_id"]]
        for one in aboard:
            self.bring(one["user_id"])
            self.telegram.world.users[one["user_id"]].started = True
        for row in groups:
            self.telegram.add_group(
                row["title"] or str(row["chat_id"]),
                [one["user_id"] for one in aboard[:_MOST_IN_GROUP]],
                kind="supergroup" if row["kind"] == "supergroup" else "group",
                bot_is="administrator" if row["status"] == "administrator" else "member",
                chat_id=row["chat_id"],
            )


def _place(row: dict[str, Any]) -> dict[str, Any]:
    start = datetime.fromisoformat(row["starts_at"]).astimezone(ZoneInfo(row["time_zone"]))
    return {
        "name": row["host"],
        "address": f"{row['reference']}, {start:%H:%M}, {row['city']}".rstrip(", "),
        "latitude": row["latitude"],
        "longitude": row["longitude"],
    }
