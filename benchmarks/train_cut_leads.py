"""Fit the weights of cut leads, choose their limits by risk, and write cleaners/tail_model/cut_leads.json.

    python benchmarks/train_cut_leads.py DATA_DIR [--folds DIR] [--write]

DATA_DIR holds the clean bodies of fundus-dev, wcxb-dev and naeb-dev. The weights are fitted on the bodies as they are, on
bodies that look cut (the last paragraphs without their full stop, in "…", or cut by a paywall), and on bodies with the
beginnings of other stories below the last paragraph or between two, cut after 250 to 700 characters. Each source is judged by
weights and limits that were made without it. A limit is the lowest at which the upper 95 % bound of story words lost is within
its budget.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from ridge import fit_logistic
from site_bootstrap import Loss, upper_share_lost
from sources import Row, publisher_of
from sources import read as read_set
from tails import LEADS, paragraphs
from train_tails import SOURCES

from cleaners.models import gbdt
from cleaners.stages import truncated
from cleaners.tail_model.cut_leads import MODEL, Weights
from cleaners.tail_model.topic_profile import keys

LEAD_CHARS = range(250, 701)
"""Characters of a lead."""
NEAR = 30
"""Other stories, of which the ones that share most words with the story become its leads."""
LEAST = 4
"""Paragraphs of a story that gets leads or looks cut."""
CLEAN, LOOKS_CUT = 3.0, 1.0
"""Weights of bodies as they are, and of bodies that look cut; bodies with leads have the weight 1."""
LOOKS_CUT_SHARE = 0.01
"""How much the losses of bodies that look cut count beside those of bodies as they are: of 3,359 texts of public scrapers, 20
end in a cut paragraph below a story that has ended."""
BUDGET = {"end": 0.00004, "alone": 0.00002, "inside": 0.00002, "sure": 0.00001}
"""Share of the story's words that may be lost by runs at the end, by one lead alone there, by runs inside, and by runs that are
proofs. No limit is below the one before."""
UNSURE = 1.0
"""Log-odds below its limit up to which a run is reported, as `unsure`."""
NEVER = 99.0
"""A limit that nothing reaches."""
GRID = [step / 4 for step in range(-8, 41)]
"""Log-odds that a limit can be."""
ABOUT = (
    "which cut paragraphs open other stories: log-odds, a weight for each evidence that cleaners/tail_model/cut_leads.py names"
)


@dataclass(slots=True)
class Text:
    """A story with cut leads of others or without, and one of its runs of cut paragraphs.

    Attributes:
        source: The source.
        group: The publisher.
        kind: `clean`, `leads`, `inside`, or how the body was made to look cut.
        words: Words of the story.
        at_end: Whether the run is the one at the end.
        leads: How many leads of others there are.
        foreign: For each paragraph of the run, whether it is another story's.
        sizes: Words of each paragraph of the run.
        evidence: Features of each paragraph of the run; none where the library would not weigh it.
    """

    source: str
    group: str
    kind: str
    words: int
    at_end: bool
    leads: int
    foreign: list[bool]
    sizes: list[int]
    evidence: list[dict[str, float]]


def collect(folder: Path) -> list[Text]:
    """Make the texts of all sources, each with its features."""
    found = []
    for source in SOURCES:
        rows = {row["gold"]: row for row in read_set(folder / f"{source}-dev.jsonl.gz", corrected=False) if row["gold"].strip()}
        stories = [row | {"site": publisher_of(source, row), "keys": words(row["gold"][:2000])} for row in rows.values()]
        for story in stories:
            for kind, lines, foreign in made(story, stories):
                found += read(source, story["site"], kind, lines, foreign)
    return found


def made(story: Row, stories: Sequence[Row]) -> Iterator[tuple[str, list[str], set[int]]]:
    """Make all forms of a story.

    Yields:
        The kind, the paragraphs, and the indexes of those that are other stories'.
    """
    own = paragraphs(story["gold"])
    yield "clean", own, set()
    if len(own) < LEAST:
        return
    dice = random.Random(story["id"])
    for kind, change in LOOKS.items():
        size = dice.choice((1, 1, 2, 3))
        yield kind, [*own[:-size], *(change(line, dice) for line in own[-size:])], set()
    others = [other for other in stories if other["lang"] == story["lang"] and other["site"] != story["site"]]
    for turn in range(2):
        leads = [cut for other in near(story, others, dice, turn == 0) if (cut := lead(other, dice))]
        if leads:
            ellipsis = dice.random() < 0.4
            leads = [line + dice.choice(("…", "...", " …")) * ellipsis for line in leads]
            yield "leads", [*own, *leads], set(range(len(own), len(own) + len(leads)))
            place = dice.randrange(2, len(own) - 1)
            yield "inside", [*own[:place], *leads, *own[place:]], set(range(place, place + len(leads)))


def near(story: Row, others: Sequence[Row], dice: random.Random, nearest: bool) -> list[Row]:
    """Choose other stories: those that share most words with this one, or any."""
    size = dice.choice(LEADS)
    if not nearest:
        return dice.sample(others, min(size, len(others)))
    some = dice.sample(others, min(NEAR, len(others)))
    return sorted(some, key=lambda other: -len(story["keys"] & other["keys"]))[:size]


def words(text: str) -> set[str]:
    """Give the keys of the longer words of a text."""
    return {key for key, _ in keys(text) if len(key) > 3}


def lead(story: Row, dice: random.Random) -> str:
    """Cut the beginning of a story between two words; some end at a full stop by chance. Empty if the story is too short."""
    text = " ".join(story["gold"].split())
    size = dice.choice(LEAD_CHARS)
    if len(text) < size + 100:
        return ""
    return text[:size].rpartition(" ")[0].rstrip(" ,;:–—-") or text[:size]


def without_stop(line: str, _dice: random.Random) -> str:
    """Remove the full stop of a paragraph."""
    return line.rstrip(' .!?…。”"»’')


def with_ellipsis(line: str, dice: random.Random) -> str:
    """Replace the full stop of a paragraph by an ellipsis."""
    return without_stop(line, dice) + dice.choice(("…", "...", " …"))


def cut_off(line: str, dice: random.Random) -> str:
    """Cut a paragraph in its second half, as paywalls do."""
    head = line[: dice.randint(len(line) // 2, len(line))]
    return (head.rpartition(" ")[0] or head) + dice.choice(("", "…", "..."))


LOOKS: dict[str, Callable[[str, random.Random], str]] = {
    "without stops": without_stop,
    "ellipses": with_ellipsis,
    "paywall": cut_off,
}


def read(source: str, site: str, kind: str, lines: list[str], foreign: set[int]) -> Iterator[Text]:
    """Read a text as the stage does: its run at the end, and the one inside."""
    tail = truncated.cut_run(lines)
    groups = truncated.cut_groups(lines, tail[0] if tail else len(lines))
    inside = groups[0] if len(groups) == 1 and len(groups[0]) <= truncated.MAX_INSIDE else []
    words = sum(len(line.split()) for index, line in enumerate(lines) if index not in foreign)
    for at, at_end in ((tail, True), (inside, False)):
        if at_end:
            own = lines[: tail[0]] if tail else lines
        else:
            own = [line for index, line in enumerate(lines) if index not in inside and index not in tail]
        run = truncated.read_run(lines, at, own) if at else None
        if run or at_end:
            strange = [index in foreign for index in at] if run else []
            sizes = [len(lines[index].split()) for index in at] if run else []
            leads = len(foreign) if at_end == (kind == "leads") else 0
            yield Text(source, site, kind, words, at_end, leads, strange, sizes, run[1] if run else [])


def fit(training: Sequence[Text]) -> Weights:
    """Fit the weights."""
    names = sorted({name for text in training for row in text.evidence for name in row})
    rows, foreign, weights = [], [], []
    for text in training:
        weight = 1.0 if text.kind in ("leads", "inside") else CLEAN if text.kind == "clean" else LOOKS_CUT
        rows += [[row[name] for name in names] for row in text.evidence]
        foreign += text.foreign
        weights += [weight] * len(text.evidence)
    beta, bias = fit_logistic(np.array(rows), np.array(foreign, float), np.array(weights))
    table = {name: round(float(weight), 3) for name, weight in zip(names, beta, strict=True)}
    return Weights(table, round(bias, 3), {})


def chosen(training: Sequence[Text], model: Weights) -> dict[str, float]:
    """Choose the limits, one class after the other: each the lowest at which its losses are within its budget."""
    bars = dict.fromkeys(BUDGET, NEVER)
    grid = GRID
    for name, budget in BUDGET.items():
        for bar in grid:
            bars[name] = bar
            if upper_share_lost(losses(training, model, bars, name)) <= budget:
                break
        grid = [bar for bar in grid if bar >= bars[name]]
    return bars


def losses(training: Sequence[Text], model: Weights, bars: Mapping[str, float], name: str) -> Iterator[Loss]:
    """Yield what a class takes from each body, as it is or made to look cut."""
    for text in training:
        if text.at_end == (name == "inside") or text.kind not in ("clean", *LOOKS):
            continue
        scores = [model.weigh(row) for row in text.evidence]
        first, end, doubt = truncated.leads_in(scores, text.at_end, bars) if scores else (0, 0, 0.0)
        alone, sure = end - first == 1, truncated.is_proof(scores[first:end], bars)
        counts = sure if name == "sure" else alone == (name == "alone")
        lost = sum(text.sizes[first:end]) if doubt <= 0 and counts else 0
        share = 1.0 if text.kind == "clean" else LOOKS_CUT_SHARE
        yield text.group, share * lost, share * text.words


def fitted(texts: Sequence[Text], without: str | None) -> dict[str, Any]:
    """Make the contents of the library's file without a source."""
    training = [text for text in texts if text.source != without]
    model = fit(training)
    model = replace(model, bars=chosen(training, model))
    sources = sorted({text.source for text in training})
    return {
        "about": ABOUT,
        "made_from": {source: len({id(text) for text in training if text.source == source}) for source in sources},
        "budget": BUDGET,
        "bars": {**model.bars, "unsure": UNSURE},
        "bias": model.bias,
        "weights": dict(model.weights),
    }


