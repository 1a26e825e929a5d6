"""The process that makes papers (bot/papers.py starts it): a draft comes in, a paper goes out. Knows no Telegram."""

import pickle
import sys

from services.paper import Draft
from services.papers import build


def main() -> None:
    """Read the draft from standard input, write the paper to standard output."""
    draft: Draft = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    sys.stdout.buffer.write(pickle.dumps(build(draft)))


if __name__ == "__main__":
    main()
