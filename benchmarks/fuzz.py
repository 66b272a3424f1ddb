"""Fuzz: made-up texts and pages that react to rules, and whether the promises hold for each.

    python benchmarks/fuzz.py [--kind text|page] [--minutes 2 | --inputs 1000] [--seed 1]

Texts are made of the phrases' own examples in all languages, of sentences, and of what breaks programs: control characters,
marks of direction, entities, misread and undecodable bytes, odd line ends. Pages wrap the same in elements that are nested,
unclosed, hidden or unknown, with attributes by which pages name their parts, metadata, comments and character references, and
come as strings or as bytes in several encodings. An input that reaches a rule, a phrase or a sentence of a review that no
input reached before is kept, and half of all inputs are such ones, changed. The same seed gives the same inputs.

What is checked of each: no exception but `UnreadableDocument` for bytes; entries that do not overlap and say what stands in
the text; `restore()` gives the source; cleaning it again gives the same, and cleaning its body again gives that body; titles
and names without control characters. A fault is shortened and printed; it exits with 1 then.
"""

from __future__ import annotations

import argparse
import html
import random
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import count

import regex

from cleaners import Cleaned, Settings, UnreadableDocument, clean_html, clean_text
from cleaners.ledger import Break, Removal, text_of
from cleaners.markup.marks import Mark
from cleaners.markup.segmenter import read_page
from cleaners.matching import phrases
from cleaners.page import page_text
from cleaners.text.tokens import BLANKS

Source = str | bytes

SENTENCES = (
    "The minister said on Monday that the talks about the new railway line would go on for another week.",
    "BAGHDAD (Reuters) – The army is training a former member of a militia to become an officer, officials said.",
    "Jane DoeThe mayor of the town said that the bridge over the river would be closed until the autumn.",
    "The talks on the border went on for a third day, an official said, but the",
    "Der Bürgermeister sagte am Montag, die Brücke über den Fluss bleibe bis zum Herbst gesperrt.",
    "Le maire a déclaré lundi que le pont sur la rivière resterait fermé jusqu’à l’automne prochain.",
    "El alcalde dijo el lunes que el puente sobre el río seguirá cerrado hasta el otoño, según la radio.",
    "Burmistrz powiedział w poniedziałek, że most na rzece pozostanie zamknięty aż do jesieni.",
    "Мэр заявил в понедельник, что мост через реку будет закрыт до осени.",
    "市长周一表示，河上的大桥将关闭到秋天。",
    "大臣は月曜日に、新しい鉄道についての協議はもう一週間続くと述べた。",
    "قال رئيس البلدية يوم الاثنين إن الجسر فوق النهر سيبقى مغلقا حتى الخريف.",
    "เรือออกจากท่าเรือในเช้าวันจันทร์ และไม่มีใครไปทำงานสาย",
)
HEADS = (
    "Trains stop for a fallen tree",
    "Harbour gets a new crane",
    "18:45 Ferry leaves the quay",
    "• September 28, 2020",
    "NaN",
)
ENDS = ("\n", "\n\n", "\r\n", "\r", "\x85", "\u2028", "\u2029", "\n\n\n", " \n\t\n", "\x0b", "\x0c", "\x1c", " ", "", "\t")
ODD = (
    "\x00", "\x08", "\x1b[31m", "\x7f", "\x80", "\x99", "\xa0", "\xad", "\u200b", "\u200e", "\u202e", "\u202d", "\u2066",
    "\u2060", "\ufeff", "\ufffe", "\uffff", "\udce9", "\ud800", "\U0001f600", "\u0301", "&amp;", "&amp;amp;lt;", "&#8;",
    "&#x202e;", "&nbsp;", "&", "<", ">", "***", "* * *", "“", "(", "[", "{{", "|", "|", "—", "…", ".", ":", "@", "©",
    "http://a.example", "12", "2020-07-14",
)  # fmt: skip
BLOCKS = (
    "p", "div", "section", "article", "li", "ul", "td", "tr", "table", "h1", "h2", "h3", "figure", "figcaption", "aside",
    "nav", "footer", "header", "main", "blockquote", "form", "dl", "dt", "dd", "pre", "my-card", "center", "template",
    "noscript",
)  # fmt: skip
LINES = ("b", "i", "a", "span", "em", "strong", "time", "small", "q", "font", "label", "button", "my-word", "sup")
NAMES = (*map(str.lower, Mark.__members__), "content", "story-body", "share", "teaser", "promo", "c1", "x")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-15", "cp1251", "gb18030", "shift_jis")
SETTINGS = (
    Settings(),
    Settings(),
    Settings(),
    Settings(profile="careful"),
    Settings(profile="thorough"),
    Settings(loss_budget=0.1),
)
MOST_SEEDS = 4000
MOST_SHORTER = 400
"""Tries to shorten an input with a fault."""


