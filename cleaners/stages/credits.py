"""Photo credits and captions that carry one.

Goes: `Photo: Reuters`, `Jane Doe/AFP`, `© Reuters. FILE PHOTO: A supporter …`, a caption with its credit behind it, and the
picture's alternative text beside that caption, which says the same.
Stays: a sentence about a photograph, a dateline with its agency.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cleaners.document import Document
from cleaners.ledger import Finding, Removal
from cleaners.line import Line
from cleaners.matching.phrases import match
from cleaners.rule import Rule

FAMILY = "credits"

CREDIT = Rule(
    "PC001", "photo-credit", FAMILY, "The line only credits a picture.", "sure",
    goes="Photo: Reuters", stays="Photo finish in the last race",
    why=(
        "The picture is lost, and the credit names its photographer and agency. Such names are the most frequent noise "
        "between paragraphs."
    ),
    wrong="A story about photographs that lists their authors on lines of their own.",
    line_kind="credit",
    in_lines=True,
)  # fmt: skip
OPENED_CAPTION = Rule(
    "PC002", "agency-caption", FAMILY, "The line begins as an agency's or an archive's caption does.", "sure",
    goes="© Reuters. FILE PHOTO: A supporter holds a picture", stays="File your taxes before the end of the month.",
    why="The caption describes a picture that the text has lost, often an older event than the story's.",
    wrong="A caption that adds a fact which the story lacks. The policy `agency-captions` keeps all of them.",
    line_kind="credit",
)  # fmt: skip
CREDITED_CAPTION = Rule(
    "PC003", "credited-caption", FAMILY, "The line ends in a picture's credit; what stands before it is the caption.", "likely",
    goes="The old bridge after its repair. Photo: Jane Doe", stays="The report was first published by Reuters.",
    why="The caption describes a picture that the text has lost.",
    wrong="A caption that adds a fact which the story lacks. The policy `captions` keeps all of them.",
    line_kind="credit",
)  # fmt: skip
TRAILING_CREDIT = Rule(
    "PC004", "trailing-credit", FAMILY, "A picture's credit stands behind a paragraph.", "likely",
    goes="… and so the long day ended. Photo: Jane Doe", stays="… he said in a photo: it showed the bridge.",
    why="An extractor joined a paragraph and the credit of the picture below it.",
    wrong="A last sentence that names a photographer as its subject.",
    line_kind="credit",
)  # fmt: skip
RULES = (CREDIT, OPENED_CAPTION, CREDITED_CAPTION, TRAILING_CREDIT)

LONGEST_CREDIT = 140
"""Characters."""
LONGEST_CAPTION = 60
"""Words; what is longer is a paragraph that a credit was glued to, and only the credit goes."""
LONGEST_LINE = 700
"""Characters that the patterns for captions look at."""
LEAST_SAID = 3
"""Words of a line that stand in the caption beside it in a row …"""
LEAST_LIKE, LIKE = 6, 0.8
"""… or so many words, of which so large a share stands in it anyhow: then it is the same picture's alternative text."""

_HINTS = (
    "photo",
    "foto",
    "bild",
    "imag",
    "picture",
    "pic",
    "cr",
    "©",
    "/",
    " via ",
    "courtesy",
    "quelle",
    "grafik",
    "lustra",
    "beeld",
    "billed",
    "fot.",
    "zdj",
    "snímek",
    "görsel",
    "kaynak",
    "gambar",
    "dok",
    "fotó",
    "kép",
    "illusztr",
    "snímk",
    "ilustrá",
    "imagin",
    "снимк",
    "φωτ",
    "εικ",
    "kuva",
    "фото",
    "зображ",
    "изображ",
    "люстра",
    "коллаж",
    "screenshot",
    "efe",
    "europa press",
    "撮影",
    "提供",
    "写真",
    "＝",
    "=",
    "摄",
    "攝",
    "图",
    "圖",
    "사진",
    "자료",
    "기자",
    "صور",
    "ảnh",
)
"""One of these is in every credit that stands behind something; looking for them first is cheap."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield credits, captions with a credit, and credits behind paragraphs.

    >>> doc = Document.of("Foto: dpa\\nDer Zug hielt.", language="de")
    >>> [(f.rule, f.text) for f in find(doc)]
    [('PC001', 'Foto: dpa')]
    """
    captions = set[int]()
    standing = list[int]()
    for index, line in enumerate(doc.lines):
        if index in doc.halves:
            continue
        found = next(_credit(doc, line), None)
        if found is None:
            standing.append(index)
            continue
        yield found
        if found.rule == CREDITED_CAPTION.code:
            captions.add(index)
    for index in standing if captions else ():
        line = doc.lines[index]
        if any(at in captions and _says_the_same(line, doc.lines[at]) for at in (index - 1, index + 1)):
            yield line.remove(CREDITED_CAPTION, "as the caption beside it")


def _says_the_same(line: Line, caption: Line) -> bool:
    """Whether all that the line says stands in the caption."""
    if len(line.words) >= LEAST_SAID and f" {' '.join(line.words)} " in f" {' '.join(caption.words)} ":
        return True
    return len(line.words) >= LEAST_LIKE and (Counter(line.words) & Counter(caption.words)).total() >= LIKE * len(line.words)


def _credit(doc: Document, line: Line) -> Iterator[Removal]:
    text = line.plain
    if len(text) <= LONGEST_CREDIT and (found := match(FAMILY, CREDIT.code, doc.language, text)):
        yield line.remove(CREDIT, found[0].key)
    elif len(text) > LONGEST_LINE:
        return
    elif found := match(FAMILY, OPENED_CAPTION.code, doc.language, text):
        if line.length <= LONGEST_CAPTION:
            yield line.remove(OPENED_CAPTION, found[0].key)
    elif _may_end_in_credit(text) and (found := match(FAMILY, CREDITED_CAPTION.code, doc.language, text)):
        if line.length <= LONGEST_CAPTION:
            yield line.remove(CREDITED_CAPTION, found[0].key)
        else:
            yield line.remove(TRAILING_CREDIT, found[0].key, start=found[1].start("credit"))


def _may_end_in_credit(text: str) -> bool:
    end = text[-LONGEST_CREDIT:].lower()
    return end.endswith((")", "]")) or any(map(end.__contains__, _HINTS))