def judged(texts: Sequence[Text], data: Mapping[str, Any]) -> dict[str, dict[str, float | None]]:
    """Judge weights by kind of text: shares of leads that go, of story words lost, of stories that lose a paragraph."""
    model = Weights(data["weights"], data["bias"], data["bars"])
    count: dict[str, Counter[str]] = {}
    for text in texts:
        scores = [model.weigh(row) for row in text.evidence]
        first, end, doubt = truncated.leads_in(scores, text.at_end, model.bars) if scores else (0, 0, 0.0)
        gone = range(first, end) if doubt <= 0 else range(0)
        lost = sum(text.sizes[place] for place in gone if not text.foreign[place])
        sure = truncated.is_proof(scores[first:end], model.bars)
        count.setdefault(f"{text.kind}, {'end' if text.at_end else 'inside'}", Counter()).update(
            texts=1, words=text.words, leads=text.leads, lost=lost, hurt=lost > 0, surely=lost * sure,
            gone=sum(text.foreign[place] for place in gone), sure=sum(text.foreign[place] for place in gone) * sure,
        )  # fmt: skip
    return {
        kind: {
            "texts": of["texts"],
            "removed": round(of["gone"] / of["leads"], 4) if of["leads"] else None,
            "removed surely": round(of["sure"] / of["leads"], 4) if of["leads"] else None,
            "words lost": round(of["lost"] / of["words"], 6),
            "words lost surely": round(of["surely"] / of["words"], 6),
            "stories hurt": round(of["hurt"] / of["texts"], 4),
        }
        for kind, of in sorted(count.items())
    }


def write(data: Mapping[str, Any], path: Path) -> Path:
    """Write the weights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--folds", type=Path, help="a folder for the weights that were made without each source")
    parser.add_argument("--write", action="store_true", help="write the library's cut_leads.json")
    args = parser.parse_args()
    texts = collect(args.data)
    print(f"{len(texts)} texts, {sum(len(text.evidence) for text in texts)} paragraphs", flush=True)
    expected = {}
    for source in SOURCES:
        data = fitted(texts, source)
        expected[source] = judged([text for text in texts if text.source == source], data)
        print(f"without {source}: limits {data['bars']}")
        for kind, figures in expected[source].items():
            print(f"    {kind:<22} " + "  ".join(f"{name} {figure}" for name, figure in figures.items()), flush=True)
        if args.folds:
            print(write(data, args.folds / source / MODEL))
    if args.write:
        data = fitted(texts, None) | {"expected": expected}
        print(write(data, Path(gbdt.__file__).parent / MODEL))


if __name__ == "__main__":
    main()
