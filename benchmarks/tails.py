"""Leads of other stories, with the proof that the other stories give.

    python benchmarks/tails.py DATA [--set fundus-dev …] [--kind cut …]

DATA holds the sets `NAME.jsonl.gz` (gold bodies, titles) and `tails-NAME.jsonl.gz` (stories followed by truncated leads of
others). From the bodies this script makes more sets, with the same seed every time:

    cut         the set as it is: leads cut in mid-sentence
    full        leads that are the first paragraph of another story, to its full stop
    headed      the cut leads, each below its story's headline
    kicker      the cut leads behind a kicker (`RISK REMAINS: An official said …`), or below one on a line of its own
    inside      cut leads between two paragraphs of the story

Each is cleaned without and with what a run would know: the openings of all stories of the collection and of all documents of
the set, every one of them cleaned by itself before. `removed` is the share of leads that are gone, `hurt` the share of stories
that have lost a word to any rule (labels and dates that a gold body holds, mostly), `by proof` of those that have lost a line
to the family `repeats`.

Before that, all bodies and, where there is a `text-NAME.jsonl.gz`, all texts that extractors made of the same pages are cleaned
together: versions of one story in one run, that must prove nothing against each other.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from labels import tokens
from quality import LEAD_WORDS
from rich.console import Console
from rich.table import Table

from cleaners import Cleaned, Memory, Removal, clean_text
from cleaners.memory.document_record import document_record
from cleaners.memory.writer import write_memory
from cleaners.repair import repair

Row = dict[str, Any]
LEADS = (1, 2, 3, 4)
LENGTH = range(120, 701)
"""Characters of what can stand as another story's lead."""
STANDFIRST = 200
"""Characters below which a first paragraph may be a standfirst."""


def load(path: Path) -> list[Row]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def full(stories: list[Row], _cut: list[Row]) -> Iterator[Row]:
    """Stories followed by the beginnings of others in their language, to a full stop."""
    leads = [(story, lead) for story in stories if (lead := beginning(story))]
    for story in stories:
        dice = random.Random(story["id"])
        others = [lead for other, lead in leads if other is not story and other.get("lang") == story.get("lang")]
        if len(paragraphs(story["gold"])) >= 4 and len(others) > max(LEADS):
            chosen = dice.sample(others, dice.choice(LEADS))
            yield {**story, "leads": chosen, "text": "\n".join([story["gold"].rstrip(), *chosen])}


def beginning(story: Row) -> str | None:
    """A story's beginning as a teaser shows it: its first paragraph, with the next one where that is short.

    Below a standfirst half of the teasers begin with the story's own first sentence.
    """
    first, second = (*paragraphs(story["gold"])[:2], "", "")[:2]
    if len(first) < STANDFIRST and random.Random(story["id"] + "lead").random() < 0.5:
        lead = second
    else:
        lead = first if len(first) in LENGTH else f"{first} {second}"
    return lead if len(lead) in LENGTH and lead[-1] in ".!?。" else None


def headed(stories: list[Row], cut: list[Row]) -> Iterator[Row]:
    """Stories followed by cut leads below their headlines."""
    for row in cut:
        heads = [headline(lead, stories) for lead in row["leads"]]
        if all(heads):
            tail = [line for pair in zip(heads, row["leads"], strict=True) for line in pair]
            yield {**row, "text": "\n".join([row["gold"].rstrip(), *tail])}


def kicker(stories: list[Row], cut: list[Row]) -> Iterator[Row]:
    """Stories followed by cut leads behind or below kickers."""
    for row in cut:
        dice = random.Random(row["id"])
        tail = []
        for lead in row["leads"]:
            words = [word for word in headline(lead, stories).split() if word.isalpha()][:2] or ["LATEST"]
            sign = " ".join(words).upper()
            tail += [f"{sign}: {lead}"] if dice.random() < 0.5 else [sign, lead]
        yield {**row, "text": "\n".join([row["gold"].rstrip(), *tail])}


def inside(_stories: list[Row], cut: list[Row]) -> Iterator[Row]:
    """Stories with cut leads between two of their paragraphs."""
    for row in cut:
        dice = random.Random(row["id"])
        own = paragraphs(row["gold"])
        if len(own) > 5:
            place = dice.randrange(2, len(own) - 1)
            leads = row["leads"][: dice.choice(LEADS)]
            yield {**row, "leads": leads, "text": "\n".join([*own[:place], *leads, *own[place:]])}


KINDS: dict[str, Callable[[list[Row], list[Row]], Iterable[Row]]] = {
    "cut": lambda _stories, cut: cut,
    "full": full,
    "headed": headed,
    "kicker": kicker,
    "inside": inside,
}


def headline(lead: str, stories: list[Row]) -> str:
    """The headline of the story that a lead is the beginning of."""
    start = " ".join(lead.split())[:40]
    for story in stories:
        if " ".join(story["gold"].split()).startswith(start):
            return str(story.get("title") or "").split(" | ")[0]
    return ""


def teach_collection(path: Path, stories: list[Row], rows: list[Row], alone: list[Cleaned]) -> None:
    """Learn what a run over the stories and the set's documents would know when all are cleaned by themselves."""
    with write_memory(path) as writer:
        for story in stories:
            title = (story.get("title") or "").split(" | ")[0]
            text = f"{title}\n\nBy Jane Doe\n\n{story['gold']}" if title else story["gold"]  # a head that proves the title
            writer.add(document_record(clean_text(text), f"{story['id']}.story"))
        for row, cleaned in zip(rows, alone, strict=True):
            writer.add(document_record(cleaned, row["id"]))


