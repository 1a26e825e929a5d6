"""The tests' power: small faults are put into the code, one at a time, and the tests have to notice.

python -m tests.power --share 0.02 --seed 1 --keep power

mutmut makes the faults inside of functions; of all there are, a share is drawn by the seed. A fault is tried with the
tests that reach its line, those first that do little else than run its file, for so many seconds: what only others
would notice counts as unnoticed. What the tests reach, in processes that they start too, is measured once and kept.
Where none reaches, those files of tests/e2e are asked that bear the module's name.
"""

import argparse
import ast
import difflib
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue
from xml.etree import ElementTree as ET

import libcst as cst
from coverage.numbits import numbits_to_nums
from mutmut.mutation.file_mutation import create_mutations

from tests.steady import WATCHED

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("domain", "services", "storage", "bot")
SLOWER = (
    "backup", "cli", "cli_asked", "cli_invitations", "cli_programme", "doctor", "doors", "forget", "hardship", "outbox",
    "run",
)  # fmt: skip
"""What is asked of tests/e2e: the rest takes too long to be asked often."""
ASKED = ("tests/unit", "tests/sqlite", "tests/chat", *(f"tests/e2e/test_{name}.py" for name in SLOWER))
NOT_ASKED = ("tests/unit/test_docs.py",)
STEADY = ("-q", "-p", "tests.steady", "-p", "no:cacheprovider")
SECONDS_OF_A_FILE = 60.0
PATIENCE = 30.0
"""Seconds beyond three times what the tests took before; then the fault has made something endless."""
NOTICED, UNNOTICED, ENDLESS, UNREACHED = "noticed", "unnoticed", "endless", "unreached"


@dataclass(frozen=True)
class Fault:
    """A file with one small fault in it."""

    name: str
    file: str
    line: int
    """Where the faulty statement begins in the sound file."""
    source: str


@dataclass(frozen=True)
class Map:
    """Which tests reach which line, and how long each takes, in seconds."""

    reach: dict[str, dict[int, list[str]]]
    seconds: dict[str, float]
    lines: Counter[tuple[str, str]]
    """How many lines of a file a test reaches, and under the file's name "" how many of all."""

    def tests_of(self, fault: Fault, most_seconds: float) -> tuple[list[str], float]:
        """The tests that reach it, those first whose business the file is, and what they take together."""
        chosen: list[str] = []
        together = 0.0
        reaching = self.reach.get(fault.file, {}).get(fault.line, [])
        for test in sorted(reaching, key=lambda test: self.lines["", test] / self.lines[fault.file, test]):
            took = self.seconds.get(test, 1.0)
            if not chosen or together + took <= most_seconds:
                chosen.append(test)
                together += took
        if not chosen:
            chosen = namesakes(Path(fault.file))
            together = SECONDS_OF_A_FILE * len(chosen)
        return chosen, together


def namesakes(module: Path) -> list[str]:
    """Files of tests/e2e named after a module: test_forget.py and test_cli.py for bot/cli_forget.py."""
    words = [word for word in module.stem.split("_") if len(word) > 2]
    found = [ROOT / "tests" / "e2e" / f"test_{word.removesuffix('s')}{end}.py" for word in words for end in ("", "s")]
    return sorted(path.relative_to(ROOT).as_posix() for path in found if path.is_file())


def draw(file: str, share: float, seed: int) -> tuple[int, list[Fault]]:
    """How many faults can be made in a file, and those that the seed draws."""
    code = (ROOT / file).read_text(encoding="utf-8")
    module, mutations, _, _ = create_mutations(file, code)
    drawn = []
    mutations = [one for one in mutations if isinstance(one.contained_by_top_level_function, cst.FunctionDef)]
    for number, mutation in enumerate(mutations, 1):
        name = f"{file}:{number}"
        chance = int.from_bytes(hashlib.sha256(f"{seed}:{name}".encode()).digest()[:6], "big") / 2**48
        if chance >= share:
            continue
        source = module.deep_replace(mutation.original_node, mutation.mutated_node)
        if isinstance(source, cst.Module) and not _same(file, code, source.code):
            drawn.append(Fault(name, file, _statement_line(code, source.code), source.code))
    return len(mutations), drawn