@cache
def examples() -> tuple[str, ...]:
    """The lines that phrases of all languages must match, and must not."""
    languages = {language for family in phrases.families() for language in phrases.languages(family)}
    found = (
        line
        for family in phrases.families()
        for language in sorted(languages)
        for phrase in phrases.phrases(family, language)
        for line in phrase.hit + phrase.miss
    )
    return tuple(dict.fromkeys(found))


@cache
def by_language() -> tuple[tuple[str, ...], ...]:
    """The same lines, a group a language: one text is mostly in one."""
    groups = {}
    for family in phrases.families():
        for language in phrases.languages(family):
            for phrase in phrases.phrases(family, language):
                groups.setdefault(phrase.language, {}).update(dict.fromkeys(phrase.hit + phrase.miss))
    return tuple(tuple(lines) for _, lines in sorted(groups.items()))


# --- texts


def line(dice: random.Random, group: tuple[str, ...]) -> str:
    """A line of a text: a sentence, an example of a phrase, or rubbish, some of it damaged."""
    kind = dice.random()
    if kind < 0.35:
        found = dice.choice(SENTENCES)
    elif kind < 0.75:
        found = dice.choice(group)
    elif kind < 0.85:
        found = dice.choice(examples())
    elif kind < 0.92:
        found = dice.choice(HEADS)
    else:
        found = "".join(dice.choices(ODD, k=dice.randint(1, 4)))
    return damaged(dice, found) if dice.random() < 0.25 else found


def damaged(dice: random.Random, text: str) -> str:
    """A line as bad programs leave it."""
    place = dice.randint(0, len(text))
    kind = dice.randrange(9)
    if kind == 0:
        return text.encode("utf-8", "surrogatepass").decode(dice.choice(("cp1252", "latin-1", "cp1251")), "replace")
    if kind == 1:
        return html.escape(html.escape(text) if dice.random() < 0.3 else text)
    if kind == 2:
        return text[:place]
    if kind == 3:
        return text[place:]
    if kind == 4:
        return text[:place] + dice.choice(ODD) + text[place:]
    if kind == 5:
        return f"{text} {dice.choice(examples())}"
    if kind == 6:
        return text.upper() if dice.random() < 0.5 else text.lower()
    if kind == 7:
        return text[:place] + dice.choice(ENDS) + text[place:]
    return text * dice.randint(2, 3)


def text(dice: random.Random) -> str:
    """A text of some lines."""
    group = dice.choice(by_language())
    end = dice.choice(ENDS[:8])
    lines = [line(dice, group) for _ in range(dice.choice((1, 2, 3, 5, 8, 13, 21)))]
    if dice.random() < 0.2:
        lines += dice.choices(lines, k=2)
    return "".join(each + (end if dice.random() < 0.9 else dice.choice(ENDS)) for each in lines)


# --- pages


def attributes(dice: random.Random) -> str:
    """The attributes of an element."""
    if dice.random() < 0.5:
        return ""
    name = dice.choice(("class", "id", "itemprop", "role", "style", "hidden", "data-component", "href", "lang", "onclick"))
    value = dice.choice(("display:none", "/a", "#", "de")) if name in ("style", "href", "lang") else dice.choice(NAMES)
    quote = dice.choice(('"', "'", ""))
    return f" {name}={quote}{value}{quote}"


