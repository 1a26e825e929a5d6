"""The shelf of what is forgotten: what is known of people, and its erasure from every table."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from domain.erasure import Subject, Traces
from storage.database import as_text, connect

_NAMED_OTHERWISE = frozenset(
    {("person", "name"), ("person", "phone"), ("inbox", "raw"), ("outbox", "payload"), ("invitation", "token_hash")}
    | {("attachment", name) for name in ("path", "sha256", "file_id", "file_unique_id")}
)
"""Columns the sweep leaves alone: other people's own data, and what was erased by other means."""
_SQLITE_FILE = b"SQLite format 3\x00"


def find_subject(db: sqlite3.Connection, person_id: int, neutral: str) -> Subject:
    """Everything by which this person is known, at Telegram too."""
    row = db.execute("SELECT name, reference, phone FROM person WHERE id = ?", (person_id,)).fetchone()
    ids = [r[0] for r in db.execute("SELECT telegram_id FROM account WHERE person_id = ?", (person_id,))]
    used = db.execute(
        "SELECT used_by FROM invitation WHERE person_id = ?1 AND used_by IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM account WHERE telegram_id = used_by AND person_id <> ?1)",
        (person_id,),
    )
    ids += [r[0] for r in used]
    ids = list(dict.fromkeys(ids))
    names, usernames, phones = dict[str, None](), dict[str, None](), dict.fromkeys([row["phone"]])
    for telegram_id in ids:
        rows = db.execute(
            "SELECT '' AS name, username FROM account WHERE telegram_id = ?1"
            " UNION ALL SELECT name, username FROM access_request WHERE telegram_id = ?1",
            (telegram_id,),
        )
        for known in rows:
            names[known["name"]] = usernames[known["username"]] = None
        for user in _users_in_updates(db, telegram_id):
            first, last = str(user.get("first_name") or ""), str(user.get("last_name") or "")
            names.update(dict.fromkeys((first, last, f"{first} {last}".strip())))
            usernames[str(user.get("username") or "")] = None
            phones[str(user.get("phone_number") or "")] = None
    return Subject(
        person_id, row["name"], row["reference"], neutral,
        phones=tuple(filter(None, phones)), telegram_ids=tuple(ids),
        usernames=tuple(filter(None, usernames)), telegram_names=tuple(filter(None, names)),
    )  # fmt: skip


def list_subjects(db: sqlite3.Connection, neutral: Callable[[int], str]) -> list[Subject]:
    """Everybody on the roster, whom the whole mission's end makes forgotten."""
    usernames: dict[int, list[str]] = {}
    for row in db.execute("SELECT person_id, username FROM account WHERE username <> ''"):
        usernames.setdefault(row["person_id"], []).append(row["username"])
    return [
        Subject(
            row["id"], row["name"], row["reference"], neutral(row["id"]),
            phones=(row["phone"],), usernames=tuple(usernames.get(row["id"], ())),
        )
        for row in db.execute("SELECT id, name, reference, phone FROM person WHERE forgotten_at IS NULL")
    ]  # fmt: skip


def list_other_names(db: sqlite3.Connection, person_id: int) -> list[str]:
    """Names of everybody else."""
    return [row[0] for row in db.execute("SELECT name FROM person WHERE id <> ?", (person_id,))]


