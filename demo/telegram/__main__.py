"""Run the stand-in alone: python -m demo.telegram --port 8081 --token 1:TEST [--limits] [--delay 0.05]."""

from __future__ import annotations

import argparse
import asyncio
import signal

from . import Limits, StandIn


async def _serve(options: argparse.Namespace) -> None:
    stand = StandIn(options.token, options.username, limits=Limits() if options.limits else None, delay=options.delay)
    await stand.start(options.host, options.port)
    print(f"Telegram stand-in: {stand.url}/bot{options.token}/ (people: {stand.url}/stage/)", flush=True)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, ended.set)
    await ended.wait()
    await stand.stop()


def main() -> None:
    """Parse the command line and serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m demo.telegram", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default="1:TEST")
    parser.add_argument("--username", default="fieldpost_bot")
    parser.add_argument("--limits", action="store_true", help="answer 429 beyond Telegram's budgets")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds added to every call")
    options = parser.parse_args()
    try:
        import uvloop  # noqa: PLC0415 (optional)
    except ImportError:
        asyncio.run(_serve(options))
    else:
        uvloop.run(_serve(options))


if __name__ == "__main__":
    main()