def inside(dice: random.Random, group: tuple[str, ...]) -> str:
    """What stands in a block: lines, some of them in inline elements."""
    parts = []
    for _ in range(dice.randint(1, 3)):
        found = line(dice, group)
        found = html.escape(found) if dice.random() < 0.8 else found
        if dice.random() < 0.3:
            tag = dice.choice(LINES)
            found = f"<{tag}{attributes(dice)}>{found}" + (f"</{tag}>" if dice.random() < 0.9 else "")
        parts.append(found)
    return dice.choice((" ", "", "<br>", "<br><br>", "<img alt='a harbour at night'>", "<!-- a -->", "<hr/>")).join(parts)


def block(dice: random.Random, group: tuple[str, ...], depth: int = 0) -> str:
    """An element with blocks or lines in it, not always closed."""
    tag = dice.choice(BLOCKS) if dice.random() < 0.6 else "p"
    if depth < 4 and dice.random() < 0.35:
        held = "".join(block(dice, group, depth + 1) for _ in range(dice.randint(1, 4)))
    else:
        held = inside(dice, group)
    end = f"</{tag}>" if dice.random() < 0.85 else dice.choice(("", "", "</div>", "</b>", "</article", "<"))
    return f"<{tag}{attributes(dice)}>{held}{end}"


def head(dice: random.Random, group: tuple[str, ...]) -> str:
    """The head of a page: title, metadata, scripts."""
    title = html.escape(line(dice, group))
    data = '{"@type": "NewsArticle", "headline": "%s", "author": {"name": "%s"}, "datePublished": "2020-07-14"}'
    parts = (
        f"<title>{title}</title>",
        f'<meta property="og:title" content="{title}">',
        f'<meta name="author" content="Jane {dice.choice(ODD)}Doe">',
        f'<meta charset="{dice.choice(ENCODINGS)}">',
        f'<script type="application/ld+json">{data % (title, line(dice, group))}</script>',
        "<script>if (a < b) { c(); }</script>",
        "<style>p { color: red }</style>",
        '<link rel="canonical" href="https://www.example.com/1">',
    )
    return "".join(dice.sample(parts, dice.randint(0, len(parts))))


def page(dice: random.Random) -> Source:
    """A page, or what is left of one."""
    group = dice.choice(by_language())
    body = "".join(block(dice, group) for _ in range(dice.choice((1, 2, 3, 5, 8))))
    story = "".join(f"<p>{dice.choice(SENTENCES)}</p>" for _ in range(dice.choice((0, 2, 4, 6))))
    start = dice.choice(("<!doctype html><html>", "<html lang=de>", "", "<?xml version='1.0'?>", "<html/>"))
    source = f"{start}<head>{head(dice, group)}</head><body>{body}<article>{story}</article>{block(dice, group)}"
    return encoded(dice, source) if dice.random() < 0.2 else source


def encoded(dice: random.Random, source: str) -> bytes:
    """Bytes in some encoding, as far as that can write the source."""
    return source.encode(dice.choice(ENCODINGS), "replace")


# --- changes


def changed(dice: random.Random, source: Source, others: list[Source]) -> Source:
    """An input with a few changes: pieces left out, doubled, moved, put in from another one."""
    if isinstance(source, bytes):
        place = dice.randint(0, len(source))
        return source[:place] + bytes(dice.choices(range(256), k=dice.randint(0, 3))) + source[place + dice.randint(0, 2) :]
    pieces = regex.split(r"(?<=[\n\r>])|(?=<)", source) if dice.random() < 0.8 else list(source)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(pieces) + 1)
        other = dice.choice(others)
        kind = dice.randrange(6)
        if kind == 0:
            del pieces[at : at + dice.randint(1, 3)]
        elif kind == 1:
            pieces[at:at] = pieces[at : at + dice.randint(1, 4)]
        elif kind == 2:
            pieces.insert(at, dice.choice(ODD))
        elif kind == 3 and isinstance(other, str):
            taken = other.splitlines(keepends=True)
            first = dice.randrange(len(taken) + 1)
            pieces[at:at] = taken[first : first + dice.randint(1, 5)]
        elif kind == 4:
            pieces.insert(at, line(dice, examples()) + dice.choice(ENDS))
        else:
            dice.shuffle(pieces)
    return "".join(pieces)[:20_000]