def erase_person(
    db: sqlite3.Connection, subject: Subject, language: str, time_zone: str, now: datetime
) -> dict[str, int]:
    """His own rows in every table: what is personal goes, what the mission learned stays. How many of each kind."""
    db.execute(
        "UPDATE person SET name = ?, phone = '', extra = '{}', language = ?, time_zone = ?, own_language = NULL,"
        " own_time_zone = NULL, reminder_minutes = '60,15', quiet_from = NULL, quiet_until = NULL, active = 0,"
        " listed = 0, forgotten_at = ?, changed_at = CASE active WHEN 1 THEN ? ELSE changed_at END WHERE id = ?",
        (subject.neutral, language, time_zone, as_text(now), as_text(now), subject.person_id),
    )
    counts = {
        "positions": db.execute(
            "UPDATE checkin SET latitude = NULL, longitude = NULL, accuracy_m = NULL, located_at = NULL,"
            " distance_m = NULL WHERE person_id = ? AND (latitude IS NOT NULL OR distance_m IS NOT NULL)",
            (subject.person_id,),
        ).rowcount
        + db.execute(
            "UPDATE stray SET latitude = NULL, longitude = NULL, accuracy_m = NULL"
            " WHERE person_id = ? AND latitude IS NOT NULL",
            (subject.person_id,),
        ).rowcount,
        "reasons": db.execute(
            "UPDATE checkin SET reason = '' WHERE person_id = ? AND reason <> ''", (subject.person_id,)
        ).rowcount,
    }
    db.execute("UPDATE log_entry SET chat_id = NULL, message_id = NULL WHERE author_id = ?", (subject.person_id,))
    db.execute("DELETE FROM change_draft WHERE person_id = ?", (subject.person_id,))
    db.execute(
        "UPDATE upload SET content = NULL, change = NULL, file_name = '', file_id = '', file_size = 0, chat_id = 0,"
        " state = CASE WHEN state IN ('wanted', 'read') THEN 'cancelled' ELSE state END,"
        " settled_at = coalesce(settled_at, ?) WHERE person_id = ?",
        (as_text(now), subject.person_id),
    )
    db.execute(
        "DELETE FROM enrolment WHERE invitation_id IN (SELECT id FROM invitation WHERE person_id = ?)",
        (subject.person_id,),
    )
    counts["links"] = db.execute("DELETE FROM invitation WHERE person_id = ?", (subject.person_id,)).rowcount
    counts["accounts"] = db.execute("DELETE FROM account WHERE person_id = ?", (subject.person_id,)).rowcount
    for telegram_id in subject.telegram_ids:
        _erase_account(db, telegram_id)
    return counts


def erase_everybody(
    db: sqlite3.Connection, subjects: Iterable[Subject], language: str, time_zone: str, now: datetime
) -> dict[str, int]:
    """Everybody's own rows, as `erase_person` does one's. How many of each kind."""
    moment = as_text(now)
    db.executemany("UPDATE person SET name = ? WHERE id = ?", [(s.neutral, s.person_id) for s in subjects])
    db.execute(
        "UPDATE person SET phone = '', extra = '{}', language = ?, time_zone = ?, own_language = NULL,"
        " own_time_zone = NULL, reminder_minutes = '60,15', quiet_from = NULL, quiet_until = NULL, active = 0,"
        " listed = 0, forgotten_at = coalesce(forgotten_at, ?),"
        " changed_at = CASE active WHEN 1 THEN ? ELSE changed_at END",
        (language, time_zone, moment, moment),
    )
    counts = {
        "positions": db.execute(
            "UPDATE checkin SET latitude = NULL, longitude = NULL, accuracy_m = NULL, located_at = NULL,"
            " distance_m = NULL WHERE latitude IS NOT NULL OR distance_m IS NOT NULL"
        ).rowcount
        + db.execute(
            "UPDATE stray SET latitude = NULL, longitude = NULL, accuracy_m = NULL WHERE latitude IS NOT NULL"
        ).rowcount,
        "reasons": db.execute("UPDATE checkin SET reason = '' WHERE reason <> ''").rowcount,
    }
    db.execute("UPDATE log_entry SET chat_id = NULL, message_id = NULL")
    emptied = ("enrolment", "access_request", "wrong_token", "conversation", "panel", "given", "live", "change_draft")
    for table in (*emptied, "wish"):
        db.execute(f"DELETE FROM {table}")
    db.execute("UPDATE delivery SET chat_id = NULL WHERE chat_id > 0")
    db.execute("UPDATE announcement SET chat_id = NULL, message_id = NULL")
    db.execute("UPDATE announcement_reply SET body = '', chat_id = NULL, to_chat = NULL")
    counts["links"] = db.execute("DELETE FROM invitation").rowcount
    counts["accounts"] = db.execute("DELETE FROM account").rowcount
    db.execute("DELETE FROM send_pause WHERE scope <> 'all'")
    return counts


