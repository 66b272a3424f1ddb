"""Measure archive pages: whether their stories are separated in the right places, and single stories stay whole.

    python benchmarks/archives.py DATA [--pages 200] [--seed 1] [--show]

DATA holds fundus-dev and wcxb-dev as `NAME.jsonl.gz`. From their titles and bodies this script makes pages of 2 to 30 stories
in six layouts, each in the wording of the stories' language, and a fifth as many live tickers. A story counts as right if one
article has exactly its body and its title. `split` is the share of single bodies that are taken for several. --show prints
what went wrong.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from rich.console import Console
from rich.table import Table
from sources import read

from cleaners import Settings, clean_text, rules
from cleaners.metadata import TICKER_TIME
from cleaners.repair import repair

SETS = ("fundus-dev", "wcxb-dev")
STORIES = (2, 3, 4, 6, 8, 12, 20, 30)
PARAGRAPHS = range(3, 26)
TITLE = range(20, 121)
"""Characters of a title."""
AUTHORS = ("Jane Doe", "John Davison", "Erika Muster", "Max Muster", "Marie Dupont", "María Pérez")
CUT_AFTER = 2
"""Paragraphs of a story that goes on behind a link."""

MONTHS = {
    "en": ("January", "March", "April", "July", "October"),
    "de": ("Januar", "März", "April", "Juli", "Oktober"),
    "fr": ("janvier", "mars", "avril", "juillet", "octobre"),
    "es": ("enero", "marzo", "abril", "julio", "octubre"),
}
DATES = {
    "en": "{month} {day}, {year}",
    "de": "{day}. {month} {year}",
    "fr": "{day} {month} {year}",
    "es": "{day} de {month} de {year}",
}
WORDS = {
    "en": {
        "posted": "Posted by {author} on {date}",
        "parts": "Author: {author} | Date: {date} | Permalink",
        "by": "By {author} – {date}",
        "filed": "Filed under: News, Islands | 3 Comments",
        "more": "Continue reading →",
    },
    "de": {
        "posted": "Veröffentlicht von {author} am {date}",
        "parts": "Autor: {author} | Datum: {date} | Permalink",
        "by": "Von {author} – {date}",
        "filed": "Kategorie: Inseln | 3 Kommentare",
        "more": "Weiterlesen →",
    },
    "fr": {
        "posted": "Publié par {author} le {date}",
        "parts": "Auteur : {author} | Date : {date} | Permalien",
        "by": "Par {author} – {date}",
        "filed": "Catégorie : Îles | 3 commentaires",
        "more": "Lire la suite →",
    },
    "es": {
        "posted": "Publicado por {author} el {date}",
        "parts": "Autor: {author} | Fecha: {date} | Enlace permanente",
        "by": "Por {author} – {date}",
        "filed": "Categoría: Islas | 3 comentarios",
        "more": "Leer más →",
    },
}
TICKER = "ticker"
ENTRIES = (5, 30)
"""The fewest and the most entries of a live ticker."""
HEADS = ("{hour:02}:{minute:02} {title}", "{hour}.{minute:02} – {title}", "{hour:02}:{minute:02}\n{title}")


@dataclass(frozen=True, slots=True)
class Story:
    """A story: its title, its paragraphs, its language."""

    title: str
    lines: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of stories, and each story's title and body as they must come out."""

    layout: str
    text: str
    stories: tuple[tuple[str, str], ...]


def parts_below(story: Story, author: str, date: str, words: dict[str, str]) -> list[str]:
    """The title, the story, and a footer of parts."""
    return [story.title, *story.lines, words["parts"].format(author=author, date=date)]


def posted_below(story: Story, author: str, date: str, words: dict[str, str]) -> list[str]:
    """The title, the story, who posted it, and where it is filed."""
    return [story.title, *story.lines, words["posted"].format(author=author, date=date), words["filed"]]


def byline_above(story: Story, author: str, date: str, words: dict[str, str]) -> list[str]:
    """The title, a byline with the day, the story."""
    return [story.title, words["by"].format(author=author, date=date), *story.lines]


def date_above(story: Story, author: str, date: str, words: dict[str, str]) -> list[str]:
    """The day, the title, the story, where it is filed; no author."""
    del author
    return [date, story.title, *story.lines, words["filed"]]


def separated(story: Story, author: str, date: str, words: dict[str, str]) -> list[str]:
    """The title, who posted it, the story, a row of stars."""
    return [story.title, words["posted"].format(author=author, date=date), *story.lines, "* * *"]


def cut(story: Story, author: str, date: str, words: dict[str, str]) -> list[str]:
    """The title, who wrote it, the beginning, and the link to the rest."""
    return [story.title, words["by"].format(author=author, date=date), *story.lines[:CUT_AFTER], words["more"]]


LAYOUTS: tuple[Callable[[Story, str, str, dict[str, str]], list[str]], ...] = (
    parts_below, posted_below, byline_above, date_above, separated, cut,
)  # fmt: skip


