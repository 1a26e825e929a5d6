"""The log: one JSON object a line on stderr. Ids, never names, words or positions; the token never."""

import logging
import sys
import warnings
from datetime import UTC, datetime

import orjson

HIDDEN = "[token]"
_NOISY = ("telegram", "httpx", "httpcore", "apscheduler", "asyncio", "aiohttp")


class _Lines(logging.Formatter):
    """JSON lines from which the token is cut, wherever it got in: message, arguments or traceback."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._secrets = [secret for secret in (token, token.partition(":")[2]) if secret]

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        line = orjson.dumps(entry).decode()
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        return line


def set_up(level: str, token: str) -> None:
    """Log to stderr from this level up; libraries that log requests or builds only from "warning"."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines(token))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    # We want the raw updates on purpose: they are stored as they came.
    warnings.filterwarnings("ignore", message="Please use 'Bot.getUpdates'")
