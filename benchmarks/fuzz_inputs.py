"""Make texts and pages that react to rules and break programs, and change them."""

from __future__ import annotations

import html
import random
from functools import cache

import regex

from cleaners.markup.marks import Mark
from cleaners.matching import phrase_files, phrases

Source = str | bytes
"""An input: a string, or the bytes of one."""
MAX_CHARS = 20_000
"""Characters of a changed input."""

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
MARKED = (
    "**{}**", "*{}*", "__{}__", "_{}_", "~~{}~~", "`{}`", "[{}](https://a.example/b_c)", "[{}](/a (b) 'c')", "[{}][1]", "# {}",
    "## {} ##", "> {}", "> > {}", "* {}", "  - {}", "1. {}", "| {} | x |", "![{}](a.jpg)", "[![{}](a.jpg)](/b)", "{}\n---",
    "{}\n=====", "{} [Read more](/c)", "![](a.jpg) {}", "**{}** {}",
)  # fmt: skip
MARKS = (
    "```", "~~~", "|---|---|", "[1]: https://a.example", "***", "---", ">", "#", "[](/a)", "<https://a.example>",
    "\\*", "**", "](",
)  # fmt: skip
LINES = ("b", "i", "a", "span", "em", "strong", "time", "small", "q", "font", "label", "button", "my-word", "sup")
NAMES = (*map(str.lower, Mark.__members__), "content", "story-body", "share", "teaser", "promo", "c1", "x")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-15", "cp1251", "gb18030", "shift_jis")


@cache
def examples() -> tuple[str, ...]:
    """Give the lines that phrases of all languages must match, and those that they must not."""
    languages = {language for family in phrase_files.families() for language in phrase_files.languages(family)}
    found = (
        line
        for family in phrase_files.families()
        for language in sorted(languages)
        for phrase in phrases.phrases(family, language)
        for line in phrase.hit + phrase.miss
    )
    return tuple(dict.fromkeys(found))


@cache
def by_language() -> tuple[tuple[str, ...], ...]:
    """Give the same lines by language, because a text is mostly in one language."""
    groups = {}
    for family in phrase_files.families():
        for language in phrase_files.languages(family):
            for phrase in phrases.phrases(family, language):
                groups.setdefault(phrase.language, {}).update(dict.fromkeys(phrase.hit + phrase.miss))
    return tuple(tuple(lines) for _, lines in sorted(groups.items()))


def line(dice: random.Random, group: tuple[str, ...]) -> str:
    """Make a line of a text: a sentence, an example of a phrase, or odd characters; some lines are damaged."""
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
    """Damage a line as faulty programs do."""
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
    """Make a text of a few lines."""
    group = dice.choice(by_language())
    end = dice.choice(ENDS[:8])
    lines = [line(dice, group) for _ in range(dice.choice((1, 2, 3, 5, 8, 13, 21)))]
    if dice.random() < 0.2:
        lines += dice.choices(lines, k=2)
    return "".join(each + (end if dice.random() < 0.9 else dice.choice(ENDS)) for each in lines)


def markdown(dice: random.Random) -> str:
    """Make a text of Markdown: lines with marks around them or inside, and marks alone."""
    group = dice.choice(by_language())
    parts = []
    for _ in range(dice.choice((1, 2, 3, 5, 8, 13, 21))):
        found = dice.choice(MARKS) if dice.random() < 0.2 else line(dice, group)
        for _ in range(dice.choice((0, 1, 1, 2))):
            place = dice.randint(0, len(found)) if dice.random() < 0.2 else 0
            found = found[:place] + dice.choice(MARKED).replace("{}", found[place:])
        parts.append(found + dice.choice(("\n", "\n\n", "\n\n", "\r\n", " ", dice.choice(ENDS))))
    return "".join(parts)


def attributes(dice: random.Random) -> str:
    """Make the attributes of an element."""
    if dice.random() < 0.5:
        return ""
    name = dice.choice(("class", "id", "itemprop", "role", "style", "hidden", "data-component", "href", "lang", "onclick"))
    value = dice.choice(("display:none", "/a", "#", "de")) if name in ("style", "href", "lang") else dice.choice(NAMES)
    quote = dice.choice(('"', "'", ""))
    return f" {name}={quote}{value}{quote}"


def inside(dice: random.Random, group: tuple[str, ...]) -> str:
    """Make the content of a block: lines, some of them in inline elements."""
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
    """Make an element with blocks or lines in it, not always closed."""
    tag = dice.choice(BLOCKS) if dice.random() < 0.6 else "p"
    if depth < 4 and dice.random() < 0.35:
        held = "".join(block(dice, group, depth + 1) for _ in range(dice.randint(1, 4)))
    else:
        held = inside(dice, group)
    end = f"</{tag}>" if dice.random() < 0.85 else dice.choice(("", "", "</div>", "</b>", "</article", "<"))
    return f"<{tag}{attributes(dice)}>{held}{end}"


def head(dice: random.Random, group: tuple[str, ...]) -> str:
    """Make the head of a page: title, metadata, scripts."""
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
    """Make a page, or a part of one."""
    group = dice.choice(by_language())
    body = "".join(block(dice, group) for _ in range(dice.choice((1, 2, 3, 5, 8))))
    story = "".join(f"<p>{dice.choice(SENTENCES)}</p>" for _ in range(dice.choice((0, 2, 4, 6))))
    start = dice.choice(("<!doctype html><html>", "<html lang=de>", "", "<?xml version='1.0'?>", "<html/>"))
    if dice.random() < 0.15:
        fragment = f"{block(dice, group)}{story}{block(dice, group)}"
        return html.escape(fragment) if dice.random() < 0.1 else fragment
    source = f"{start}<head>{head(dice, group)}</head><body>{body}<article>{story}</article>{block(dice, group)}"
    return encoded(dice, source) if dice.random() < 0.2 else source


def encoded(dice: random.Random, source: str) -> bytes:
    """Encode a source in some encoding; characters that it lacks become `?`."""
    return source.encode(dice.choice(ENCODINGS), "replace")


def changed(dice: random.Random, source: Source, others: list[Source]) -> Source:
    """Change an input in a few places: leave pieces out, double them, move them, insert some of another input."""
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
    return "".join(pieces)[:MAX_CHARS]
