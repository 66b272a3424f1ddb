"""Measure growth: how much longer a document takes that is twice as long.

    python benchmarks/growth.py [FAMILY …] [--kind text|page] [--least 62500] [--most 2000000] [--seconds 60]

Each family is one kind of text or page that can be made of any length: equal lines, one long word, rows of signs, nested
elements, attributes of one tag. It is cleaned at doubling sizes, and the table shows the seconds of processor time and the
exponent of the last doubling: 1 is linear, 2 is quadratic. A family with an exponent of 1.2 or more is marked, and the exit
code is 1. A family whose last size took longer than `--seconds` is not doubled again. Sizes that take less than a tenth of a
second are too short to measure and give no exponent.
"""

from __future__ import annotations

import argparse
import gc
import math
import sys
import time
from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from cleaners import clean_html, clean_text

LIMIT = 1.2
"""The largest exponent: linear is 1, and sorting and caches that overflow add a little."""
LEAST_SECONDS = 0.1
"""Shorter times are too short to measure."""
SENTENCE = "The minister said on Monday that the talks about the new railway line would go on for another week."
SAID = "The ferry {0} left the quay of harbour {1} on day {2}, and all of its {0} passengers were asleep by {1} again."

Maker = Callable[[int], str]
"""Makes the n-th part of a document of a family."""


def again(part: str) -> Maker:
    """Repeat equal parts."""
    return lambda _: part


def numbered(part: str) -> Maker:
    """Make parts that differ by numbers: `{0}` counts, `{1}` is a hash, `{2}` a number from 1 to 31."""
    return lambda n: part.format(n, n * 2654435761 % 100_003, n % 31 + 1)


MIXED = (
    f"{SENTENCE}\n", "Photo: Reuters\n", "Read more: Harbour gets a new crane\n", "• an item of a list\n", "By Jane Doe\n",
    "July 14, 2020\n", "\n", "“It will take time,” he told reporters.\n", "Advertisement\n", "14:32 Ferry leaves the quay\n",
)  # fmt: skip
TEXTS: dict[str, Maker] = {
    "equal paragraphs": again(f"{SENTENCE}\n\n"),
    "equal short lines": again("a\n"),
    "different paragraphs": numbered(f"{SAID}\n\n"),
    "different short lines": numbered("Harbour {1}\n"),
    "headlines": numbered("Harbour {0} gets a crane after {1} years\n"),
    "rows of ***": again("***\n"),
    "blank lines": again("\n"),
    "one long line": numbered(f"{SAID} "),
    "one long line of capitals": numbered("Harbour{0} Town "),
    "one long word": again("a"),
    "one long word of seams": again("aB"),
    "blanks": again(" "),
    "list items": numbered("• item {1} of the list\n"),
    "rows of a table": numbered("{0}\t{1}\t{2}\n"),
    "credits": numbered("Photo: Jane Doe {1}/Reuters\n"),
    "bylines and dates": numbered(f"Title of story {{0}}\nBy Jane Doe\nJuly {{2}}, 2020\n{SAID}\n"),
    "posts with footers": numbered(f"Title of story {{1}}\n{SAID}\nPosted by Jane Doe on July {{2}}, 2020\n"),
    "ticker entries": numbered(f"14:{{2:02}} The ferry {{1}} sails\n{SAID}\n"),
    "truncated leads": numbered("The ferry {0} left the quay of harbour {1} on Monday, and the captain of the…\n"),
    "glued names": numbered(f"Jane DoeThe ferry {{1}} left on Monday. {SENTENCE}\n"),
    "glued names that differ": numbered(f"Jane Doe{{0}}The ferry left on Monday. {SENTENCE}\n"),
    "advertisements": numbered("Domain Registration\nOnline Casino {0}\n"),
    "read more": numbered("Read more: Harbour {1} gets a crane\n"),
    "labels of teasers": numbered(f"Read also:\n{SAID}\n"),
    "labels above headlines": numbered(f"Read also:\nHarbour {{1}} gets a new crane\n{SAID}\n"),
    "tables of contents": numbered(f"Contents\nHarbour {{1}}\n{SAID}\n"),
    "comment notices": numbered("{2} Comments\nAt last {0}\n"),
    "bulleted wordings": numbered("• Share\n• Print\n"),
    "quotes": numbered("“The ferry {1} left the quay late”\n"),
    "entities": again("&amp;amp; &eacute; "),
    "mojibake": again("the countryâ€™s army and cafÃ© "),
    "mojibake lines": numbered("the {1} countryâ€™s army and cafÃ©\n"),
    "control characters": again("a\x00b\x1bc "),
    "hard wraps": numbered("The ferry {0:06} left the quay of harbour {1:06} on a Monday,\n"),
    "ideographs": numbered("大臣は月曜日に、新しい鉄道についての協議{1}はもう一週間続くと述べた。\n"),
    "one line of Thai": again("เรือออกจากท่าเรือในเช้าวันจันทร์"),
    "links as text": numbered("https://www.example.com/{1} \n"),
    "brackets": again("(["),
    "quotation marks": again("“"),
    "mixed": lambda n: MIXED[n * 2654435761 % 97 % len(MIXED)] if n % 7 else f"{SAID}\n".format(n, n * 31 % 1009, n % 31),
}
PAGES: dict[str, Maker] = {
    "equal paragraphs": again(f"<p>{SENTENCE}</p>"),
    "different paragraphs": numbered(f"<p>{SAID}</p>"),
    "equal cells": again("<td>a</td>"),
    "tables": numbered("<tr><td>{0}</td><td>Harbour {1}</td></tr>"),
    "unclosed paragraphs": again("<p>a"),
    "terms and definitions": again("<dt>a<dd>b"),
    "terms and longer definitions": numbered("<dt>Term {1}<dd>What the term {0} says"),
    "links": numbered('<a href="/{0}">Harbour {1}</a> '),
    "lists of links": numbered('<ul><li><a href="/{0}">Harbour {1} gets a new crane</a></li></ul>'),
    "headings": numbered("<h2>Harbour {1}</h2>"),
    "first headings": numbered(f"<div><h1>Harbour {{1}}</h1><p>{SAID}</p></div>"),
    "nested elements": again("<div>a"),
    "nested inline elements": again("<b>a"),
    "classes": numbered('<div class="c{0} box-{1}">a {1}</div>'),
    "breaks": numbered(f"{SAID}<br>"),
    "short breaks": again("a<br>"),
    "one long line": numbered(f"{SAID} "),
    "one long word": again("a"),
    "tags without text": again("<i></i>"),
    "signs of tags": again("<"),
    "ends of tags": again("</p>"),
    "ampersands": again("&"),
    "entities": again("&eacute;&#8217; "),
    "references to control characters": again("a&#8; "),
    "comments": numbered("<!-- {0} -->a "),
    "comments of readers": numbered(f'<div class="comment"><p>{SAID}</p><a href="#">Reply</a></div>'),
    "pictures": numbered(
        '<figure><img src="{0}.jpg" alt="The harbour {1} at night"><figcaption>Harbour {1}</figcaption></figure>'
    ),
    "scripts": numbered("<script>var a{0} = {1};</script>"),
    "schema.org": numbered('<script type="application/ld+json">{{"@type": "Article", "headline": "Harbour {1}"}}</script>'),
    "meta elements": numbered('<meta property="og:title" content="Harbour {1}">'),
    "custom elements": numbered("<my-e{2}>Harbour {1}</my-e{2}>"),
    "hidden": numbered('<span style="display:none">Harbour {1}</span>'),
    "quotes": numbered("<blockquote>“The ferry {1} left the quay late”</blockquote>"),
    "stories": numbered(f"<article><h2>Harbour {{1}}</h2><p>{SAID}</p><p>{SENTENCE}</p></article>"),
    "mixed": lambda n: f"<p>{MIXED[n * 2654435761 % 97 % len(MIXED)]}</p>" if n % 7 else f"<div>{SENTENCE}",
}