def erase_transport(
    db: sqlite3.Connection, subject: Subject, loose: Traces, strict: Traces, now: datetime
) -> dict[str, int]:
    """Updates and letters that come from him, go to him or name him."""
    ids = frozenset(subject.telegram_ids)
    marks = [f'"id":{telegram_id}'.encode() for telegram_id in ids]
    own, named, rewritten = list[tuple[int, int]](), list[tuple[int, int]](), list[tuple[bytes, int, int]]()
    for row in db.execute("SELECT bot_id, update_id, state, raw FROM inbox WHERE length(raw) > 2"):
        key, raw = (row["bot_id"], row["update_id"]), bytes(row["raw"])
        about = any(_holds_id(raw, mark) for mark in marks)
        if about and _sent_by(raw, ids):
            own.append(key)
        elif about or loose.found_in(raw.decode("utf-8", "replace")):
            if row["state"] == "done":
                named.append(key)
            else:
                rewritten.append((strict.scrub(_without_user(raw, ids, subject.neutral)).encode(), *key))
    db.executemany(
        "UPDATE inbox SET raw = x'7b7d', state = CASE state WHEN 'open' THEN 'done' ELSE state END,"
        " settled_at = coalesce(settled_at, ?) WHERE bot_id = ? AND update_id = ?",
        [(as_text(now), *key) for key in own],
    )
    db.executemany("UPDATE inbox SET raw = x'7b7d' WHERE bot_id = ? AND update_id = ?", named)
    db.executemany("UPDATE inbox SET raw = ? WHERE bot_id = ? AND update_id = ?", rewritten)
    updates = len(own) + len(named) + len(rewritten)
    return {"updates": updates, "letters": _erase_letters(db, subject, loose, strict, now)}


def empty_transport(db: sqlite3.Connection, now: datetime) -> dict[str, int]:
    """Every update and every letter, whoever it is of; nothing is sent any more."""
    updates = db.execute(
        "UPDATE inbox SET raw = x'7b7d', state = CASE state WHEN 'open' THEN 'done' ELSE state END,"
        " settled_at = coalesce(settled_at, ?), error = NULL WHERE length(raw) > 2",
        (as_text(now),),
    ).rowcount
    letters = db.execute(
        "UPDATE outbox SET payload = '{}', once_key = NULL, error = NULL,"
        " chat_id = CASE WHEN chat_id > 0 AND state <> 'sending' THEN 0 ELSE chat_id END,"
        " state = CASE WHEN state IN ('queued', 'in_doubt') THEN 'refused' ELSE state END,"
        " settled_at = coalesce(settled_at, ?)",
        (as_text(now),),
    ).rowcount
    db.execute("UPDATE shared_payload SET payload = '{}'")
    db.execute("UPDATE upload SET content = NULL, change = NULL, file_name = '', file_id = '', chat_id = 0")
    db.execute(
        "UPDATE upload SET state = 'cancelled', settled_at = ? WHERE state IN ('wanted', 'read')", (as_text(now),)
    )
    return {"updates": updates, "letters": letters}


def drop_named_uploads(db: sqlite3.Connection, traces: Traces, now: datetime) -> None:
    """Files that were read and hold a person's row: a preview that waits is cancelled, for the file names him."""
    for row in db.execute(
        "SELECT id, content, change FROM upload WHERE content IS NOT NULL OR change IS NOT NULL"
    ).fetchall():
        if any(traces.found_in(text) for text in (row["content"], row["change"]) if text):
            db.execute(
                "UPDATE upload SET content = NULL, change = NULL, settled_at = coalesce(settled_at, ?),"
                " state = CASE state WHEN 'read' THEN 'cancelled' ELSE state END WHERE id = ?",
                (as_text(now), row["id"]),
            )