def _same(file: str, sound: str, faulty: str) -> bool:
    """No fault: nothing is changed, or on a shelf only the case of letters, which SQLite does not see."""
    return sound == faulty or (file.startswith("storage/") and sound.casefold() == faulty.casefold())


def _statement_line(sound: str, faulty: str) -> int:
    """The first line of the innermost statement in which the two differ; of a function's head, that of its body."""
    pairs = zip(sound.splitlines(), faulty.splitlines(), strict=False)
    changed = next((n for n, (one, other) in enumerate(pairs, 1) if one != other), 1)
    around = [
        node
        for node in ast.walk(ast.parse(sound))
        if isinstance(node, ast.stmt) and node.lineno <= changed <= (node.end_lineno or node.lineno)
    ]
    inmost = max(around, key=lambda node: node.lineno)
    if isinstance(inmost, ast.FunctionDef | ast.AsyncFunctionDef):
        told = ast.get_docstring(inmost, clean=False) is not None
        return inmost.body[min(int(told), len(inmost.body) - 1)].lineno
    return inmost.lineno


def measure(keep: Path) -> Map:
    """What the tests reach; measured if `keep` does not hold it yet."""
    reached, started, report = keep / "reached.sqlite", keep / "started.sqlite", keep / "report.xml"
    if not report.exists():
        keep.mkdir(parents=True, exist_ok=True)
        source = f"[run]\nsource = {','.join(PACKAGES)}\n"
        here, there = keep / "here.ini", keep / "there.ini"
        here.write_text(f"{source}data_file = {reached}\n", encoding="utf-8")
        named = "parallel = true\nsigterm = true\ncontext = ${PYTEST_CURRENT_TEST-}\n"
        there.write_text(f"{source}data_file = {started}\n{named}", encoding="utf-8")
        asked = [*ASKED, *(f"--deselect={one}" for one in NOT_ASKED)]
        counted = ["--cov", f"--cov-config={here}", "--cov-context=test", "--cov-report="]
        command = [sys.executable, "-m", "pytest", *STEADY, *asked, "-n", "2", *counted, f"--junitxml={report}"]
        if subprocess.run(command, cwd=ROOT, env={**os.environ, WATCHED: str(there)}, check=False).returncode:
            report.unlink(missing_ok=True)
            sys.exit("The tests do not pass as they are.")
        gather = [sys.executable, "-m", "coverage", "combine", "--quiet", f"--rcfile={there}"]
        subprocess.run(gather, cwd=ROOT, check=True)
    return read_map((reached, started), report, ROOT)


def read_map(reached: Iterable[Path], report: Path, root: Path) -> Map:
    """From coverage's data with a context for each test, and pytest's report."""
    found: dict[tuple[str, str], set[int]] = {}
    for path in reached:
        for file, context, bits in _rows(path):
            if test := _test_of(context):
                found.setdefault((Path(file).relative_to(root).as_posix(), test), set()).update(numbits_to_nums(bits))
    reach: dict[str, dict[int, list[str]]] = {}
    lines: Counter[tuple[str, str]] = Counter()
    for (file, test), reached_lines in found.items():
        lines[file, test] = len(reached_lines)
        lines["", test] += len(reached_lines)
        for line in reached_lines:
            reach.setdefault(file, {}).setdefault(line, []).append(test)
    tests = {test for _, test in found}
    took = {
        f"{case.get('classname')}.{case.get('name')}": float(case.get("time", 1))
        for case in ET.parse(report).iter("testcase")
    }
    return Map(reach, {test: took.get(_in_report(test), 1.0) for test in tests}, lines)


