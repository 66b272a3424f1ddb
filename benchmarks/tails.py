"""Measure how many leads of other stories go, by cleaning alone and with the proof that the other stories give.

    python benchmarks/tails.py DATA [--set fundus-dev …] [--kind cut …]

DATA holds the sets `NAME.jsonl.gz` (gold bodies, titles) and `tails-NAME.jsonl.gz` (stories followed by truncated leads of
others). From the bodies this script makes more sets, with the same seed every time:

    cut         the set as it is: leads cut in mid-sentence
    full        leads that are the first paragraph of another story, to its full stop
    headed      the cut leads, each below its story's headline
    kicker      the cut leads behind a kicker (`RISK REMAINS: An official said …`), or below one on a line of its own
    inside      cut leads between two paragraphs of the story

Each is cleaned without and with the memory of a run: the openings of all stories of the collection and of all documents of the
set, each of them cleaned by itself before. `removed` is the share of leads that are gone, `hurt` the share of stories that lost
a word to any rule (mostly labels and dates that a gold body holds), `by proof` the share that lost a line to the family
`repeats`.

Before that, all bodies and, where there is a `text-NAME.jsonl.gz`, all texts that extractors made of the same pages are cleaned
together: these are versions of one story in one run, and must prove nothing against each other.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from quality import LEAD_WORDS
from rich.console import Console
from rich.table import Table
from scoring import tokens
from sources import Row, read

from cleaners import Cleaned, Memory, Removal, clean_text
from cleaners.memory.document_record import document_record
from cleaners.memory.writer import write_memory
from cleaners.repair import repair

LEADS = (1, 2, 3, 4)
LENGTH = range(120, 701)
"""Characters of a lead."""
STANDFIRST = 200
"""Characters below which a first paragraph may be a standfirst."""


def paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def full(stories: list[Row], _cut: list[Row]) -> Iterator[Row]:
    """Make stories followed by the beginnings of others in their language, to a full stop."""
    leads = [(story, lead) for story in stories if (lead := beginning(story))]
    for story in stories:
        dice = random.Random(story["id"])
        others = [lead for other, lead in leads if other is not story and other.get("lang") == story.get("lang")]
        if len(paragraphs(story["gold"])) >= 4 and len(others) > max(LEADS):
            chosen = dice.sample(others, dice.choice(LEADS))
            yield {**story, "leads": chosen, "text": "\n".join([story["gold"].rstrip(), *chosen])}


def beginning(story: Row) -> str | None:
    """Give a story's beginning as a teaser shows it: its first paragraph, with the next one where that is short.

    Where the first paragraph may be a standfirst, half of the teasers begin with the paragraph below it.

    Returns:
        The beginning; None if it has not the length of a lead, or does not end in a full stop.
    """
    first, second = (*paragraphs(story["gold"])[:2], "", "")[:2]
    if len(first) < STANDFIRST and random.Random(story["id"] + "lead").random() < 0.5:
        lead = second
    else:
        lead = first if len(first) in LENGTH else f"{first} {second}"
    return lead if len(lead) in LENGTH and lead[-1] in ".!?。" else None


def headed(stories: list[Row], cut: list[Row]) -> Iterator[Row]:
    """Make stories followed by cut leads below their headlines."""
    for row in cut:
        heads = [headline(lead, stories) for lead in row["leads"]]
        if all(heads):
            tail = [line for pair in zip(heads, row["leads"], strict=True) for line in pair]
            yield {**row, "text": "\n".join([row["gold"].rstrip(), *tail])}


def kicker(stories: list[Row], cut: list[Row]) -> Iterator[Row]:
    """Make stories followed by cut leads behind or below kickers."""
    for row in cut:
        dice = random.Random(row["id"])
        tail = []
        for lead in row["leads"]:
            words = [word for word in headline(lead, stories).split() if word.isalpha()][:2] or ["LATEST"]
            sign = " ".join(words).upper()
            tail += [f"{sign}: {lead}"] if dice.random() < 0.5 else [sign, lead]
        yield {**row, "text": "\n".join([row["gold"].rstrip(), *tail])}


def inside(_stories: list[Row], cut: list[Row]) -> Iterator[Row]:
    """Make stories with cut leads between two of their paragraphs."""
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
    """Give the headline of the story with which a lead begins."""
    start = " ".join(lead.split())[:40]
    for story in stories:
        if " ".join(story["gold"].split()).startswith(start):
            return str(story.get("title") or "").split(" | ")[0]
    return ""


def teach_collection(path: Path, stories: list[Row], rows: list[Row], alone: list[Cleaned]) -> None:
    """Write the memory of a run over the stories and the documents of the set, each cleaned by itself."""
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
"""Families whose rules need the proof of other documents."""


def taken(row: Row, cleaned: Cleaned, families: tuple[str, ...]) -> Iterator[Removal]:
    """Yield the lines of the story itself that rules of these families took."""
    own = set(paragraphs(repair(row["gold"])[0]))
    return (found for found in cleaned.removals if found.rule.startswith(families) and found.text.strip() in own)


def measure(rows: list[Row], results: list[Cleaned]) -> dict[str, float]:
    total: Counter[str] = Counter()
    for row, cleaned in zip(rows, results, strict=True):
        words, gold = (
            tokens(cleaned.body),
            Counter(tokens(repair(row["gold"])[0])),
        )  # a resolved entity is no lost word
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
    table = Table(*COLUMNS)
    for name in sets:
        bodies = {row["gold"]: row for row in read(args.data / f"{name}.jsonl.gz", corrected=False) if row["gold"].strip()}
        cut = list(read(args.data / f"tails-{name}.jsonl.gz", corrected=False))
        for kind in args.kinds or KINDS:
            rows = list(KINDS[kind](list(bodies.values()), cut))
            results = cleaned_twice(list(bodies.values()), rows)
            table.add_row(name, kind, *figures_of(rows, results))
            if args.left:
                show(rows, results.proven)
    Console(width=200).print(table)
    return 0


COLUMNS = (
    "set", "kind", "rows", "leads", "removed alone", "hurt alone", "by leads' rules", "removed with proof", "hurt with proof",
    "by leads' rules", "by proof", "ms alone", "ms with",
)  # fmt: skip


@dataclass(frozen=True)
class Results:
    """Rows cleaned without and with the memory of a run, and the processor time of each, in seconds."""

    alone: list[Cleaned]
    proven: list[Cleaned]
    seconds_alone: float
    seconds_proven: float


def cleaned_twice(stories: list[Row], rows: list[Row]) -> Results:
    """Clean rows without and with the memory of a run over them and the stories."""
    began = time.process_time()
    alone = [clean_text(row["text"], name=row["id"]) for row in rows]
    seconds_alone = time.process_time() - began
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "openings"
        teach_collection(path, stories, rows, alone)
        memory = Memory(path)
        began = time.process_time()
        proven = [clean_text(row["text"], name=row["id"], memory=memory) for row in rows]
        seconds_proven = time.process_time() - began
        memory.close()
    return Results(alone, proven, seconds_alone, seconds_proven)


def figures_of(rows: list[Row], results: Results) -> Iterator[str]:
    """Yield the figures of the table, without set and kind."""
    before, after = measure(rows, results.alone), measure(rows, results.proven)
    alike = ("removed", "hurt", "by leads")
    shares = (*(before[each] for each in alike), *(after[each] for each in alike), after["by proof"])
    yield str(len(rows))
    yield str(sum(len(row["leads"]) for row in rows))
    yield from (f"{share:.4f}" for share in shares)
    yield from (f"{1000 * seconds / len(rows):.1f}" for seconds in (results.seconds_alone, results.seconds_proven))


def versions(data: Path, sets: list[str], left: bool) -> None:
    """Clean every body, and every text that an extractor made of its page, with the openings of all of them.

    None of these documents holds a lead of another: a removal by proof that stands in the gold body is a false alarm.
    """
    rows: list[Row] = []
    for name in sets:
        for kind in ("", "text-"):
            path = data / f"{kind}{name}.jsonl.gz"
            found = read(path, corrected=False) if path.exists() else ()
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
    """Print the leads that are left, and the lines of stories that were removed by proof."""
    for row, cleaned in zip(rows, results, strict=True):
        text = " ".join(tokens(cleaned.body))
        for lead in row["leads"]:
            if " ".join(tokens(lead)[:LEAD_WORDS]) in text:
                print(f"left in {row['id']}: {lead[:90]} … {lead[-50:]}")
        for removal in taken(row, cleaned, PROOF):
            print(f"lost in {row['id']}: {removal.rule} {removal.evidence}: {removal.text[:120]}")


if __name__ == "__main__":
    sys.exit(main())
