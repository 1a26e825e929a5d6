"""Who gives what."""

from dataclasses import dataclass

from domain.step import Standing


@dataclass(eq=False)
class Actor:
    """A person with his phone."""

    reference: str
    user_id: int
    person_id: int = 0


@dataclass
class Given:
    """One input: who gave what, and by what it can be found again."""

    actor: Actor
    what: str
    """say, edit, tap, send, move: decides which answer is due."""
    message_id: int = 0
    words: str = ""
    """A word that nobody else has ever said."""
    instead_of: str = ""
    """For an edit: the word that stood there before."""
    file_id: str = ""
    latitude: float | None = None
    query: str = ""
    data: str = ""
    """Of a tap: what the button carries."""
    standing: Standing | None = None