def _rows(path: Path) -> list[tuple[str, str, bytes]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(
            "SELECT f.path, c.context, b.numbits FROM line_bits AS b"
            " JOIN file AS f ON f.id = b.file_id JOIN context AS c ON c.id = b.context_id"
        ).fetchall()


def _test_of(context: str) -> str:
    """The test, not what was made ready for it: "test|run" in its own process, "test (call)" in one it started."""
    return next((context.removesuffix(end) for end in ("|run", " (call)") if context.endswith(end)), "")


def _in_report(test: str) -> str:
    path, _, inside = test.partition("::")
    return f"{path.removesuffix('.py').replace('/', '.')}.{inside.replace('::', '.')}"


def copies(count: int, folder: Path) -> Iterator[Path]:
    """Copies of the project to put faults into."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for number in range(count):
        copy = folder / f"copy{number}"
        for name in listed.splitlines():
            if (ROOT / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, copy / name)
        yield copy


def attempt(fault: Fault, copy: Path, known: Map, most_seconds: float) -> str:
    """Put it in, ask the tests, take it out."""
    tests, together = known.tests_of(fault, most_seconds)
    if not tests:
        return UNREACHED
    path = copy / fault.file
    sound = path.read_bytes()
    path.write_text(fault.source, encoding="utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *STEADY, "-p", "no:xdist", "-x", "--no-header", *tests],
            cwd=copy,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(copy)},
            timeout=3 * together + PATIENCE,
            capture_output=True,
            text=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ENDLESS
    finally:
        path.write_bytes(sound)
    if done.returncode not in (0, 1, 2, 3):
        raise RuntimeError(f"pytest said {done.returncode} of {fault.name}:\n{done.stdout[-2000:]}{done.stderr[-500:]}")
    return NOTICED if done.returncode else UNNOTICED


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=0.02, help="which part of all faults is tried")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=120, help="of tests for a fault, at most")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", default="", help="files whose path begins so")
    parser.add_argument("--keep", type=Path, default=ROOT / ".power", help="what was measured, and the outcome")
    wanted = parser.parse_args()
    known = measure(wanted.keep)
    files = [
        path.relative_to(ROOT).as_posix() for package in PACKAGES for path in sorted((ROOT / package).glob("*.py"))
    ]
    files = [file for file in files if file.startswith(wanted.only)]
    possible: Counter[str] = Counter()
    faults: list[Fault] = []
    with ProcessPoolExecutor(wanted.workers) as pool:
        jobs = {file: pool.submit(draw, file, wanted.share, wanted.seed) for file in files}
        for file, job in jobs.items():
            count, drawn = job.result()
            possible[file.partition("/")[0]] += count
            faults += drawn
    print(f"{len(faults)} of {possible.total()} faults are tried", flush=True)
    outcome = try_all(faults, known, wanted.workers, wanted.seconds, wanted.keep / f"outcome-{wanted.seed}.jsonl")
    return tell(outcome, possible)


def try_all(faults: list[Fault], known: Map, workers: int, seconds: float, kept: Path) -> dict[str, str]:
    """What came of each; written down at once, and what was tried before under this name is not tried again."""
    outcome: dict[str, str] = {}
    if kept.exists():
        outcome = {told["name"]: told["came"] for told in map(json.loads, kept.read_text().splitlines())}
    with tempfile.TemporaryDirectory() as folder, kept.open("a") as lines, ThreadPoolExecutor(workers) as pool:
        free: SimpleQueue[Path] = SimpleQueue()
        for copy in copies(workers, Path(folder)):
            free.put(copy)

        def one(fault: Fault) -> tuple[Fault, str]:
            copy = free.get()
            try:
                return fault, attempt(fault, copy, known, seconds)
            finally:
                free.put(copy)

        begun = [pool.submit(one, fault) for fault in faults if fault.name not in outcome]
        for ready in as_completed(begun):
            fault, came = ready.result()
            outcome[fault.name] = came
            told = {key: value for key, value in asdict(fault).items() if key != "source"}
            lines.write(json.dumps({**told, "came": came, "diff": diff_of(fault)}) + "\n")
            lines.flush()
    return outcome


def diff_of(fault: Fault) -> str:
    """What is wrong, for who looks at what went unnoticed."""
    sound = (ROOT / fault.file).read_text(encoding="utf-8").splitlines()
    return "\n".join(list(difflib.unified_diff(sound, fault.source.splitlines(), lineterm="", n=1))[2:])


def tell(outcome: dict[str, str], possible: Counter[str]) -> int:
    """Print the score of each package and of all."""
    for package in (*PACKAGES, ""):
        came = Counter(what for name, what in outcome.items() if name.startswith(f"{package}/" if package else ""))
        if not came:
            continue
        noticed = came[NOTICED] + came[ENDLESS]
        of = possible[package] if package else possible.total()
        told = ", ".join(f"{count} {what}" for what, count in sorted(came.items()))
        print(f"{package or 'all':<9} {noticed / came.total():6.1%} of {came.total()} tried of {of}: {told}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