# --- checks


def reached(cleaned: Cleaned) -> Iterator[str]:
    """What an input reaches: rules with their evidence, and sentences of the review, numbers and quotations aside."""
    for entry in cleaned.ledger:
        yield f"{type(entry).__name__} {entry.rule} {_kind(getattr(entry, 'evidence', ''))}"
    for suggestion in cleaned.suggestions:
        yield f"suggested {suggestion.rule} {_kind(suggestion.evidence)}"
    for reason in (cleaned.review or "").split("; "):
        yield f"review {_kind(reason)}"
    yield f"{min(4, len(cleaned.articles))} articles {sorted({name for a in cleaned.articles for name in a.metadata})}"


def _kind(words: str) -> str:
    return re.sub(r"'[^']*'|\([^)]*\)|\d+", "", words)


def faults(kind: str, source: Source, settings: Settings) -> Iterator[str]:
    """Which promises do not hold for an input, each as a line that begins with its name."""
    clean = clean_html if kind == "page" else clean_text
    try:
        cleaned = clean(source, settings=settings)
    except UnreadableDocument as error:
        if isinstance(source, str):
            yield f"exception: {error!r}"
        return
    except Exception as error:  # that is what is looked for
        place = traceback.extract_tb(error.__traceback__)[-1]
        yield f"exception: {type(error).__name__}: {error} ({place.filename}, line {place.lineno})"
        return
    try:
        yield from _spans(cleaned)
        if kind == "page":
            if cleaned.articles or cleaned.removals:
                visible = read_page(page_text(source)).text
                yield from ["restore: it does not give the visible text"] * (cleaned.restore() != visible)
        else:
            given = cleaned.restore()
            again = given.encode(cleaned.encoding, "surrogateescape") if cleaned.encoding else given
            yield from ["restore: it does not give the source"] * (again != source)
    except ValueError as error:
        yield f"restore: {error}"
    yield from _fields(cleaned)
    yield from _again(cleaned, settings)
    yield from ["same: the same input gives another result"] * (clean(source, settings=settings) != cleaned)


def _spans(cleaned: Cleaned) -> Iterator[str]:
    """Entries that overlap, or do not say what stands at their places."""
    whole = text_of(cleaned.body, cleaned.ledger)
    place, kept = 0, []
    for change in sorted((e for e in cleaned.ledger if isinstance(e, Removal | Break)), key=lambda e: (e.start, e.end)):
        said = change.text if isinstance(change, Removal) else change.before
        if not place <= change.start < change.end <= len(whole) or whole[change.start : change.end] != said:
            yield f"spans: {change}"
        if isinstance(change, Break) and said.strip(BLANKS):
            yield f"spans: a break takes more than blanks: {change}"
        kept += [whole[place : change.start], change.after if isinstance(change, Break) else ""]
        place = change.end
    if "".join([*kept, whole[place:]]) != cleaned.body:
        yield "spans: body and entries are not the text"
    for capture in cleaned.captures:
        if not 0 <= capture.start < capture.end <= len(whole):
            yield f"spans: {capture}"


_NO_TEXT = regex.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u202d\u202e\ufffe\uffff]")


def _fields(cleaned: Cleaned) -> Iterator[str]:
    """Control characters in titles, names and the like; a confidence that is none."""
    for article in cleaned.articles:
        values = (value for several in article.metadata.values() for value in several)
        for value in (article.title, *article.authors, *values):
            if value and _NO_TEXT.search(value):
                yield f"fields: a control character in {value!r}"
        if not article.body or article.body != article.body.strip():
            yield f"fields: an article's body has ragged edges: {article.body[:60]!r}"
    if cleaned.confidence is not None and not 0 <= cleaned.confidence <= 1:
        yield f"fields: the confidence is {cleaned.confidence}"


