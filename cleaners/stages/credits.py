"""Credits of photographs, and captions that end in one.

Goes: `Photo: Reuters`, `Jane Doe/AFP`, `© Reuters. FILE PHOTO: A supporter …`, a caption that ends in its credit, and the
picture's alternative text beside that caption, which says the same.
Stays: a sentence about a photograph, a dateline with its agency, a paragraph that an agency in brackets signs: one that ends in
a full sentence before it, or the last one of the story.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cleaners.document import Document
from cleaners.ledger import Finding, Removal
from cleaners.line import Line
from cleaners.matching.entry_lists import is_in_list
from cleaners.rule import Rule
from cleaners.stages import agency
from cleaners.text.characters import ELLIPSES, QUOTES, STOPS

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

MIN_OWN_ENTRIES = 2
"""Lines beside a credit that make it an entry of a list of the story: who filmed a film."""
MAX_CREDIT_CHARS = 140
"""Characters of a line that is only a credit."""
MAX_CAPTION_WORDS = 60
"""Words; a longer line is a paragraph with a credit glued to its end, and only the credit goes."""
_SIGNATURE = "signature"
"""The group of a phrase's pattern that matched where a credit may as well be the signature of the story's author."""
MAX_LINE_CHARS = 700
"""Characters of the longest line that the patterns for captions are matched against."""
MIN_SAME_WORDS = 3
"""Words from which a line is a picture's alternative text if all of them stand in a row in the caption beside it."""
MIN_LIKE_WORDS, MIN_LIKE_SHARE = 6, 0.8
"""Words from which a line is a picture's alternative text if this share of them stands anywhere in the caption beside it."""

_HINTS = (
    "photo",
    "foto",
    "bild",
    "imag",
    "immag",
    "izvor",
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
"""Each credit at the end of a line holds one of these. Looking for them first saves the patterns."""
_OPEN_HINTS = (
    "|",
    "alamy",
    "commons",
    "contrib",
    "file",
    " for ",
    "getty",
    "handout",
    "media",
    "pexels",
    "pixabay",
    "stock",
    "suppl",
    "unsplash",
)
"""What those hold besides that no sign follows. Sentences of the story hold these too often to ask for them there."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield credits, captions with a credit, and credits at the ends of paragraphs.

    >>> doc = Document.of("Foto: dpa\\nDer Zug hielt.", language="de")
    >>> [(f.rule, f.text) for f in find(doc)]
    [('PC001', 'Foto: dpa')]
    """
    found: dict[int, Removal] = {}
    for index, line in doc.candidates(FAMILY):
        if index not in doc.halves and (removal := next(_credit(doc, index, line), None)):
            found[index] = removal
            yield removal
    captions = {index for index, removal in found.items() if removal.rule == CREDITED_CAPTION.code}
    for index, line in enumerate(doc.lines) if captions else ():
        if index in found or index in doc.halves:
            continue
        if any(at in captions and _says_the_same(line, doc.lines[at]) for at in (index - 1, index + 1)):
            yield line.remove(CREDITED_CAPTION, "as the caption beside it")


def _says_the_same(line: Line, caption: Line) -> bool:
    """Whether the caption says all that the line says."""
    if len(line.words) >= MIN_SAME_WORDS and f" {' '.join(line.words)} " in f" {' '.join(caption.words)} ":
        return True
    shared = (Counter(line.words) & Counter(caption.words)).total()
    return len(line.words) >= MIN_LIKE_WORDS and shared >= MIN_LIKE_SHARE * len(line.words)


def _credit(doc: Document, index: int, line: Line) -> Iterator[Removal]:
    text = line.plain
    if len(text) <= MAX_CREDIT_CHARS and (found := line.match(FAMILY, CREDIT.code, doc.language)):
        if not is_in_list(doc, index, MIN_OWN_ENTRIES):
            yield line.remove(CREDIT, found[0].key)
    elif len(text) > MAX_LINE_CHARS:
        return
    elif found := line.match(FAMILY, OPENED_CAPTION.code, doc.language):
        if line.length <= MAX_CAPTION_WORDS:
            yield line.remove(OPENED_CAPTION, found[0].key)
    elif (
        line.may_match(FAMILY, CREDITED_CAPTION.code, doc.language)
        and _may_end_in_credit(text)
        and (found := line.match(FAMILY, CREDITED_CAPTION.code, doc.language))
    ):
        place = found[1].start("credit")
        if _signs_story(doc, index, place):
            return
        if line.length <= MAX_CAPTION_WORDS and not (index >= doc.last_prose and found[1].groupdict().get(_SIGNATURE)):
            yield line.remove(CREDITED_CAPTION, found[0].key)
        else:
            yield line.remove(TRAILING_CREDIT, found[0].key, start=place)


def _signs_story(doc: Document, index: int, place: int) -> bool:
    """Whether an agency at the end of a line is that of the story, which it signs, and not that of a picture.

    So is one behind a full sentence, and one at the end of the last paragraph: `… are looking for witnesses. (dpa/abc)`. The
    stage `agency` decides about it.

    Args:
        doc: the document.
        index: which of its lines.
        place: where the agency begins in the line.
    """
    line = doc.lines[index]
    signed = index >= doc.last_prose or line.plain[:place].rstrip()[-1:] in _ENDS
    return signed and bool(line.match_part(agency.FAMILY, agency.AGENCY.code, doc.language, place))


def _may_end_in_credit(text: str) -> bool:
    end = text[-MAX_CREDIT_CHARS:].lower()
    if end.endswith((")", "]", "）")) or any(map(end.__contains__, _HINTS)):
        return True
    return not end.endswith(_ENDS) and any(map(end.__contains__, _OPEN_HINTS))


_ENDS = tuple(STOPS + ELLIPSES + QUOTES)
"""Signs that end a sentence."""