def sweep(db: sqlite3.Connection, traces: Traces) -> tuple[int, int]:
    """Put neutral words into every text of every table, tables of tomorrow included: (rewritten, refused)."""
    rewritten = refused = 0
    scrub = lru_cache(maxsize=20_000)(traces.scrub)
    for table, keys, columns in _texts(db):
        changes = list(_changes(db, table, keys, columns, scrub))
        if not changes:
            continue
        with_triggers = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,)
        ).fetchall()
        for trigger in with_triggers:
            db.execute(f'DROP TRIGGER "{trigger["name"]}"')
        sets, where = ", ".join(f'"{c}" = ?' for c in columns), " AND ".join(f'"{k}" = ?' for k in keys)
        for values, key in changes:
            try:
                db.execute(f'UPDATE "{table}" SET {sets} WHERE {where}', (*values, *key))
                rewritten += 1
            except sqlite3.IntegrityError:
                refused += 1
        for trigger in with_triggers:
            db.execute(trigger["sql"])
    return rewritten, refused


def compact(path: Path) -> bool:
    """Leave no erased byte in the database's files; False if somebody holds it and it must be tried again."""
    db = connect(path)
    try:
        db.execute("VACUUM")
        busy: int = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return False
        raise
    finally:
        db.close()
    return busy == 0


def list_copies(path: Path) -> list[Path]:
    """Other SQLite files beside the database: copies that still hold what was erased."""
    own = {path, *(path.with_name(path.name + end) for end in ("-wal", "-shm", ".lock"))}
    found = []
    for file in sorted(path.parent.iterdir()):
        if file in own or not file.is_file():
            continue
        with file.open("rb") as content:
            if content.read(len(_SQLITE_FILE)) == _SQLITE_FILE or file.name.startswith(f"{path.name}.before-"):
                found.append(file)
    return found


def _users_in_updates(db: sqlite3.Connection, telegram_id: int) -> Iterator[dict[str, object]]:
    """Whatever updates tell of this account, in each of its spellings once."""
    told = dict[str, dict[str, object]]()

    def note(value: dict[str, object]) -> dict[str, object]:
        if telegram_id in (value.get("id"), value.get("user_id")) and "first_name" in value:
            told[json.dumps(value, sort_keys=True)] = value
        return value

    for row in db.execute("SELECT raw FROM inbox WHERE instr(raw, ?)", (f":{telegram_id}".encode(),)):
        json.loads(bytes(row[0]), object_hook=note)
    return iter(told.values())


def _holds_id(raw: bytes, mark: bytes) -> bool:
    at = raw.find(mark)
    while at >= 0:
        if not raw[at + len(mark) : at + len(mark) + 1].isdigit():
            return True
        at = raw.find(mark, at + 1)
    return False


def _sent_by(raw: bytes, ids: frozenset[int]) -> bool:
    """Whether the update comes from one of these accounts."""
    parts = [part for part in json.loads(raw).values() if isinstance(part, dict)]
    return any(isinstance(part.get("from"), dict) and part["from"].get("id") in ids for part in parts)


def _without_user(raw: bytes, ids: frozenset[int], neutral: str) -> str:
    """Somebody else's update that still waits, with nothing in it of these accounts but their number."""

    def hide(value: dict[str, object]) -> dict[str, object]:
        if (value.get("id") in ids or value.get("user_id") in ids) and "first_name" in value:
            kept = {key: value[key] for key in value if key in {"id", "user_id", "is_bot", "type"}}
            kept["first_name"] = neutral
            return kept
        return value

    return json.dumps(json.loads(raw, object_hook=hide), ensure_ascii=False)


