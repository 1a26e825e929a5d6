"""Under the picture of a day."""

from texts.tongue import Html, Tongue


def caption(t: Tongue) -> Html:
    """What the colours mean."""
    return t.say("The day by the hour. 🟦 meetings planned, 🟩 people arrived, 🟧 logs in")
