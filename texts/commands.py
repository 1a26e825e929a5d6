"""The commands as Telegram's menu shows them."""

from collections.abc import Iterable

from texts.tongue import Tongue


def describe(t: Tongue, names: Iterable[str]) -> list[tuple[str, str]]:
    """(command, description) in the menu's order; commands that the menu does not show are left out."""
    texts = {
        "programme": t.label("Your meetings"),
        "next": t.label("The meeting that comes next"),
        "checkin": t.label("I am there, on my way, cannot attend"),
        "log": t.label("Tell what was said at a meeting"),
        "meeting": t.label("You met somebody without a plan: tell of it"),
        "change": t.label("A meeting is moved, elsewhere, cancelled"),
        "history": t.label("What was changed of a meeting"),
        "proposals": t.label("Changes that wait for your decision"),
        "publish": t.label("Publish a day's programme as a version"),
        "asof": t.label("The programme as it stood at a moment"),
        "incident": t.label("Something went wrong: tell the coordinators"),
        "calendar": t.label("Your programme as a calendar file"),
        "live": t.label("Who is where, what is on, what is overdue"),
        "digest": t.label("The day in one text"),
        "chronicle": t.label("The day as the mission tells it"),
        "export": t.label("The mission's facts as tables"),
        "team": t.label("Your team and its people"),
        "people": t.label("Look for somebody"),
        "free": t.label("Who is free now, or at the time you write"),
        "board": t.label("Who is aboard, who is not"),
        "announce": t.label("Tell people and groups something"),
        "groups": t.label("The groups and what each is for"),
        "status": t.label("How the bot is doing: what waits, what is in doubt"),
        "settings": t.label("Language, time zone, reminders, quiet hours"),
        "me": t.label("Everything the mission holds on you"),
        "cancel": t.label("Leave the question you are at"),
        "help": t.label("What you can do here"),
    }
    wanted = set(names)
    return [(name, text) for name, text in texts.items() if name in wanted]


def stranger_commands(t: Tongue) -> list[tuple[str, str]]:
    """What somebody unknown sees."""
    return [("start", t.label("Enrol with your invitation link"))]
