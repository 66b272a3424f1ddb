"""Repairs: what they put right, what they leave alone, and that each can be undone."""

from __future__ import annotations

import pytest

from cleaners import clean_text
from cleaners.repair import repair

WRAPPED = """The minister said on Monday that the talks about the new railway
line would go on for another week, because nobody had agreed on
who should pay for the bridge across the river, nor for the road
that leads to it.

The mayor of the town, who had hoped for an early end, said that
she would wait, and that the town had waited for the bridge these
last thirty years.
"""
VERSE = """The tree stood on the hill alone,

its leaves were turning brown,

and nobody came up from town

to cut the old tree down.
"""


@pytest.mark.parametrize(
    "text",
    [
        "AT&T and R&D; the rest & more",
        "a < b &lt; c &gt; d",
        "&notanentity; and &x;",
        "naïve café, Größe, Ærø, fiancée",
        "├── docs\n│   ├── für\n└── src",
        "─── Pause ───",
        "┼ö Ô hôtel, the map’s legend says",
        "“Quotes” – dashes — and … dots",
        "don't touch 'straight' quotes",
        "double  spaces and\ttabs stay",
        "ﬁne ligatures and ｗｉｄｅ letters are the author's",
        VERSE,
        "A short line\n\nAnother short line\nand one more",
    ],
)
def test_leaves_alone(text: str) -> None:
    assert repair(text) == (text, ())


@pytest.mark.parametrize(
    ("text", "mended", "rules"),
    [
        ("profit &amp; loss", "profit & loss", ["RE005"]),
        ("profit &amp;amp; loss", "profit & loss", ["RE005"]),
        ("It&#8217;s &nbsp;so", "It’s \xa0so", ["RE005", "RE005"]),
        ("the countryâ€™s army", "the country’s army", ["RE004"]),
        ("die Br├╝cke: ÔÇ×zuÔÇť, sagt er", "die Brücke: „zu“, sagt er", ["RE004"]),
        ("k├╢nnen", "können", ["RE004"]),
        ("die Br├╝cke ist f├╝r M├ñnner", "die Brücke ist für Männer", ["RE004"]),
        ("╨Я╤А╨╕╨▓╨╡╤В, ╨╝╨╕╤А", "Привет, мир", ["RE004"]),
        ("the tailorΓÇÖs needle", "the tailor’s needle", ["RE004"]),
        ("Most jest zamkni─Öty, m├│wi pani ┼╗ak", "Most jest zamknięty, mówi pani Żak", ["RE004"]),
        ("at armâ\x80\x99s length", "at arm’s length", ["RE004"]),
        ("a pa\x00ge at armâ\x80\x99s length", "a page at arm’s length", ["RE002", "RE004"]),
        ("cafÃ© in the cafÃ©", "café in the café", ["RE004"]),
        ("Bag\0hdad", "Baghdad", ["RE002"]),
        ("\ufeffThe story", "The story", ["RE001"]),
        ("\ufeff\0\ufeffThe story", "The story", ["RE001", "RE001"]),
        ("a \ud83d b", "a \ufffd b", ["RE003"]),
    ],
)
def test_mends(text: str, mended: str, rules: list[str]) -> None:
    assert repair(text)[0] == mended
    assert [r.rule for r in repair(text)[1]] == rules


def test_a_hard_wrapped_text_gets_its_paragraphs_back() -> None:
    text, repairs = repair(WRAPPED)
    assert [line[:20] for line in text.splitlines() if line] == ["The minister said on", "The mayor of the tow"]
    assert {r.rule for r in repairs} == {"RE006"}


@pytest.mark.parametrize(
    "text", [WRAPPED, WRAPPED.replace("\n", "\r\n"), "\ufeff\0&amp;â€™\0 &amp;amp;\ud800", "â€™&amp;s", "&amp;Ã©&amp;Ã©&amp;"]
)
def test_every_repair_can_be_undone(text: str) -> None:
    assert clean_text(text).restore() == text
    mended = repair(text)[0]
    assert repair(mended) == (mended, ())
