"""Invitations: one-time links by which a person's Telegram account is bound to his name."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from domain.person import Person
from services.desk import Desk
from storage import invitations, people

Outcome = Literal["bound", "again", "used", "expired", "unknown", "other"]
TOKEN_LIMIT = 64
"""Characters that Telegram allows after ?start=, out of A-Z a-z 0-9 _ and -."""


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What came of a token.

    bound    The account speaks for `person` from now on.
    again    It does already; nothing changed.
    used     The token is spent by another account, or the person has another account.
    expired  Too old, replaced by a newer one, or the person is no longer listed.
    other    This account speaks for somebody else on the roster already.
    unknown  There never was such a token; `person` is None only here.
    """

    outcome: Outcome
    person: Person | None


def hash_token(token: str) -> bytes:
    """What is stored of a token. It has 192 random bits, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).digest()


def issue_all(desk: Desk, *, only: Collection[str] | None = None) -> list[tuple[Person, str]]:
    """A fresh token for everyone active who has no account yet (of these references); older ones end."""
    issued = []
    expires_at = desk.now + timedelta(days=desk.mission.invitation_days)
    for person in people.list_all(desk.db):
        if person.chat_id is not None or (only is not None and person.reference not in only):
            continue
        token = secrets.token_urlsafe(24)
        invitations.issue(desk.db, person.person_id, hash_token(token), desk.now, expires_at)
        issued.append((person, token))
    return issued


def redeem(desk: Desk, token: str, telegram_id: int) -> Redeemed:
    """Bind the account to the person the token was issued for, if it is good."""
    found = invitations.find(desk.db, hash_token(token)) if 0 < len(token) <= TOKEN_LIMIT else None
    if found is None:
        return Redeemed("unknown", None)
    person = people.read(desk.db, found.person_id)
    outcome = _outcome(desk, found, person, telegram_id)
    if outcome == "bound":
        people.bind_account(desk.db, telegram_id, person.person_id, desk.now)
        invitations.use(desk.db, found.invitation_id, telegram_id, desk.now)
        person = people.read(desk.db, person.person_id)
    return Redeemed(outcome, person)


def _outcome(desk: Desk, found: invitations.Invitation, person: Person, telegram_id: int) -> Outcome:
    """An account whose person has left the roster is free to speak for another."""
    current = people.find_by_account(desk.db, telegram_id)
    if person.active and current is not None and current.person_id == person.person_id:
        return "again"
    if found.used_by is not None:
        return "used"
    if found.revoked or desk.now >= found.expires_at or not person.active:
        return "expired"
    if current is not None and current.active:
        return "other"
    return "bound" if person.chat_id is None else "used"
