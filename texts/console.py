"""Sentences of the command line. Plain text, no markup."""

from collections.abc import Mapping, Sequence
from typing import Any

from texts.tongue import Tongue


def exposed(t: Tongue, path: str) -> str:
    """A warning about a secret that lies open."""
    return t.label("Warning: {path} holds the bot's token and everybody can read it; chmod 600 it.", path=path)


def migrated(t: Tongue, applied: Sequence[str]) -> str:
    """What was done to the schema."""
    if not applied:
        return t.label("The database is up to date.")
    return t.label("Applied: {names}.", names=", ".join(applied))


def dry_run(t: Tongue) -> str:
    """Nothing was written."""
    return t.label("Dry run: nothing was written.")


def no_such_person(t: Tongue, references: Sequence[str]) -> str:
    """References that are not on the roster."""
    return t.label("Not on the roster: {references}.", references=", ".join(references))


def enrolled_already(t: Tongue, references: Sequence[str]) -> str:
    """They need no invitation."""
    return t.label("Enrolled already, no invitation made: {references}.", references=", ".join(references))


def nobody_to_invite(t: Tongue) -> str:
    """The list is empty."""
    return t.label("Nobody on the roster is without an account.")


def username_unknown(t: Tongue) -> str:
    """Links need the bot's name."""
    return t.label("The bot's username is not known yet. Run the bot once (fieldpost run), or set telegram.username.")


def telegram_unreachable(t: Tongue, error: str) -> str:
    """Telegram did not tell the bot's name."""
    return t.label(
        "Telegram did not tell the bot's username ({error}). Check telegram.token, or set telegram.username.",
        error=error,
    )


def no_digest(t: Tongue, reference: str) -> str:
    """Only those who lead get digests."""
    return t.label("{reference} is no coordinator and gets no digest.", reference=reference)


def status_lines(t: Tongue, facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(what, how it stands) for a person to read."""
    inbox, outbox, people = facts["inbox"], facts["outbox"], facts["people"]
    waits = outbox["oldest_queued_seconds"]
    never = t.label("never")
    lines = [
        (t.label("Bot"), f"@{facts['bot_username']}" if facts["bot_username"] else "?"),
        (t.label("Telegram last heard"), str(facts["heard_at"] or never)),
        (
            t.label("Roster"),
            t.label("{people} people, {enrolled} enrolled", people=people["on_roster"], enrolled=people["enrolled"]),
        ),
        (t.label("Unreachable"), ", ".join(people["unreachable"]) or "0"),
        (t.label("Inbox"), t.label("{open} open, {parked} parked", open=inbox["open"], parked=inbox["parked"])),
        (
            t.label("Outbox"),
            t.label(
                "{queued} queued, {sending} on their way, {sent} sent, {in_doubt} in doubt, {refused} refused",
                **{key: outbox[key] for key in ("queued", "sending", "sent", "in_doubt", "refused")},
            ),
        ),
        (t.label("Oldest letter waits"), "—" if waits is None else t.label("{seconds} s", seconds=waits)),
        (
            t.label("Database"),
            t.label("{bytes} bytes, schema {version}", bytes=facts["database_bytes"], version=facts["schema_version"]),
        ),
    ]
    lines += [
        (t.label("Parked update"), f"{update['update_id']} ({update['error']}, {update['parked_at']})")
        for update in inbox["parked_updates"]
    ]
    for title, key in ((t.label("In doubt"), "in_doubt_letters"), (t.label("Refused"), "refused_letters")):
        lines += [
            (title, f"{letter['id']} {letter['kind']} → {letter['chat_id']}: {letter['error']}")
            for letter in outbox[key]
        ]
    return lines


def already_running(t: Tongue, path: str) -> str:
    """A second bot on one database."""
    return t.label("Another Fieldpost is running on {path}. Stop it first, or use another storage.path.", path=path)


def wrong_token(t: Tongue) -> str:
    """Telegram's 401."""
    return t.label(
        "Telegram does not know this token. Check telegram.token or the file that telegram.token_file names."
    )


def newer_database(t: Tongue, path: str) -> str:
    """A downgrade."""
    return t.label("{path} was written by a newer Fieldpost. Use that version, or restore a copy.", path=path)
