"""What a team's leader is told of those who cannot attend."""

from domain.checkin import CheckInFact
from domain.meeting import Meeting
from domain.message import Message
from texts.programme import said_at, title
from texts.tongue import Tongue


def cannot_attend(t: Tongue, meeting: Meeting, fact: CheckInFact) -> Message:
    """Somebody cannot attend, and why if he told."""
    lines: list[str] = [
        title(t, meeting),
        t.say("{name} cannot attend (said at {time}).", name=fact.person, time=said_at(t, meeting, fact.said_at)),
    ]
    if fact.reason:
        lines.append(t.say("Reason: {reason}", reason=fact.reason[:500]))
    return Message("\n".join(lines))


def after_all(t: Tongue, meeting: Meeting, fact: CheckInFact) -> Message:
    """He took it back after this reader had been told."""
    told = t.say("{name} no longer says “cannot attend”.", name=fact.person)
    return Message(f"{title(t, meeting)}\n{told}")
