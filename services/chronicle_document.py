"""The chronicle as a DOCX: the words of a page put into a template, which a mission may replace by its own.

A template is a DOCX with these fields, each a paragraph of its own, whose style what is put there takes over:
{{title}} {{mission}} {{date}} {{heading}} {{paragraph}} {{gaps_title}} {{gap}} {{annex_title}} {{annex}}
"""

import io
import re
import zipfile
from copy import deepcopy
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from services.paper import Draft, Paper
from texts.chronicles import Page

TEMPLATE = Path(__file__).parent / "templates" / "chronicle.docx"
NEEDED = ("title", "date", "heading", "paragraph", "annex")
"""Fields without which the document would not tell the day."""
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LARGEST = 10_000_000
SHARES = (13, 27, 16, 28, 16)
"""Of the annex's width, in per cent, what each column takes."""
CELL = Pt(9)
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TAGS = re.compile(rb"<[^>]*>")


def choose(path: str) -> tuple[str, list[str] | None]:
    """The template to use, and what the mission's own lacks if it cannot be used (nothing = it is no DOCX)."""
    if not path:
        return str(TEMPLATE), None
    try:
        if Path(path).stat().st_size > LARGEST:
            return str(TEMPLATE), []
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo("word/document.xml").file_size > LARGEST:
                return str(TEMPLATE), []
            text = _TAGS.sub(b"", archive.read("word/document.xml")).decode("utf-8", "replace")
        Document(path)
    except Exception:
        return str(TEMPLATE), []
    missing = [f"{{{{{name}}}}}" for name in NEEDED if f"{{{{{name}}}}}" not in text]
    return (str(TEMPLATE), missing) if missing else (path, None)


def build(draft: Draft) -> Paper:
    """The document's bytes."""
    page, template, language = draft.facts
    return Paper(f"{draft.name}.docx", MEDIA_TYPE, render(page, Path(template), language))


def render(page: Page, template: Path, language: str) -> bytes:
    """Every field of the template filled in; fields it does not have are left out."""
    document = Document(str(template))
    fields: dict[str, list[tuple[str, str]]] = {
        "title": [("title", page.title)],
        "mission": [("mission", page.mission)],
        "date": [("date", page.date)],
        "gaps_title": [("gaps_title", page.gaps_title)] if page.gaps else [],
        "gap": [("gap", gap) for gap in page.gaps],
        "annex_title": [("annex_title", page.annex_title)],
    }
    patterns = {name: paragraph for paragraph in document.paragraphs if (name := _field(paragraph.text))}
    body = []
    for heading, paragraphs in page.sections:
        body.append(("heading", heading))
        body += [("paragraph", text) for text in paragraphs]
    place = patterns["heading"]
    for name, text in body:
        place._p.addprevious(_filled(patterns[name]._p, text))
    for name, lines in fields.items():
        if name in patterns:
            for _, text in lines:
                patterns[name]._p.addprevious(_filled(patterns[name]._p, text))
    _annex(document, patterns["annex"], page)
    for paragraph in patterns.values():
        paragraph._p.getparent().remove(paragraph._p)
    _properties(document, page, language)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def clean(text: str) -> str:
    """Without characters that no XML holds."""
    return _NOT_XML.sub("", text)


def _field(text: str) -> str:
    match = re.fullmatch(r"\s*\{\{([a-z_]+)\}\}\s*", text)
    return match[1] if match else ""


def _filled(pattern: Any, text: str) -> Any:
    """A copy of the paragraph with this text; lines stay lines. Its first run's looks are kept."""
    paragraph = deepcopy(pattern)
    runs = paragraph.findall(qn("w:r"))
    look = deepcopy(runs[0].find(qn("w:rPr"))) if runs and runs[0].find(qn("w:rPr")) is not None else None
    for child in list(paragraph):
        if child.tag != qn("w:pPr"):
            paragraph.remove(child)
    run = OxmlElement("w:r")
    if look is not None:
        run.append(look)
    for number, line in enumerate(clean(text).split("\n")):
        if number:
            run.append(OxmlElement("w:br"))
        words = OxmlElement("w:t")
        words.text = line
        words.set(qn("xml:space"), "preserve")
        run.append(words)
    paragraph.append(run)
    return paragraph


def _annex(document: Any, place: Any, page: Page) -> None:
    """The table, where the template says; its first row comes again on each page."""
    table = document.add_table(rows=1, cols=len(page.columns))
    if "Table Grid" in {style.name for style in document.styles}:
        table.style = "Table Grid"
    _spread(document, table)
    for cell, text in zip(table.rows[0].cells, page.columns, strict=True):
        _write(cell, text, bold=True)
    heading = table.rows[0]._tr.get_or_add_trPr()
    heading.append(OxmlElement("w:cantSplit"))
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    heading.append(repeated)
    for row in page.rows:
        line = table.add_row()
        line._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, text in zip(line.cells, row, strict=True):
            _write(cell, text)
    place._p.addprevious(table._tbl)


def _spread(document: Any, table: Any) -> None:
    """As wide as the text, each column by what it holds; rows that are added later are as wide as these."""
    section = document.sections[-1]
    if None in {section.page_width, section.left_margin, section.right_margin}:  # a template that does not say
        return
    whole = section.page_width - section.left_margin - section.right_margin
    table.autofit = False
    for column, share in zip(table.columns, SHARES, strict=True):
        column.width = column.cells[0].width = whole * share // 100


def _write(cell: Any, text: str, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    paragraph.paragraph_format.line_spacing = 1
    run = paragraph.add_run(clean(text))
    run.bold, run.font.size = bold or None, CELL


def _properties(document: Any, page: Page, language: str) -> None:
    for told in document.styles.element.iter(qn("w:lang")):  # by which a word processor checks the spelling
        told.set(qn("w:val"), language)
    document.core_properties.title = clean(f"{page.title}, {page.date}")[:255]
    document.core_properties.author = clean(page.mission)[:255]
    document.core_properties.language = language
    document.core_properties.comments = ""
