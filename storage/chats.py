"""The chat shelf: groups the bot is or was in, what each is for, and what they became."""

import sqlite3
from datetime import datetime

from domain.group import Group, Purpose, Rights, TopicPurpose
from storage.database import as_text

_SELECT = (
    "SELECT g.*, coalesce(t.name, '') AS team,"
    " (SELECT count(*) FROM topic AS f WHERE f.chat_id = g.chat_id AND f.trouble <> '') AS lost"
    " FROM chat AS g LEFT JOIN team AS t ON t.id = g.team_id"
)


def _group(row: sqlite3.Row) -> Group:
    return Group(
        row["chat_id"], row["title"], row["status"], Purpose(row["purpose"]), row["team_id"], row["team"],
        row["language"], bool(row["forum"]), bool(row["can_write"]), bool(row["can_pin"]), bool(row["can_topics"]),
        row["migrated_to"], row["lost"],
    )  # fmt: skip


def find(db: sqlite3.Connection, chat_id: int) -> Group | None:
    """The group with this id."""
    row = db.execute(f"{_SELECT} WHERE g.chat_id = ?", (chat_id,)).fetchone()
    return _group(row) if row else None


def name_of(db: sqlite3.Connection, chat_id: int) -> str:
    """Who reads there: the group's title, or the person's name; empty if nobody knows."""
    row = db.execute(
        "SELECT coalesce((SELECT nullif(title, '') FROM chat WHERE chat_id = ?1),"
        " (SELECT p.name FROM account AS a JOIN person AS p ON p.id = a.person_id WHERE a.telegram_id = ?1), '')",
        (chat_id,),
    ).fetchone()
    return str(row[0])


def list_all(db: sqlite3.Connection) -> list[Group]:
    """Every group the bot is or was in, those with a purpose first."""
    rows = db.execute(
        f"{_SELECT} WHERE g.chat_id < 0 AND g.migrated_to IS NULL ORDER BY g.purpose = '', g.title, g.chat_id"
    )
    return [_group(row) for row in rows]


def list_bound(db: sqlite3.Connection) -> list[Group]:
    """Groups with a purpose that the bot can write to, by title."""
    rows = db.execute(
        f"{_SELECT} WHERE g.purpose <> '' AND g.status IN ('member', 'administrator', 'restricted')"
        " ORDER BY g.title, g.chat_id"
    )
    return [_group(row) for row in rows]


def note_status(db: sqlite3.Connection, chat_id: int, kind: str, title: str, status: str, now: datetime) -> None:
    """What the bot is in this group: member, administrator, left, kicked; "" leaves the known title."""
    db.execute(
        "INSERT INTO chat (chat_id, kind, title, status, changed_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (chat_id)"
        " DO UPDATE SET kind = excluded.kind, title = coalesce(nullif(excluded.title, ''), title),"
        " status = excluded.status,"
        " changed_at = excluded.changed_at",
        (chat_id, kind, title, status, as_text(now)),
    )


def note_rights(db: sqlite3.Connection, chat_id: int, rights: Rights, *, forum: bool) -> None:
    """What the bot may do there from now on."""
    db.execute(
        "UPDATE chat SET can_write = ?, can_pin = ?, can_topics = ?, forum = ? WHERE chat_id = ?",
        (int(rights.can_write), int(rights.can_pin), int(rights.can_topics), int(forum), chat_id),
    )


def note_added(db: sqlite3.Connection, chat_id: int, person_id: int) -> None:
    """Who brought the bot into the group."""
    db.execute("UPDATE chat SET added_by = ? WHERE chat_id = ?", (person_id, chat_id))


def note_title(db: sqlite3.Connection, chat_id: int, title: str) -> None:
    """The group is called otherwise."""
    db.execute("UPDATE chat SET title = ? WHERE chat_id = ?", (title, chat_id))


def note_refusal(db: sqlite3.Connection, chat_id: int, *, pin: bool) -> None:
    """Telegram says that the bot may not write there, or may not pin."""
    db.execute(f"UPDATE chat SET {'can_pin' if pin else 'can_write'} = 0 WHERE chat_id = ?", (chat_id,))


def bind(db: sqlite3.Connection, chat_id: int, purpose: Purpose, team_id: int | None) -> None:
    """What the group is for."""
    db.execute("UPDATE chat SET purpose = ?, team_id = ? WHERE chat_id = ?", (purpose, team_id, chat_id))


