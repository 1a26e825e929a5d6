"""What the bench stands on: processes, begun for a block and asked for the processor time they used, and the disk."""

import os
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

ROOT = Path(__file__).parent.parent


@contextmanager
def running(command: list[str], env: dict[str, str], cwd: Path = ROOT) -> Iterator[subprocess.Popen[bytes]]:
    """A process for the time of the block."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def cpu(pid: int) -> float:
    """Seconds of processor time that the process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def commits(folder: Path, per_second: int = 30, seconds: int = 30) -> tuple[float, float, float]:
    """(p50, p99, longest) milliseconds until the disk has kept 8 KB, asked at the pace of the messages.

    What is stored before it is answered cannot be faster than that.
    """
    took = []
    with tempfile.TemporaryFile(dir=folder) as file:
        start = monotonic()
        for n in range(per_second * seconds):
            sleep(max(0.0, start + n / per_second - monotonic()))
            begun = monotonic()
            os.pwrite(file.fileno(), bytes(8192), 0)
            os.fdatasync(file.fileno())
            took.append((monotonic() - begun) * 1000)
    cuts = statistics.quantiles(took, n=100)
    return cuts[49], cuts[98], max(took)
