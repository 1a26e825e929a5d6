"""What must be true of people and meetings, worked out from the rows alone, by other code than the product's."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

SAID = {"a": "arrived", "w": "on_my_way", "c": "cannot_attend", "l": "left"}
THERE = {"arrived", "left"}


@dataclass(frozen=True)
class Derived:
    """One moment's truth. Keys are row ids."""

    status: dict[int, str]
    """By meeting."""
    attendance: dict[tuple[int, int], str]
    """By meeting and person, of those who said something."""
    last_word: dict[tuple[int, int], int]
    """The row of a person's last word at a meeting."""
    over: dict[int, bool]
    """Whether the meeting's end, if anybody knows it, has passed."""
    cancelled: frozenset[int]

    def attendance_of(self, meeting_id: int, person_id: int) -> str:
        """Of anybody, also of those who said nothing."""
        silent = "no_show" if self.over[meeting_id] and meeting_id not in self.cancelled else "expected"
        return self.attendance.get((meeting_id, person_id), silent)

    def there(self, meeting_id: int) -> set[int]:
        """Who was at the meeting."""
        return {key[1] for key, state in self.attendance.items() if key[0] == meeting_id and state in THERE}


def derive(db: sqlite3.Connection, now: datetime) -> Derived:
    """Read every row, and think again from the beginning."""
    moment = datetime.fromisoformat
    meetings = {row["id"]: row for row in db.execute("SELECT * FROM meeting")}
    ends = {number: moment(row["ends_at"]) if row["ends_at"] else None for number, row in meetings.items()}
    over = {number: end is not None and end <= now for number, end in ends.items()}
    rows = list(db.execute("SELECT * FROM checkin"))
    undone = {row["undoes"] for row in rows if row["undoes"] is not None}
    last: dict[tuple[int, int], sqlite3.Row] = {}
    for row in rows:
        if row["presence"] == "u" or row["id"] in undone:
            continue
        key = (row["meeting_id"], row["person_id"])
        if key not in last or (moment(row["said_at"]), row["id"]) > (moment(last[key]["said_at"]), last[key]["id"]):
            last[key] = row
    attendance = {}
    for (meeting_id, person_id), row in last.items():
        never_came = row["presence"] == "w" and over[meeting_id]
        attendance[meeting_id, person_id] = "no_show" if never_came else SAID[row["presence"]]
    logged = {row["meeting_id"] for row in db.execute("SELECT meeting_id FROM log_submission")}
    status = {}
    for number, row in meetings.items():
        somebody = any(meeting == number and state in THERE for (meeting, _), state in attendance.items())
        start = moment(row["starts_at"])
        if row["cancelled_at"] is not None:
            status[number] = "cancelled"
        elif number in logged:
            status[number] = "logged"
        elif somebody:
            status[number] = "held" if (ends[number] or start) <= now else "under_way"
        elif over[number]:
            status[number] = "missed"
        else:
            moved = row["first_starts_at"] and moment(row["first_starts_at"]) != start
            status[number] = "moved" if moved else "planned"
    cancelled = frozenset(number for number, row in meetings.items() if row["cancelled_at"] is not None)
    return Derived(status, attendance, {key: row["id"] for key, row in last.items()}, over, cancelled)
