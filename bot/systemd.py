"""Telling systemd that we are ready and alive: datagrams to the socket that it names, nothing where it names none."""

import os
import socket


def notify(state: str) -> None:
    """One message such as READY=1 (sd_notify(3)); best effort."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    name = "\0" + address[1:] if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        try:
            channel.sendto(state.encode(), name)
        except OSError:
            return


def watchdog_seconds() -> float | None:
    """How often we should say that we are alive: twice as often as systemd asks; None if it does not."""
    text = os.environ.get("WATCHDOG_USEC", "")
    mine = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    return int(text) / 2_000_000 if mine and text.isdigit() and int(text) > 0 else None
