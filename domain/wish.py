"""A digest that somebody asked for."""

from dataclasses import dataclass
from datetime import date

from domain.digest_button import View

SHORT = (View.DAY, View.SILENT)
LONG = (View.WEEK, View.MISSION)
"""What takes the longer, the longer the mission lasts; nobody who asks for a day waits behind it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What he wants to read: `view` of this day. `cause` is the update by which he asked."""

    wish_id: int
    chat_id: int
    person_id: int
    day: date
    view: View
    cause: int | None
