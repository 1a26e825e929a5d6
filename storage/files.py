"""The mission's folder of files: what people gave to meeting logs, for nobody's eyes but the mission's."""

import hashlib
import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_FETCHING = ".fetching"
"""Where a file is while it comes; on the same file system, so that it is moved in one step."""
FOLDER_MODE, FILE_MODE = 0o700, 0o600


class DiskTroubleError(Exception):
    """The disk did not take it: full, read-only or broken. It may work another time."""


class Incoming(io.FileIO):
    """A file that is being fetched; knows its SHA-256 and its size so far."""

    def __init__(self, path: Path) -> None:
        with _disk():
            _make_folder(path.parent)
            super().__init__(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, FILE_MODE), "wb")
        self.path = path
        self.size = 0
        self._hash = hashlib.sha256()

    def write(self, chunk: bytes) -> int:  # type: ignore[override]
        """All of it. Raises DiskTroubleError."""
        rest = memoryview(chunk)
        with _disk():
            while rest:
                rest = rest[super().write(rest) or 0 :]
        self._hash.update(chunk)
        self.size += len(chunk)
        return len(chunk)

    @property
    def sha256(self) -> str:
        """In hexadecimal."""
        return self._hash.hexdigest()


class Files:
    """The folder. Every file's name begins with its number: by that it is found wherever it is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, number: int) -> Incoming:
        """A place to fetch file `number` to. Raises DiskTroubleError."""
        return Incoming(self._folder / _FETCHING / str(number))

    def keep(self, incoming: Incoming, path: str) -> None:
        """It is complete: safe on the disk, then in its place, in one step. Raises DiskTroubleError."""
        target = self._folder / path
        with _disk():
            os.fsync(incoming.fileno())
            incoming.close()
            _make_folder(target.parent)
            incoming.path.replace(target)
            _sync_folder(target.parent)

    def discard(self, incoming: Incoming) -> None:
        """It did not become complete; nothing to do if it did."""
        with _disk():
            incoming.close()
            incoming.path.unlink(missing_ok=True)

    def remove(self, path: str) -> None:
        """Nobody wants this file in this place."""
        with _disk():
            (self._folder / path).unlink(missing_ok=True)

    def drop_leftovers(self, wanted: set[int]) -> None:
        """What a killed process left: half a file, or a whole one that nobody wrote down. Raises DiskTroubleError."""
        with _disk():
            for left in (self._folder / _FETCHING).glob("*"):
                left.unlink(missing_ok=True)
            if wanted:
                for number, file in self._numbered():
                    if number in wanted:
                        file.unlink(missing_ok=True)

    def put_right(self, paths: Mapping[int, str]) -> list[int]:
        """Move files to where they belong by now, after names were erased; numbers of those that are nowhere.

        Raises DiskTroubleError.
        """
        with _disk():
            return self._put_right(paths)

    def _put_right(self, paths: Mapping[int, str]) -> list[int]:
        wrong = {number: path for number, path in paths.items() if not (self._folder / path).is_file()}
        if not wrong:
            return []
        for number, file in list(self._numbered()):
            path = wrong.pop(number, None)
            if path is not None:
                target = self._folder / path
                _make_folder(target.parent)
                file.replace(target)
                if not any(file.parent.iterdir()):
                    file.parent.rmdir()
        return sorted(wrong)

    def _numbered(self) -> Iterator[tuple[int, Path]]:
        for file in self._folder.glob("*/*/*-*"):
            number = file.name.partition("-")[0]
            if number.isascii() and number.isdigit():
                yield int(number), file


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DiskTroubleError(error.strerror or type(error).__name__) from error


def _make_folder(folder: Path) -> None:
    """With those above it, closed to others; what is there already stays as it is."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=FOLDER_MODE, exist_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
