"""The command line as an operator meets it: the real command in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Fieldpost = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def fieldpost(tmp_path: Path) -> Fieldpost:
    """Runs the command against a database of its own."""
    config = tmp_path / "config.toml"
    config.write_text(
        '[storage]\npath = "f.sqlite"\n[mission]\nname = "Test"\ntime_zone = "Asia/Almaty"\n'
        '[telegram]\nusername = "mission_bot"\n'
    )
    config.chmod(0o600)

    def run(*args: str | Path, **env: str) -> "subprocess.CompletedProcess[str]":
        clean = {k: v for k, v in os.environ.items() if not k.startswith("FIELDPOST_")}
        words = [str(a) for a in args]
        if "--config" not in words:
            words += ["--config", str(config)]
        done = subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=ROOT, env={**clean, **env}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run