def set_language(db: sqlite3.Connection, chat_id: int, language: str) -> None:
    """In which language the group is spoken to; '' = the mission's own."""
    db.execute("UPDATE chat SET language = ? WHERE chat_id = ?", (language, chat_id))


def is_known_group(db: sqlite3.Connection, title: str) -> bool:
    """Whether a basic group of this title is bound: it may be becoming a supergroup."""
    row = db.execute(
        "SELECT 1 FROM chat WHERE title = ? AND kind = 'group' AND purpose <> '' AND title <> ''", (title,)
    ).fetchone()
    return row is not None


def note_migration(db: sqlite3.Connection, old: int, new: int, now: datetime) -> None:
    """The group is a supergroup now, under another id; what it is for goes with it. Telegram says so twice."""
    if db.execute("SELECT 1 FROM chat WHERE chat_id = ? AND migrated_to = ?", (old, new)).fetchone():
        return
    db.execute(
        "INSERT INTO chat (chat_id, kind, status, migrated_to, changed_at) VALUES (?, 'group', 'migrated', ?, ?)"
        " ON CONFLICT (chat_id) DO UPDATE SET status = 'migrated', migrated_to = excluded.migrated_to,"
        " changed_at = excluded.changed_at",
        (old, new, as_text(now)),
    )
    db.execute(
        "INSERT INTO chat (chat_id, kind, title, status, purpose, team_id, language, added_by, can_pin, changed_at)"
        " SELECT ?, 'supergroup', title, 'member', purpose, team_id, language, added_by, can_pin, ? FROM chat"
        " WHERE chat_id = ? ON CONFLICT (chat_id) DO UPDATE SET title = excluded.title, purpose = excluded.purpose,"
        " team_id = excluded.team_id, language = excluded.language",
        (new, as_text(now), old),
    )
    db.execute("UPDATE chat SET purpose = '', team_id = NULL WHERE chat_id = ?", (old,))
    db.execute("UPDATE OR IGNORE standing SET chat_id = ? WHERE chat_id = ?", (new, old))


def want_topic(db: sqlite3.Connection, chat_id: int, purpose: TopicPurpose, letter_id: int | None) -> None:
    """A topic was asked for; Telegram will tell its thread."""
    db.execute(
        "INSERT INTO topic (chat_id, purpose, letter_id) VALUES (?, ?, ?) ON CONFLICT (chat_id, purpose)"
        " DO UPDATE SET letter_id = excluded.letter_id, thread_id = NULL, trouble = ''",
        (chat_id, purpose, letter_id),
    )


def note_topic(db: sqlite3.Connection, letter_id: int, thread_id: int) -> None:
    """The topic is there."""
    db.execute("UPDATE topic SET thread_id = ?, letter_id = NULL WHERE letter_id = ?", (thread_id, letter_id))


def lose_topic(db: sqlite3.Connection, chat_id: int, thread_id: int, trouble: str) -> None:
    """The topic was closed or deleted: what was for it goes into the general one from now on."""
    db.execute(
        "UPDATE topic SET thread_id = NULL, trouble = ? WHERE chat_id = ? AND thread_id = ?",
        (trouble[:100], chat_id, thread_id),
    )


def find_topic(db: sqlite3.Connection, chat_id: int, purpose: TopicPurpose) -> int | None:
    """The thread for this purpose."""
    row = db.execute("SELECT thread_id FROM topic WHERE chat_id = ? AND purpose = ?", (chat_id, purpose)).fetchone()
    return row[0] if row else None


def list_topics(db: sqlite3.Connection, chat_id: int) -> dict[TopicPurpose, bool]:
    """The topics that were asked for, and whether each is there."""
    rows = db.execute("SELECT purpose, thread_id IS NOT NULL FROM topic WHERE chat_id = ?", (chat_id,))
    return {TopicPurpose(row[0]): bool(row[1]) for row in rows}


def list_groups(db: sqlite3.Connection) -> list[int]:
    """Groups in which the bot was last known to be."""
    rows = db.execute("SELECT chat_id FROM chat WHERE chat_id < 0 AND migrated_to IS NULL ORDER BY chat_id")
    return [row[0] for row in rows]
