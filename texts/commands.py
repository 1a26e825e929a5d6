"""The commands as Telegram's menu shows them."""

from texts.tongue import Tongue


def command_texts(t: Tongue) -> list[tuple[str, str]]:
    """(command, description) of what every accredited person may use."""
    return [
        ("programme", t.label("Your meetings")),
        ("checkin", t.label("I am there, on my way, cannot attend")),
        ("log", t.label("Tell what was said at a meeting")),
        ("cancel", t.label("Leave the question you are at")),
        ("help", t.label("What you can do here")),
    ]


def lead_commands(t: Tongue) -> list[tuple[str, str]]:
    """What coordinators may use besides."""
    return [*command_texts(t), ("digest", t.label("The day in one text"))]