def _again(cleaned: Cleaned, settings: Settings) -> Iterator[str]:
    """Bodies that change when they are cleaned again."""
    bodies = [cleaned.body] * bool(cleaned.body) + [article.body for article in cleaned.articles if len(cleaned.articles) > 1]
    for body in bodies:
        again = clean_text(body, settings=settings)
        gone = [removal.rule for removal in again.removals]
        if again.body != body:
            yield f"again: {gone} {[each.rule for each in again.repairs]} of {body[:80]!r}"


# --- runs


@dataclass
class Report:
    """What a run found."""

    inputs: int = 0
    reached: set[str] = field(default_factory=set)
    faults: Counter[str] = field(default_factory=Counter)
    shown: list[str] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, 0)  # seconds for a thousand characters, and characters


def shortened(kind: str, source: Source, settings: Settings, name: str) -> Source:
    """A shorter input with a fault of the same name."""

    def still(shorter: Source) -> bool:
        return any(fault.partition(":")[0] == name for fault in faults(kind, shorter, settings))

    tries, size = 0, max(1, len(source) // 2)
    while size and tries < MOST_SHORTER:
        at = 0
        while at < len(source) and tries < MOST_SHORTER:
            tries += 1
            shorter = source[:at] + source[at + size :]
            if shorter and still(shorter):
                source = shorter
            else:
                at += size
        size //= 2
    return source


def run(kind: str, seed: int, ends: Callable[[int], bool], most_shown: int = 20) -> Report:
    """Try inputs until it ends; `ends` is asked with the number of inputs so far."""
    dice = random.Random(f"{kind} {seed}")
    made = page if kind == "page" else text
    seeds: list[Source] = []
    report = Report()
    for number in count():
        if ends(number):
            return report
        source = changed(dice, dice.choice(seeds), seeds) if seeds and dice.random() < 0.5 else made(dice)
        if kind == "text" and isinstance(source, str) and dice.random() < 0.05:
            source = encoded(dice, source)
        settings = dice.choice(SETTINGS)
        _tried(report, kind, source, settings, most_shown)
        if report_new(report, kind, source):
            seeds.append(source)
            if len(seeds) > MOST_SEEDS:
                del seeds[dice.randrange(len(seeds))]
    return report


def _tried(report: Report, kind: str, source: Source, settings: Settings, most_shown: int) -> None:
    began = time.process_time()
    found = list(faults(kind, source, settings))
    if len(source) >= 1000:
        report.slowest = max(report.slowest, ((time.process_time() - began) / len(source) * 1000, len(source)))
    report.inputs += 1
    for fault in found:
        name = fault.partition(":")[0]
        report.faults[name] += 1
        if len(report.shown) < most_shown:
            small = shortened(kind, source, settings, name)
            again = next((each for each in faults(kind, small, settings) if each.startswith(name)), fault)
            report.shown.append(f"{again}\n    {kind} {small!r}\n    {settings if settings != Settings() else ''}")
            print(report.shown[-1], flush=True)


def report_new(report: Report, kind: str, source: Source) -> bool:
    """Whether an input reaches what none reached before; noted from then on."""
    try:
        found = set(reached((clean_html if kind == "page" else clean_text)(source)))
    except Exception:  # told already
        return False
    new = found - report.reached
    report.reached |= new
    return bool(new)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kind", choices=("text", "page"), help="one kind; without it, half of the time for each")
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--inputs", type=int, help="so many of a kind, instead of minutes")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    kinds = [args.kind] if args.kind else ["text", "page"]
    bad = 0
    for kind in kinds:
        last = time.monotonic() + args.minutes * 60 / len(kinds)
        ends = (lambda n: n >= args.inputs) if args.inputs else (lambda _, last=last: time.monotonic() >= last)
        report = run(kind, args.seed, ends)
        bad += report.faults.total()
        print(
            f"{kind}s: {report.inputs:,} inputs, {len(report.reached):,} rules and reasons reached, faults: "
            f"{dict(report.faults) or 'none'}; slowest {report.slowest[0] * 1000:.1f} ms per 1,000 characters, all checks"
        )
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
