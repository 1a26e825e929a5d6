"""What is said of exports."""

from collections.abc import Sequence

from domain.message import Message
from texts.tongue import Html, Tongue


def what_to_export(t: Tongue, topics: Sequence[str], forms: Sequence[str]) -> Message:
    """/export without saying what."""
    text = t.say(
        "Write what to export, and as what if not as XLSX: /export checkins csv\nThere are: {topics}\nAs: {forms}\n"
        "/export programme gives the programme as a workbook that you can change and send back.",
        topics=", ".join(topics),
        forms=", ".join(forms),
    )
    return Message(text)


def whole_mission_only(t: Tongue) -> Message:
    """To who coordinates some teams only."""
    return Message(t.say("Exports hold the whole mission: only who coordinates all of it gets them."))


def caption(t: Tongue, topic: str) -> Html:
    """Under the file."""
    return t.say("Export: {topic}. It holds personal data, so Telegram does not let it be passed on.", topic=topic)


def written(t: Tongue, path: str) -> str:
    """On the command line."""
    return t.label("Written to {path}. It holds personal data: only you may read it.", path=path)


def not_written(t: Tongue, path: str, error: str) -> str:
    """On the command line: the disk did not take it."""
    return t.label("{path} could not be written: {error}. Nothing is left of it.", path=path, error=error)


def no_places(t: Tongue) -> str:
    """On the command line."""
    return t.label("Only check-ins have places: geojson goes with checkins.")