COMPANY = Settings(always=frozenset(code for code, rule in rules().items() if rule.needs_company))
"""Settings under which rules that need company act always: on a page of several stories each is company to the others."""


def stories(folder: Path) -> dict[str, list[Story]]:
    """Read the stories that can stand on a page, by language; none that loses text when it is cleaned alone."""
    found = defaultdict(list)
    for name in SETS:
        for row in read(folder / f"{name}.jsonl.gz"):
            title = repair(re.split(r" [|–—-] ", row["title"] or "")[0])[0].strip().strip("\u200b")
            lines = tuple(line.strip() for line in repair(row["gold"])[0].splitlines() if line.strip())
            usable = row["lang"] in WORDS and len(title) in TITLE and len(lines) in PARAGRAPHS and title not in lines
            if usable and clean_text("\n".join(lines), settings=COMPANY).body == "\n\n".join(lines):
                found[row["lang"]].append(Story(title, lines, row["lang"]))
    return found


def pages(found: dict[str, list[Story]], count: int, seed: int) -> list[Page]:
    """Make pages of stories in one language each, with the layouts in turn."""
    chance = random.Random(seed)
    languages = [language for language, own in found.items() if len(own) >= STORIES[0]]
    made = []
    for number in range(count):
        layout = LAYOUTS[number % len(LAYOUTS)]
        language = chance.choices(languages, [len(found[each]) ** 0.5 for each in languages])[0]
        size = chance.choice([size for size in STORIES if size <= len(found[language])])
        lines: list[str] = []
        expected = []
        for story in chance.sample(found[language], size):
            month = chance.choice(MONTHS[language])
            date = DATES[language].format(day=chance.randint(1, 28), month=month, year=chance.randint(2012, 2025))
            lines += layout(story, chance.choice(AUTHORS), date, WORDS[language])
            kept = story.lines[:CUT_AFTER] if layout is cut else story.lines
            expected.append((story.title, "\n\n".join(kept)))
        made.append(Page(layout.__name__, "\n\n".join(lines), tuple(expected)))
    return made


def tickers(found: dict[str, list[Story]], count: int, seed: int) -> list[Page]:
    """Make live tickers: the beginnings of stories below their times and titles, the latest first."""
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        own = found[chance.choice([language for language, own in found.items() if len(own) >= ENTRIES[0]])]
        size = chance.randint(ENTRIES[0], min(ENTRIES[1], len(own)))
        times = sorted(chance.sample(range(24 * 60), size), reverse=True)
        entries = []
        for minutes, story in zip(times, chance.sample(own, size), strict=True):
            head = chance.choice(HEADS).format(hour=minutes // 60, minute=minutes % 60, title=story.title)
            entries.append((story.title, "\n\n".join((*head.split("\n"), *story.lines[:CUT_AFTER]))))
        made.append(Page(TICKER, "\n\n".join(body for _, body in entries), tuple(entries)))
    return made


def judge(page: Page) -> tuple[str, int, int, list[str]]:
    """Judge one page; gives its layout, its stories, how many are right, and what is wrong with the others."""
    articles = {(article.title, article.body) for article in clean_text(page.text).articles}
    bodies = {body: title for title, body in articles}
    wrong = [
        f"{page.layout}: {title!r}: " + (f"has the title {bodies[body]!r}" if body in bodies else "no such body")
        for title, body in page.stories
        if (title, body) not in articles
    ]
    return page.layout, len(page.stories), len(page.stories) - len(wrong), wrong


def is_split(gold: str) -> bool:
    """Tell whether one body is split into several stories; live tickers do not count."""
    articles = clean_text(gold).articles
    return len(articles) > 1 and not any(TICKER_TIME in article.metadata for article in articles)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true")
    args = parser.parse_args()
    table = Table("layout", "stories", "right", "share")
    total, right = Counter[str](), Counter[str]()
    found = stories(args.data)
    made = [*pages(found, args.pages, args.seed), *tickers(found, args.pages // 5, args.seed)]
    with ProcessPoolExecutor() as pool:
        for layout, count, good, wrong in pool.map(judge, made, chunksize=4):
            for key in (layout,) if layout == TICKER else (layout, "all"):
                total[key] += count
                right[key] += good
            for line in wrong if args.show else ():
                print(line)
        for layout in (*(layout.__name__ for layout in LAYOUTS), "all", TICKER):
            share = f"{right[layout] / max(1, total[layout]):.4f}"
            table.add_row(layout, f"{total[layout]:,}", f"{right[layout]:,}", share)
        Console().print(table)
        for name in SETS:
            bodies = [row["gold"] for row in read(args.data / f"{name}.jsonl.gz")]
            split = sum(pool.map(is_split, bodies, chunksize=16))
            print(f"{name}: {split} of {len(bodies)} single bodies split ({split / len(bodies):.4f})")


if __name__ == "__main__":
    main()
