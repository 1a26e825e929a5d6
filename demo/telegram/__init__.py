"""A stand-in for Telegram: the Bot API over HTTP, with people, groups, budgets and faults. Knows nothing of the bot."""

from .errors import ApiError, StageError
from .faults import Fault
from .journal import Call
from .limits import Limits
from .server import StandIn

__all__ = ["ApiError", "Call", "Fault", "Limits", "StageError", "StandIn"]
