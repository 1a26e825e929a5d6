"""What an operator installs: the unit as systemd reads it, the image's definition as a linter does."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
UNIT = ROOT / "deploy" / "fieldpost.service"
CONTAINERFILE = ROOT / "deploy" / "Containerfile"
SYSTEMD = shutil.which("systemd-analyze")
HADOLINT = shutil.which("hadolint", path=f"{Path(sys.executable).parent}") or shutil.which("hadolint")
needs_systemd = pytest.mark.skipif(SYSTEMD is None, reason="no systemd-analyze on this machine")
needs_hadolint = pytest.mark.skipif(HADOLINT is None, reason="no hadolint for this machine")


def run(*command: str | Path | None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)


def installed(folder: Path, unit: str) -> Path:
    """The unit as it would stand on a machine on which its program is there."""
    text = unit.replace("/opt/fieldpost/.venv/bin/python", sys.executable)
    path = folder / UNIT.name
    path.write_text(text, encoding="utf-8")
    return path


@needs_systemd
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    done = run(SYSTEMD, "verify", "--man=no", installed(tmp_path, UNIT.read_text(encoding="utf-8")))
    assert (done.returncode, [line for line in done.stderr.splitlines() if "fieldpost" in line]) == (0, [])


@needs_systemd
@pytest.mark.parametrize(
    ("right", "wrong"),
    [("ProtectSystem=strict", "ProtectSystm=strict"), ("WatchdogSec=60", "WatchdogSec=sixty"), ("-m bot", "\n-m bot")],
)
def test_systemd_would_have_found_a_slip_of_the_pen(tmp_path: Path, right: str, wrong: str) -> None:
    text = UNIT.read_text(encoding="utf-8")
    assert right in text
    done = run(SYSTEMD, "verify", "--man=no", installed(tmp_path, text.replace(right, wrong)))
    assert UNIT.name in done.stderr


@needs_systemd
def test_the_service_may_do_little(tmp_path: Path) -> None:
    """Ten is a service without any protection; systemd calls two and less safe."""
    unit = installed(tmp_path, UNIT.read_text(encoding="utf-8"))
    done = run(SYSTEMD, "security", "--offline=yes", "--threshold=20", "--no-pager", unit)
    assert done.returncode == 0, done.stdout[-300:]


@needs_hadolint
def test_the_linter_finds_nothing_in_the_containerfile() -> None:
    done = run(HADOLINT, CONTAINERFILE)
    assert (done.returncode, done.stdout) == (0, "")


@needs_hadolint
def test_the_linter_would_have_found_a_slip_of_the_pen(tmp_path: Path) -> None:
    worse = tmp_path / "Containerfile"
    text = CONTAINERFILE.read_text(encoding="utf-8")
    worse.write_text(
        text.replace("python:3.12.12-slim-bookworm", "python").replace("USER 10001", "UZER 10001"), "utf-8"
    )
    assert run(HADOLINT, worse).returncode != 0


def test_everything_that_the_image_copies_is_there_and_every_package_is_copied() -> None:
    lines = CONTAINERFILE.read_text(encoding="utf-8").splitlines()
    copied = {
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    }
    assert {name for name in copied if not (ROOT / name).exists()} == set()
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages <= copied
