"""Memory: does it know what a site repeats, how large does it become, what does asking cost?

    python benchmarks/memory.py [--documents 1000000] [--data DATA]

Three measurements, on made-up sites with the same seed every time:

    site    500 documents with 20 lines that the site repeats (on 20 % of its pages to all of them) and 20 paragraphs that
            two or three stories quote: after how many documents is every repeated line known, which are removed from the
            whole site, and is any quoted paragraph, or any other line of a story, removed?
    size    a memory of so many documents on a thousand sites: its bytes, and a look-up in it
    cost    cleaning with this memory against cleaning without one; with --data, on the bodies of DATA/fundus-dev.jsonl.gz
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from cleaners import Memory, clean_text
from cleaners.knowledge import KEY_LETTERS, STEP_LETTERS, Opening, Story
from cleaners.memory.document_record import DocumentRecord, document_record
from cleaners.memory.openings import END_BYTES, MAX_LETTERS
from cleaners.memory.segments import SegmentSeen
from cleaners.memory.site_lines import doubt
from cleaners.memory.stories import MAX_OTHERS
from cleaners.memory.writer import write_memory

SITE = "example.com"
URL = f"https://www.{SITE}/"
DOCUMENTS, REPEATED, QUOTED = 500, 20, 20
SITES = 1000
LINES = 20
"""Lines of a story that come once; a tenth as many come again."""


def word(dice: random.Random) -> str:
    return "".join(dice.choice("bdfgklmnprstvz") + dice.choice("aeiou") for _ in range(dice.randint(1, 4)))


def sentence(dice: random.Random, least: int, most: int) -> str:
    words = [word(dice) for _ in range(dice.randint(least, most))]
    return " ".join(words).capitalize() + "."


def paragraph(dice: random.Random) -> str:
    return " ".join(sentence(dice, 8, 20) for _ in range(dice.randint(1, 4)))


def site(dice: random.Random) -> Iterator[tuple[list[str], list[str]]]:
    """The documents of a site: the story's paragraphs, and the site's own lines, some above it and most below."""
    repeated = []
    for number in range(REPEATED):
        text = sentence(dice, 3, 9).rstrip(".") if number % 4 else sentence(dice, 14, 24)
        share = 1.0 if number % 4 == 0 else dice.uniform(0.2, 1.0)
        repeated.append((text if number % 5 else f"{text} {{}} min", share, number % 3 == 1))
    quotes = [paragraph(dice) for _ in range(QUOTED)]
    quoted_in = {quote: dice.sample(range(DOCUMENTS), dice.choice((2, 3))) for quote in quotes}
    for number in range(DOCUMENTS):
        story = [paragraph(dice) for _ in range(dice.randint(4, 20))]
        for quote in quotes:
            if number in quoted_in[quote]:
                story.insert(dice.randint(1, len(story)), quote)
        own = [(text.format(dice.randint(2, 9)), above) for text, share, above in repeated if dice.random() < share]
        head, tail = [text for text, above in own if above], [text for text, above in own if not above]
        yield [*head, *story, *tail], story


def known_lines(memory: Memory) -> int:
    """How many lines the memory takes for the site's."""
    return sum(not doubt(habit) for habit in memory.frequencies(SITE))


def measure_site(folder: Path) -> None:
    pages = list(site(random.Random(1)))
    path = folder / "site"
    known_after: int | None = None
    for start in range(0, DOCUMENTS, 10):
        with write_memory(path) as writer:
            for number in range(start, start + 10):
                writer.add(document_record(clean_text("\n".join(pages[number][0])), f"{number}", url=URL))
        memory = Memory(path)
        if known_after is None and known_lines(memory) >= REPEATED:
            known_after = start + 10
        memory.close()
    memory = Memory(path)
    removed = left = hurt = reported = 0
    for number, (lines, story) in enumerate(pages):
        cleaned = clean_text("\n".join(lines), url=URL, memory=memory, name=f"{number}")
        body = cleaned.body.split("\n\n")
        hurt += len(set(story) - set(body))
        left += len(set(body) - set(story))
        removed += sum(removal.rule == "SM001" for removal in cleaned.removals)
        reported += sum(finding.rule == "SM001" and finding.text in story for finding in cleaned.suggestions)
    print(f"site: {DOCUMENTS} documents, {REPEATED} repeated lines, {QUOTED} quoted paragraphs")
    print(f"  all repeated lines known after   {known_after} documents; known at the end: {known_lines(memory)}")
    print(f"  their places: removed            {removed}, left {left} ({left / (removed + left):.4f})")
    print(f"  paragraphs of stories removed    {hurt}, reported {reported}")