OTHER_STORIES = ("TS", "UP", "SM")
"""Families that take leads of other stories."""
PROOF = ("SM",)


def taken(row: Row, cleaned: Cleaned, families: tuple[str, ...]) -> Iterator[Removal]:
    """What rules of these families took from the story itself."""
    own = set(paragraphs(repair(row["gold"])[0]))
    return (found for found in cleaned.removals if found.rule.startswith(families) and found.text.strip() in own)


def measure(rows: list[Row], results: list[Cleaned]) -> dict[str, float]:
    total: Counter[str] = Counter()
    for row, cleaned in zip(rows, results, strict=True):
        words, gold = tokens(cleaned.body), Counter(tokens(repair(row["gold"])[0]))  # entities are no words that were lost
        text = " ".join(words)
        total["leads"] += len(row["leads"])
        total["left"] += sum(" ".join(tokens(lead)[:LEAD_WORDS]) in text for lead in row["leads"])
        lost = gold - Counter(words)
        total["hurt"] += bool(lost)
        total["by leads"] += any(taken(row, cleaned, OTHER_STORIES))
        total["proof"] += any(taken(row, cleaned, PROOF))
    return {
        "removed": 1 - total["left"] / total["leads"],
        "hurt": total["hurt"] / len(rows),
        "by leads": total["by leads"] / len(rows),
        "by proof": total["proof"] / len(rows),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--set", action="append", dest="sets", help="a set of bodies that has tails; all without it")
    parser.add_argument("--kind", action="append", dest="kinds", choices=list(KINDS))
    parser.add_argument(
        "--left", action="store_true", help="print the leads that are left with proof, and the words lost to it"
    )
    args = parser.parse_args()
    sets = args.sets or [path.name.removesuffix(".jsonl.gz")[6:] for path in sorted(args.data.glob("tails-*.jsonl.gz"))]
    if not sets:
        parser.error(f"no set in {args.data}; expected NAME.jsonl.gz and tails-NAME.jsonl.gz")
    versions(args.data, sets, args.left)
    table = Table(
        "set",
        "kind",
        "rows",
        "leads",
        "removed alone",
        "hurt alone",
        "by leads' rules",
        "removed with proof",
        "hurt with proof",
        "by leads' rules",
        "by proof",
        "ms alone",
        "ms with",
    )
    for name in sets:
        bodies = {row["gold"]: row for row in load(args.data / f"{name}.jsonl.gz") if row["gold"].strip()}
        cut = load(args.data / f"tails-{name}.jsonl.gz")
        for kind in args.kinds or KINDS:
            rows = list(KINDS[kind](list(bodies.values()), cut))
            began = time.process_time()
            alone = [clean_text(row["text"], name=row["id"]) for row in rows]
            middle = time.process_time()
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "openings"
                teach_collection(path, list(bodies.values()), rows, alone)
                memory = Memory(path)
                start = time.process_time()
                proven = [clean_text(row["text"], name=row["id"], memory=memory) for row in rows]
                end = time.process_time()
                memory.close()
            before, after = measure(rows, alone), measure(rows, proven)
            leads = sum(len(row["leads"]) for row in rows)
            alike = ("removed", "hurt", "by leads")
            figures = (*(before[each] for each in alike), *(after[each] for each in alike), after["by proof"])
            times = (f"{1000 * seconds / len(rows):.1f}" for seconds in (middle - began, end - start))
            table.add_row(name, kind, str(len(rows)), str(leads), *(f"{figure:.4f}" for figure in figures), *times)
            if args.left:
                show(rows, proven)
    Console(width=200).print(table)
    return 0


def versions(data: Path, sets: list[str], left: bool) -> None:
    """Clean every body, and every text that an extractor made of its page, with the openings of all of them.

    None of these documents holds a lead of another: what goes by proof and stands in the gold body is a false alarm.
    """
    rows: list[Row] = []
    for name in sets:
        for kind in ("", "text-"):
            path = data / f"{kind}{name}.jsonl.gz"
            found = load(path) if path.exists() else []
            rows += (
                {**row, "id": f"{row['id']}#{kind}{n}", "text": row.get("text", row["gold"])} for n, row in enumerate(found)
            )
    rows = [row for row in rows if row["gold"].strip() and row["text"].strip()]
    alarms = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "openings"
        with write_memory(path) as writer:
            for row in rows:
                writer.add(document_record(clean_text(row["text"]), row["id"]))
        memory = Memory(path)
        for row in rows:
            gold = " ".join(tokens(row["gold"]))
            for removal in clean_text(row["text"], name=row["id"], memory=memory).removals:
                if removal.rule.startswith(PROOF) and " ".join(tokens(removal.text)) in gold:
                    alarms += 1
                    if left:
                        print(f"false alarm in {row['id']}: {removal.rule} {removal.evidence}: {removal.text[:120]}")
        memory.close()
    print(f"{len(rows)} bodies and texts of the same pages, together: {alarms} lines of stories removed by proof")


def show(rows: list[Row], results: list[Cleaned]) -> None:
    """Print what is left of the leads, and what was taken from stories by proof."""
    for row, cleaned in zip(rows, results, strict=True):
        text = " ".join(tokens(cleaned.body))
        for lead in row["leads"]:
            if " ".join(tokens(lead)[:LEAD_WORDS]) in text:
                print(f"left in {row['id']}: {lead[:90]} … {lead[-50:]}")
        for removal in taken(row, cleaned, PROOF):
            print(f"lost in {row['id']}: {removal.rule} {removal.evidence}: {removal.text[:120]}")


if __name__ == "__main__":
    sys.exit(main())
