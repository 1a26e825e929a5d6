"""What every button carries."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Payload:
    """What a button means. Fields are integers, dates as text, or one of an enumeration's values."""

    code: ClassVar[str] = ""