def measure_size(folder: Path, documents: int) -> Path:
    """Teach fingerprints as lessons would hold them; the texts themselves would take days."""
    dice = random.Random(2)
    path = folder / "size"
    began = time.perf_counter()

    def number() -> int:
        return dice.getrandbits(64) - (1 << 63)

    habits = [[SegmentSeen(number(), True, sentence(dice, 4, 9)) for _ in range(LINES)] for _ in range(SITES)]
    with write_memory(path) as writer:
        for at in range(documents):
            links = dice.randint(8, (MAX_LETTERS - KEY_LETTERS) // STEP_LETTERS)
            size = (40 * links, 0, 200)
            openings = tuple(Opening(number(), dice.randbytes(2 * links), *size, dice.randbytes(END_BYTES)) for _ in range(2))
            story = Story(
                f"www.site-{at % SITES}.example/2020/01/a-story-of-the-day-{at}.html",
                1,
                number(),
                dice.randbytes(4),
                dice.randbytes(4 * dice.randint(6, MAX_OTHERS)),
                openings,
            )
            once = [SegmentSeen(number(), False, "") for _ in range(LINES)]
            lines = (*once, *dice.sample(habits[at % SITES], LINES // 2))
            writer.add(DocumentRecord(story.name, str(at), f"site-{at % SITES}.com", lines, (story,)))
    size = path.stat().st_size
    memory = Memory(path)
    print(f"size: {documents:,} documents of {SITES:,} sites, learned in {time.perf_counter() - began:.0f} s")
    print(f"  {size / 1e6:,.0f} MB, {size / documents:.0f} bytes a document; {memory.counts()}")
    keys = [number() for _ in range(20000)]
    began = time.perf_counter()
    for key in keys:
        memory.stories(key)
    middle = time.perf_counter()
    for key in keys:
        memory.frequency(f"site-{key % SITES}.com", key)
    end = time.perf_counter()
    print(f"  a look-up takes {50 * (middle - began):.1f} µs for an opening, {50 * (end - middle):.1f} µs for a line")
    return path


def measure_cost(path: Path, data: Path | None) -> None:
    """Clean all texts with and without the memory, in turn, and take the best of several times."""
    if data:
        with gzip.open(data / "fundus-dev.jsonl.gz", "rt", encoding="utf-8") as rows:
            texts = [text for row in rows if (text := json.loads(row)["gold"])]
    else:
        texts = ["\n".join(lines) for lines, _ in site(random.Random(3))][:100]
    passes: tuple[list[float], list[float]] = ([], [])
    for attempt in range(8):  # text after text, so that nothing of one is still at hand when it comes again
        memory = Memory(path)
        known = memory if attempt % 2 else None
        began = time.process_time()
        for text in texts:
            clean_text(text, url="https://site-1.com/", memory=known)
        passes[attempt % 2].append(time.process_time() - began)
        memory.close()
    plain, asked = min(passes[0]), min(passes[1])
    lines = statistics.fmean(len(text.splitlines()) for text in texts)
    print(
        f"cost: {len(texts)} texts of {lines:.0f} lines: {1000 * plain / len(texts):.2f} ms,"
        f" {asked / plain - 1:+.1%} with memory"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--data", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure_site(Path(folder))
        measure_cost(measure_size(Path(folder), args.documents), args.data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