def _erase_account(db: sqlite3.Connection, telegram_id: int) -> None:
    for table in ("enrolment", "wrong_token", "access_request", "account"):
        db.execute(f"DELETE FROM {table} WHERE telegram_id = ?", (telegram_id,))
    db.execute("UPDATE invitation SET used_by = NULL WHERE used_by = ?", (telegram_id,))
    db.execute("DELETE FROM conversation WHERE chat_id = ?1 OR user_id = ?1", (telegram_id,))
    db.execute("DELETE FROM panel WHERE chat_id = ?", (telegram_id,))
    db.execute("DELETE FROM given WHERE chat_id = ?", (telegram_id,))
    db.execute("DELETE FROM live WHERE chat_id = ?", (telegram_id,))
    db.execute("DELETE FROM wish WHERE chat_id = ?", (telegram_id,))
    db.execute("UPDATE delivery SET chat_id = NULL WHERE chat_id = ?", (telegram_id,))
    db.execute("UPDATE announcement SET chat_id = NULL, message_id = NULL WHERE chat_id = ?", (telegram_id,))
    db.execute(
        "UPDATE announcement_reply SET body = CASE chat_id WHEN ?1 THEN '' ELSE body END,"
        " chat_id = CASE chat_id WHEN ?1 THEN NULL ELSE chat_id END,"
        " to_chat = CASE to_chat WHEN ?1 THEN NULL ELSE to_chat END WHERE chat_id = ?1 OR to_chat = ?1",
        (telegram_id,),
    )
    db.execute("DELETE FROM send_pause WHERE scope = CAST(? AS TEXT)", (telegram_id,))


def _erase_letters(db: sqlite3.Connection, subject: Subject, loose: Traces, strict: Traces, now: datetime) -> int:
    erased = 0
    for telegram_id in subject.telegram_ids:
        erased += db.execute(
            "UPDATE outbox SET payload = '{}', once_key = NULL, error = NULL,"
            " chat_id = CASE state WHEN 'sending' THEN chat_id ELSE 0 END,"
            " settled_at = coalesce(settled_at, ?), state = CASE WHEN state IN ('queued', 'in_doubt') THEN 'refused'"
            " ELSE state END WHERE chat_id = ?",
            (as_text(now), telegram_id),
        ).rowcount
        db.execute("UPDATE outbox SET once_key = NULL WHERE ':' || once_key || ':' LIKE ?", (f"%:{telegram_id}:%",))
    emptied, rewritten = list[tuple[int]](), list[tuple[str, int]]()
    for row in db.execute("SELECT id, state, payload FROM outbox WHERE length(payload) > 2"):
        if not loose.found_in(row["payload"]):
            continue
        if row["state"] in {"sent", "refused"}:
            emptied.append((row["id"],))
        elif (scrubbed := strict.scrub(row["payload"])) != row["payload"]:
            rewritten.append((scrubbed, row["id"]))
    db.executemany("UPDATE outbox SET payload = '{}' WHERE id = ?", emptied)
    db.executemany("UPDATE outbox SET payload = ? WHERE id = ?", rewritten)
    return erased + len(emptied) + len(rewritten)


def _texts(db: sqlite3.Connection) -> Iterator[tuple[str, list[str], list[str]]]:
    """Every table of ours with its key and its columns that hold text."""
    tables = db.execute("SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table'").fetchall()
    for table in tables:
        if table["name"].startswith("sqlite_"):
            continue
        info = db.execute("SELECT name, type, pk FROM pragma_table_info(?)", (table["name"],)).fetchall()
        columns = [
            column["name"]
            for column in info
            if column["type"] in {"TEXT", "BLOB", "ANY", ""}
            and column["name"] != "reference"
            and not column["name"].endswith("_at")
            and (table["name"], column["name"]) not in _NAMED_OTHERWISE
        ]
        keys = [column["name"] for column in info if column["pk"]] if table["wr"] else ["rowid"]
        if columns:
            yield table["name"], keys, columns


def _changes(
    db: sqlite3.Connection, table: str, keys: Iterable[str], columns: list[str], scrub: Callable[[str], str]
) -> Iterator[tuple[list[object], list[object]]]:
    """(new values, key) of each row with something to hide."""
    keys = list(keys)
    names = ", ".join(f'"{name}"' for name in (*keys, *columns))
    for row in db.execute(f'SELECT {names} FROM "{table}"'):
        before = list(row)[len(keys) :]
        after = [_scrubbed(value, scrub) for value in before]
        if after != before:
            yield after, list(row)[: len(keys)]


def _scrubbed(value: object, scrub: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, bytes):
        try:
            text = value.decode()
        except UnicodeDecodeError:
            return value
        return scrubbed.encode() if (scrubbed := scrub(text)) != text else value
    return value
