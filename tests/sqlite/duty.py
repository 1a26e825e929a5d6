"""A mission of many people in a real database, for tests that let days pass without the bot."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from domain.button import Presence
from domain.meeting import Meeting
from domain.mission import Mission
from services.desk import Desk
from storage import accounts, checkins, meetings, people
from storage.database import as_text, connect, migrate
from texts.tongue import Tongues

FIRST_CHAT = 10_000


class Duty:
    """People of teams, each aboard, and meetings; the clock is told at every act."""

    def __init__(self, folder: Path, mission: Mission, begun: datetime) -> None:
        self.path = folder / "mission.sqlite"
        self.mission = mission
        self.begun = begun
        self.tongues = Tongues(mission.languages)
        self.db = connect(self.path)
        migrate(self.db)

    def restart(self) -> None:
        """As after a kill: nothing but the file is left."""
        self.db.close()
        self.db = connect(self.path)

    def desk(self, now: datetime) -> Desk:
        """The desk at that moment."""
        return Desk(self.db, now, self.mission, self.tongues)

    def person(self, reference: str, role: str = "observer", team: str = "", **more: Any) -> int:
        """Somebody aboard, last heard when it all began; his id. Scope and settings by `more`."""
        if team:
            people.ensure_teams(self.db, [team])
        found = self.db.execute("SELECT id FROM team WHERE name = ?", (team,)).fetchone()
        row = {"reference": reference, "name": f"Person {reference}", "role": role, "team_id": found and found[0]}
        rest = {"delegation": "", "language": "en", "time_zone": "UTC", "zone_known": 1, "phone": "", "extra": "{}"}
        people.add(self.db, [{**row, **rest, **{key: more[key] for key in more if key in rest}}], self.begun)
        number = int(self.db.execute("SELECT id FROM person WHERE reference = ?", (reference,)).fetchone()[0])
        accounts.bind(self.db, FIRST_CHAT + number, number, "", self.begun - timedelta(hours=12))
        return number

    def meeting(self, reference: str, start: datetime, teams: list[str], minutes: int = 60, zone: str = "UTC") -> int:
        """A meeting for these teams; its id."""
        planned = Meeting(
            0, reference, start, start + timedelta(minutes=minutes), zone, "visit", f"Host of {reference}", "City",
            "Hall", None, None, (), tuple(teams), False, 1,
        )  # fmt: skip
        number = meetings.save(self.db, planned, author_id=None, source="test", reason="", now=self.begun)
        ids = [self.db.execute("SELECT id FROM team WHERE name = ?", (team,)).fetchone()[0] for team in teams]
        meetings.set_participants(self.db, number, ids, [])
        return number

    def say(self, meeting_id: int, person_id: int, presence: Presence, at: datetime, by: int | None = None) -> None:
        """A word about somebody, his own unless it is another's."""
        checkins.add(self.db, meeting_id, person_id, presence, at, at, by)
        self.heard(by or person_id, at)

    def heard(self, person_id: int, at: datetime) -> None:
        """The bot hears anything from him."""
        accounts.note_sign_of_life(self.db, FIRST_CHAT + person_id, "", at)

    def letters(self, person_id: int) -> list[tuple[datetime, str]]:
        """(when, what) of all new messages written to somebody."""
        rows = self.db.execute(
            "SELECT queued_at, payload FROM outbox WHERE chat_id = ? AND method = 'sendMessage'"
            " AND json_extract(payload, '$.text') IS NOT NULL ORDER BY id",
            (FIRST_CHAT + person_id,),
        )
        return [(datetime.fromisoformat(row[0]), json.loads(row[1])["text"]) for row in rows]

    def deliver(self) -> None:
        """Telegram takes everything that waits."""
        self.db.execute(
            "UPDATE outbox SET state = 'sent', message_id = id, settled_at = ? WHERE state = 'queued'",
            (as_text(self.begun),),
        )

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database holds."""
        return [tuple(row) for row in self.db.execute(sql, values).fetchall()]