def made(part: Maker, size: int) -> str:
    """Make a document of parts, about `size` characters long."""
    parts: list[str] = []
    length = number = 0
    while length < size:
        parts.append(part(number))
        length += len(parts[-1])
        number += 1
    return "".join(parts)


def attributes(size: int) -> str:
    """Make a page of one element with many attributes."""
    return "<p " + made(numbered('a{0}="b" '), size) + f">{SENTENCE}"


def one_attribute(size: int) -> str:
    """Make a page of one element with one long attribute."""
    return f'<p class="{made(numbered("box{0} "), size)}">{SENTENCE}'


FAMILIES: dict[tuple[str, str], Callable[[int], str]] = {
    **{("text", name): (lambda size, part=part: made(part, size)) for name, part in TEXTS.items()},
    **{("page", name): (lambda size, part=part: made(part, size)) for name, part in PAGES.items()},
    ("page", "attributes of one tag"): attributes,
    ("page", "one long attribute"): one_attribute,
}


def seconds(kind: str, document: str) -> float:
    """Measure the processor time of cleaning a document."""
    gc.collect()
    began = time.process_time()
    (clean_html if kind == "page" else clean_text)(document)
    return time.process_time() - began


def measured(kind: str, name: str, args: argparse.Namespace) -> list[tuple[int, float]]:
    """Measure a family; gives sizes in characters and seconds, each size twice the one before."""
    found: list[tuple[int, float]] = []
    size = args.least
    while size <= args.most and (not found or found[-1][1] <= args.seconds):
        document = FAMILIES[kind, name](size)
        found.append((len(document), seconds(kind, document)))
        size *= 2
    return found


def exponent(found: list[tuple[int, float]]) -> float | None:
    """Give the exponent with which the time grew at the last doubling; None if the times are too short."""
    if len(found) < 2 or found[-2][1] < LEAST_SECONDS:
        return None
    (small, before), (large, after) = found[-2:]
    return math.log(after / before) / math.log(large / small)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("family", nargs="*", help="only families whose name holds one of these")
    parser.add_argument("--kind", choices=("text", "page"))
    parser.add_argument("--least", type=int, default=62_500, help="characters of the first size")
    parser.add_argument("--most", type=int, default=2_000_000, help="characters of the last size")
    parser.add_argument("--seconds", type=float, default=60, help="a size that takes longer is the last")
    args = parser.parse_args()
    clean_text(f"{SENTENCE}\nBy Jane Doe")
    clean_html(f"<p>{SENTENCE}")
    table = Table("kind", "family", "characters", "seconds", "exponent", "")
    console = Console(width=120)
    bad = 0
    for kind, name in FAMILIES:
        if (args.kind or kind) != kind or (args.family and not any(wanted in name for wanted in args.family)):
            continue
        found = measured(kind, name, args)
        power = exponent(found)
        too_much = power is not None and power >= LIMIT
        bad += too_much
        row = [kind, name, f"{found[-1][0]:,}", f"{found[-1][1]:.2f}", "" if power is None else f"{power:.2f}"]
        table.add_row(*row, "too much" if too_much else "")
        print(*row, "too much" if too_much else "", sep="\t", file=sys.stderr, flush=True)
    console.print(table)
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
