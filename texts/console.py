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
        (t.label("Last backup"), str(facts["backed_up_at"] or never)),
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
            t.label("Files of logs"),
            t.label(
                "{stored} stored ({bytes} bytes), {wanted} wanted, {too_large} too large, {lost} lost",
                **facts["attachments"],
            ),
        ),
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


def database_in_trouble(t: Tongue, path: str, reason: str) -> str:
    """SQLite's own word for it: a full disk, a lock, an I/O error."""
    return t.label(
        "The database {path} cannot be used: {reason}. Look whether the disk is full and whether Fieldpost may write "
        "there; nothing that was said is lost, Telegram keeps it for a day.",
        path=path,
        reason=reason,
    )


def wrong_token(t: Tongue) -> str:
    """Telegram's 401."""
    return t.label(
        "Telegram does not know this token. Check telegram.token or the file that telegram.token_file names."
    )


def newer_database(t: Tongue, path: str) -> str:
    """A downgrade."""
    return t.label("{path} was written by a newer Fieldpost. Use that version, or restore a copy.", path=path)


def neutral_name(t: Tongue, person_id: int) -> str:
    """What stands in the place of a forgotten person's name."""
    return t.label("Person {number}", number=person_id)


def neutral_name_of_many(t: Tongue) -> str:
    """The same where several had that name."""
    return t.label("A person")


def will_forget(t: Tongue, reference: str, counts: Mapping[str, int]) -> list[str]:
    """What `forget` is about to do to one person."""
    return [t.label("To be erased of {reference}, for good:", reference=reference), *_erased_lines(t, counts)]


def will_forget_mission(t: Tongue, counts: Mapping[str, int]) -> list[str]:
    """What `forget --mission` is about to do."""
    return [
        t.label("To be erased of all {people} people, for good:", people=counts["people"]),
        *_erased_lines(t, counts),
        t.label("Nobody will be able to use the bot afterwards, and letters that wait are not sent."),
    ]


def ask_forget(t: Tongue) -> str:
    """The question on the terminal."""
    return t.label("Erase it?")


def forget_needs_yes(t: Tongue) -> str:
    """Nobody is there to be asked."""
    return t.label("Nothing was erased. Without a terminal to ask on, give --yes.")


def forget_whom(t: Tongue) -> str:
    """Neither or both were given."""
    return t.label("Give either a reference of the roster or --mission.")


def not_forgotten(t: Tongue) -> str:
    """The operator said no."""
    return t.label("Nothing was erased.")


def forgotten(t: Tongue, reference: str, neutral: str) -> str:
    """Done, for one person."""
    return t.label(
        "{reference} is forgotten: what the mission learned stays, under “{neutral}”.",
        reference=reference,
        neutral=neutral,
    )


def mission_forgotten(t: Tongue) -> str:
    """Done, for all."""
    return t.label("Everybody is forgotten: what the mission learned stays, without names.")


def forgotten_before(t: Tongue, reference: str) -> str:
    """Only the files are cleaned again."""
    return t.label("{reference} was forgotten before; cleaning the database's files again.", reference=reference)


def name_not_unique(t: Tongue, references: Sequence[str]) -> str:
    """A name that may mean somebody else."""
    return t.label(
        "Others have the same name, or it is too short to look for: {references}. It was erased from their own data, "
        "and stays where others wrote it.",
        references=", ".join(references),
    )


def reference_tells(t: Tongue, references: Sequence[str]) -> str:
    """A reference that is no code."""
    return t.label(
        "These references stay, for the programme lists people by them, but they hold a name or a number: "
        "{references}.",
        references=", ".join(references),
    )


def texts_left(t: Tongue, count: int) -> str:
    """A rewritten text would have clashed with another."""
    return t.label("{count} texts could not be rewritten and still hold a name.", count=count)


def files_not_clean(t: Tongue) -> str:
    """The bot holds the database."""
    return t.label(
        "The data is erased, but the bot held the database, so bytes of it may be left in its files. "
        "Run the same command again, or after stopping the bot."
    )


def files_not_renamed(t: Tongue, folder: str, error: str) -> str:
    """The folder of files cannot be written."""
    return t.label(
        "The data is erased, but files in {folder} still bear names ({error}). Run the same command again.",
        folder=folder,
        error=error,
    )


def files_elsewhere(t: Tongue, folder: str, count: int) -> str:
    """Files that somebody moved away."""
    return t.label(
        "{count} stored files of logs are not in {folder}. Wherever they are, their names may still tell whose they "
        "are.",
        count=count,
        folder=folder,
    )


def copies_left(t: Tongue, paths: Sequence[str]) -> str:
    """Older copies."""
    return t.label(
        "These older copies still hold what was erased; delete them, and backups elsewhere: {paths}",
        paths=", ".join(paths),
    )


def _erased_lines(t: Tongue, counts: Mapping[str, int]) -> list[str]:
    titles = {
        "accounts": t.label("Telegram accounts"),
        "links": t.label("invitation links"),
        "positions": t.label("positions and distances of check-ins"),
        "reasons": t.label("reasons given for not attending"),
        "updates": t.label("messages as Telegram delivered them"),
        "letters": t.label("messages of the bot"),
        "texts": t.label("other texts in which a name, number or username is replaced"),
    }
    return [t.label("  {title}: {count}", title=title, count=counts.get(kind, 0)) for kind, title in titles.items()]
