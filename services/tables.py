"""Exports: tables of the mission's facts, written row by row so that a million of them need no more memory than ten."""

import csv
import io
import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from domain.letter import Letter, LetterKind
from domain.message import Message
from domain.person import Person
from services.desk import Desk, Said, post, show, tongue_of
from services.paper import Draft, Paper, PaperKind, Spec
from services.sheets import cell_safe
from services.workbooks import MEDIA_TYPE, stream_rows
from storage import audit, database
from storage import exports as shelf
from storage.exports import Cell, Topic
from texts import tables as words

_TYPES = {
    "csv": "text/csv",
    "xlsx": MEDIA_TYPE,
    "geojson": "application/geo+json",
}


class Form(StrEnum):
    """In which form."""

    XLSX = "xlsx"
    CSV = "csv"
    GEOJSON = "geojson"


def offer(desk: Desk, said: Said, person: Person, text: str) -> None:
    """/export: what there is; /export checkins csv: the file, to who coordinates the whole mission."""
    t = tongue_of(desk, person)
    if not person.sees_all:
        show(desk, said, words.whole_mission_only(t))
        return
    wanted = text.casefold().split()
    topic, form = (wanted[0] if wanted else ""), (wanted[1] if len(wanted) > 1 else Form.XLSX)
    if topic not in set(Topic) or form not in set(Form) or (form == Form.GEOJSON and topic != Topic.CHECKINS):
        show(desk, said, words.what_to_export(t, list(Topic), list(Form)))
        return
    spec = {"kind": PaperKind.EXPORT, "by": person.person_id, "language": person.language, "topic": topic, "form": form}
    payload = {"parse_mode": "HTML", "protect_content": True, "paper": spec}
    post(desk, Letter(LetterKind.ANSWER, said.chat_id, "sendDocument", payload))


def note(desk: Desk, by: int | None, topic: Topic, form: Form) -> None:
    """Into the audit trail."""
    audit.note(desk.db, "export", desk.now, by, topic=topic, form=form)


def prepare(desk: Desk, kind: PaperKind, asker: Person, spec: Spec, earlier: Draft | None) -> Draft | Message:
    """Where the file is to be read from; who no longer coordinates the whole mission gets none."""
    t = tongue_of(desk, asker)
    if not asker.sees_all:
        return words.whole_mission_only(t)
    topic, form = Topic(spec["topic"]), Form(spec["form"])
    if earlier is None:
        note(desk, asker.person_id, topic, form)
    path = desk.db.execute("PRAGMA database_list").fetchone()["file"]
    return Draft(kind, f"{topic}-{desk.now:%Y-%m-%d-%H%M}", words.caption(t, topic), (str(path), topic, form))


def build(draft: Draft) -> Paper:
    """The file's bytes, read in the process that makes papers."""
    path, topic, form = draft.facts
    file = io.BytesIO()
    with closing(database.connect(Path(path), read_only=True)) as db:
        write(db, topic, form, file)
    return Paper(f"{draft.name}.{form}", _TYPES[form], file.getvalue())


def write(db: sqlite3.Connection, topic: Topic, form: Form, file: BinaryIO) -> None:
    """The table into this file, as things stand at one moment. ValueError: only check-ins have places."""
    db.execute("BEGIN")
    try:
        if form is Form.XLSX:
            stream_rows(str(topic), shelf.header(db, topic), shelf.rows(db, topic), file)
        elif form is Form.CSV:
            _csv(shelf.header(db, topic), shelf.rows(db, topic), file)
        elif topic is Topic.CHECKINS:
            _geojson(shelf.located(db), file)
        else:
            raise ValueError(topic)
    finally:
        db.execute("ROLLBACK")


def _csv(header: list[str], rows: Iterable[tuple[Cell, ...]], file: BinaryIO) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(header)
    for row in rows:
        writer.writerow([cell_safe(cell) if isinstance(cell, str) else cell for cell in row])
    text.detach()


def _geojson(rows: Iterable[tuple[Cell, ...]], file: BinaryIO) -> None:
    file.write(b'{"type":"FeatureCollection","features":[')
    for number, (longitude, latitude, meeting, person, presence, said_at, accuracy) in enumerate(rows):
        feature = {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
            "properties": {
                "meeting": meeting, "person": person, "presence": presence, "said_at": said_at, "accuracy_m": accuracy,
            },
        }  # fmt: skip
        file.write((",\n" if number else "\n").encode() + json.dumps(feature, ensure_ascii=False).encode())
    file.write(b"\n]}\n")
