"""A letter: one call to Telegram that a transaction decided and the outbox will make."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Policy(StrEnum):
    """What is done with a letter of which nobody knows whether Telegram took it."""

    REPEAT = "repeat"
    """Send again: better twice than never (and an edit twice is the same edit)."""

    HOLD = "hold"
    """Do not send again: show it to its author, who decides."""


class LetterKind(StrEnum):
    """Why a letter is written; decides who goes first and what happens in doubt."""

    ANSWER = "answer"
    ALERT = "alert"
    REMINDER = "reminder"
    NOTICE = "notice"
    ANNOUNCEMENT = "announcement"
    DIGEST = "digest"
    TIDYING = "tidying"
    PROGRESS = "progress"
    """Keeps a message true of which somebody watches what is under way; pointless once the message is gone."""


PRIORITY: dict[LetterKind, int] = {
    LetterKind.ANSWER: 0,
    LetterKind.ALERT: 1,
    LetterKind.REMINDER: 2,
    LetterKind.NOTICE: 2,
    LetterKind.PROGRESS: 2,
    LetterKind.DIGEST: 3,
    LetterKind.ANNOUNCEMENT: 4,
    LetterKind.TIDYING: 5,
}
"""Lower goes first. A person who has just tapped waits for nobody's digest, and a thousand copies delay nobody."""
BULK = 3
"""From this priority on letters are spread evenly over the second, so that whoever comes meanwhile finds a gap."""

REPEATABLE_METHODS = frozenset(
    {
        "editMessageText",
        "editMessageCaption",
        "editMessageMedia",
        "editMessageReplyMarkup",
        "deleteMessage",
        "deleteMessages",
        "pinChatMessage",
        "unpinChatMessage",
        "setMyCommands",
        "deleteMyCommands",
        "leaveChat",
    }
)
"""Calls that change nothing when they are made twice."""


def policy_of(kind: LetterKind, method: str) -> Policy:
    """The policy that this kind of letter declares for the case of doubt (docs/decisions/0001)."""
    if kind is LetterKind.ANNOUNCEMENT and method not in REPEATABLE_METHODS:
        return Policy.HOLD
    return Policy.REPEAT


def cost_of(method: str, payload: dict[str, Any]) -> int:
    """How many messages of the send budget the call counts for: an album is as many as it has parts."""
    return max(1, len(payload.get("media", ()))) if method == "sendMediaGroup" else 1


class LetterState(StrEnum):
    """Where a letter stands.

    queued → sending → sent
                     → queued    (429, connect error, 500: a definite "not now")
                     → in_doubt  (answer lost and the policy is HOLD)
                     → refused   (a definite "no": blocked, chat not found, bad request)
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    IN_DOUBT = "in_doubt"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Letter:
    """One call to make. `payload` lacks chat_id, which may still change (group migration).

    A payload with "paper" brings a file that is made only when it is sent (services/papers.py).
    """

    kind: LetterKind
    chat_id: int
    method: str
    payload: dict[str, Any]
    once_key: str | None = None
    due_at: datetime | None = None
    """Aware; None = at once."""
    policy: Policy | None = None
    """None = as its kind and method declare."""


@dataclass(frozen=True, slots=True)
class QueuedLetter:
    """A letter as the outbox holds it."""

    letter_id: int
    kind: LetterKind
    policy: Policy
    chat_id: int
    method: str
    payload: dict[str, Any]
    attempts: int
    cost: int = 1
