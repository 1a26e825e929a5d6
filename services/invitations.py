"""Invitations: one-time links by which a person's Telegram account is bound to his name."""

import hashlib
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from domain.person import Person
from services.desk import Desk
from storage import accounts, enrolments, invitations, notes, people

Outcome = Literal["good", "again", "used", "expired", "revoked", "unknown", "other"]
TOKEN_LIMIT = 64
"""Characters that Telegram allows after ?start=, out of A-Z a-z 0-9 _ and -."""
MOST_WRONG = 10
"""Wrong tokens of one account before it gets no answer any more."""
SILENCE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a token is worth to the account that brings it.

    good     It would bind the account to `person`.
    again    The account speaks for `person` already.
    used     The token is spent by another account, or the person has another account.
    expired  Too old, or the person is no longer listed.
    revoked  Replaced by a newer one.
    other    This account speaks for somebody else on the roster already.
    unknown  There never was such a token; `person` is None only here.
    """

    outcome: Outcome
    person: Person | None
    invitation_id: int = 0


def hash_token(token: str) -> bytes:
    """What is stored of a token. It has 192 random bits, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).digest()


def link(username: str, token: str) -> str:
    """What opens the bot's chat and hands it the token."""
    return f"https://t.me/{username}?start={token}"


def bot_username(desk: Desk) -> str:
    """The bot's own name: as configured, else as it was noted when it ran; empty if neither."""
    return desk.mission.bot_username or notes.read(desk.db, "bot_username") or ""


def issue(desk: Desk, persons: Iterable[Person]) -> list[tuple[Person, str]]:
    """A fresh token for each; older ones end. The tokens are nowhere but in what this returns."""
    expires_at = desk.now + timedelta(days=desk.mission.invitation_days)
    issued = []
    for person in persons:
        token = secrets.token_urlsafe(24)
        invitations.issue(desk.db, person.person_id, hash_token(token), desk.now, expires_at)
        issued.append((person, token))
    return issued


def not_aboard(desk: Desk) -> list[Person]:
    """Everyone active who has no account yet, by reference."""
    return [person for person in people.list_all(desk.db) if person.chat_id is None]


def issue_all(desk: Desk, *, only: Collection[str] | None = None) -> list[tuple[Person, str]]:
    """A fresh token for everyone active who has no account yet (of these references)."""
    return issue(desk, [p for p in not_aboard(desk) if only is None or p.reference in only])


def look(desk: Desk, token: str, telegram_id: int) -> Seen:
    """What this token is worth; nothing changes."""
    found = invitations.find(desk.db, hash_token(token)) if 0 < len(token) <= TOKEN_LIMIT else None
    return _seen(desk, found, telegram_id)


def redeem(desk: Desk, invitation_id: int, telegram_id: int, username: str) -> Seen:
    """Bind the account to the person the invitation was made for, if it still is good."""
    seen = _seen(desk, invitations.read(desk.db, invitation_id), telegram_id)
    if seen.outcome != "good" or seen.person is None:
        return seen
    accounts.bind(desk.db, telegram_id, seen.person.person_id, username, desk.now)
    invitations.use(desk.db, invitation_id, telegram_id, desk.now)
    return Seen("good", people.read(desk.db, seen.person.person_id), invitation_id)


def count_wrong(desk: Desk, telegram_id: int) -> bool:
    """A token that never was; True if the account is silenced from now on."""
    tries = enrolments.count_wrong_token(desk.db, telegram_id, desk.now, desk.now - SILENCE)
    if tries >= MOST_WRONG:
        enrolments.silence(desk.db, telegram_id, desk.now + SILENCE)
    return tries >= MOST_WRONG


def is_silenced(desk: Desk, telegram_id: int) -> bool:
    """Whether this account tried so many wrong tokens that it gets no answer now."""
    until = enrolments.silent_until(desk.db, telegram_id)
    return until is not None and desk.now < until


def _seen(desk: Desk, found: invitations.Invitation | None, telegram_id: int) -> Seen:
    person = people.find(desk.db, found.person_id) if found else None
    if found is None or person is None:
        return Seen("unknown", None)
    return Seen(_outcome(desk, found, person, telegram_id), person, found.invitation_id)


def _outcome(desk: Desk, found: invitations.Invitation, person: Person, telegram_id: int) -> Outcome:
    """An account whose person has left the roster is free to speak for another."""
    current = accounts.find_person(desk.db, telegram_id)
    outcome: Outcome = "good"
    if person.active and current is not None and current.person_id == person.person_id:
        outcome = "again"
    elif found.used_by is not None:
        outcome = "used"
    elif found.revoked:
        outcome = "revoked"
    elif desk.now >= found.expires_at or not person.active:
        outcome = "expired"
    elif current is not None and current.active:
        outcome = "other"
    elif person.chat_id is not None:
        outcome = "used"
    return outcome
