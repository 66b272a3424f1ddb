"""Texts of one template, and versions of one story: they share paragraphs with each other, and must lose none of them.

    python benchmarks/templates.py [--texts 2000] [--versions 200] [--show N]

Four collections of made-up texts, the same every time: forecasts, earnings and match reports, each of one template of which
paragraphs are left out, put elsewhere and filled from few values; and versions of one running story, whose old beginnings
become its background. Each text is cleaned by itself, and then with what a run would know: how all the others begin, and
which segments repeat, where a site has these texts alone and where it has nine times as many others. Printed
are the words lost, in all and by rule, of which the family SM (what other documents prove) should have none; and how many
texts hold a line in the end that cleaning by itself had taken.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from cleaners import Cleaned, Memory, clean_text
from cleaners.memory.document_record import DocumentRecord, document_record
from cleaners.memory.segments import SegmentSeen
from cleaners.memory.writer import write_memory
from cleaners.text.tokens import count_words

SHARE_OUT, SHARE_MOVED = 0.15, 0.15
"""Of the texts, those without their first paragraph, and those of which one paragraph stands elsewhere."""
SITE, COMPANY = "example.com", 9
"""The site of all texts, and how many others it has for each."""
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def name(number: int) -> str:
    """An invented name, always the same for a number."""
    dice = random.Random(number)
    return "".join(dice.choice("bdfgklmnprstvz") + dice.choice("aeiou") for _ in range(3)).capitalize()


def arranged(dice: random.Random, paragraphs: list[str]) -> str:
    """The paragraphs as one text: at times without the first, or with one of them elsewhere, or with fewer."""
    if dice.random() < SHARE_OUT:
        del paragraphs[0]
    if dice.random() < SHARE_MOVED:
        paragraphs.insert(dice.randrange(len(paragraphs)), paragraphs.pop(dice.randrange(len(paragraphs))))
    if dice.random() < SHARE_OUT:
        del paragraphs[dice.randrange(1, len(paragraphs))]
    return "\n\n".join(paragraphs)


def forecast(dice: random.Random) -> str:
    """A forecast: a region, and few values everywhere."""
    region, day, wind = name(dice.randrange(12)), dice.choice(DAYS), dice.choice(("north", "west", "south-west"))
    low = dice.randrange(2, 8)
    return arranged(
        dice,
        [
            f"{day} will be {dice.choice(('cloudy', 'bright', 'wet'))} in {region}, with "
            f"{dice.choice(('some', 'hardly any'))} rain in the afternoon, the weather service said.",
            f"Temperatures will lie between {low} and {low + dice.randrange(6, 9)} degrees in the valleys, and it will be "
            f"cooler in the hills. The night to {dice.choice(DAYS)} stays mild.",
            f"The wind comes from the {wind} and blows at {dice.randrange(2, 6)}0 kilometres an hour, with gusts along the "
            "coast. Sailors should take care.",
            f"Wind on the lake of {region}: {wind}, {dice.randrange(2, 6)} to 6, later easing, waves of half a metre",
            f"The sea has {dice.randrange(9, 13)} degrees. Whoever wants to bathe nonetheless finds the flags on the beaches.",
            f"The days after that remain {dice.choice(('changeable', 'dry'))}, and the weekend brings "
            f"{dice.choice(('more sun', 'showers', 'fog'))} to most of the country, according to the models.",
        ],
    )


def earnings(dice: random.Random) -> str:
    """A company's figures, with what is said of the company each time."""
    number = dice.randrange(25)
    company, city, last = name(100 + number), name(200 + number), dice.randrange(20, 60)
    return arranged(
        dice,
        [
            f"{company} earned {dice.randrange(2, 12)} million euros in the {dice.choice(('first', 'second'))} quarter, "
            f"{dice.choice(('more', 'less'))} than analysts had expected, the maker of pumps said on {dice.choice(DAYS)}.",
            f"Sales rose by {dice.randrange(1, 9)} percent to {last} million euros, as orders from abroad made up for a weak "
            "market at home.",
            f"Revenue for the quarter in millions of euros, before the sale of the works at {city}: {last}",
            f"Earnings before interest and taxes in millions of euros, with all that happens once: {dice.randrange(3, 9)}",
            f"For the whole year the company expects sales of {last * 4 // 10}0 to {last * 4 // 10 + 1}0 million euros, it "
            "said, and a dividend as in the year before.",
            f"The share was up {dice.randrange(1, 5)} percent in early trading and has gained a tenth since the year began.",
            f"{company}, which has its seat in {city}, was founded in 19{10 + number} and makes pumps, valves and turbines "
            f"for customers in {20 + number} countries.",
        ],
    )


def match(dice: random.Random) -> str:
    """A match report, with a list of other results."""
    home, guest = (name(300 + number) for number in dice.sample(range(18), 2))
    goals = sorted(dice.sample(range(1, 5), 2))
    others = f"{name(300 + dice.randrange(18))} against {name(300 + dice.randrange(18))}: ended in a draw, one goal each"
    return arranged(
        dice,
        [
            f"{home} beat {guest} on {dice.choice(DAYS)} evening, {goals[1]}-{goals[0]}, and stays in the upper half.",
            f"The guests began better, but {home} scored twice before the break and was in control after that.",
            f"After an hour {guest} came back into the game with a goal from the penalty spot, and hit the post soon after.",
            f"“We had {dice.choice(('patience', 'luck', 'the better legs'))} today, and next week is another game,” said the "
            f"coach of {home}, who had changed his team in three places.",
            others,
            f"The match was seen by {dice.randrange(2, 9)},000 people, among them a few hundred who had come with {guest}.",
            f"{home} plays at home again next week, while {guest} has to travel once more, to the last of the table.",
        ],
    )


def version(dice: random.Random) -> str:
    """A version of one running story: a beginning of its own, some of what is known, and some of the older beginnings."""
    told = [
        f"The fire in the {name(400 + place)} mill has {('spread', 'died down', 'come back')[place % 3]}, the "
        f"{name(450 + place)} brigade said {('at noon', 'in the evening', 'at night')[place % 3]}, and {40 + place} people "
        "were told to leave."
        for place in range(40)
    ]
    known = [
        f"{name(500 + place)} road was closed from {name(520 + place)} bridge to the harbour, and buses went by way of "
        f"{name(540 + place)}, where {place + 3} of them had been sent from other towns."
        for place in range(14)
    ]
    at = dice.randrange(len(told))
    body = [paragraph for paragraph in known if dice.random() < 0.6]
    older = dice.sample(told[:at], min(at, dice.randrange(4)))
    if dice.random() < 0.5:
        return "\n\n".join([told[at], *body, *older])
    for paragraph in older:
        body.insert(dice.randint(0, len(body)), paragraph)
    return "\n\n".join([told[at], *body])


KINDS: dict[str, Callable[[random.Random], str]] = {
    "forecasts": forecast, "earnings": earnings, "matches": match, "versions": version
}  # fmt: skip


def collection(kind: str, texts: int) -> list[str]:
    """So many texts of a kind."""
    return [KINDS[kind](random.Random(f"{kind} {number}")) for number in range(texts)]


def cleaned(document: tuple[str, str], path: Path | None = None) -> Cleaned:
    title, text = document
    return clean_text(text, name=title, memory=Memory(path) if path else None, site=SITE)


def others(number: int) -> Iterator[DocumentRecord]:
    """What so many other documents of the site tell: their segments, none of which stands on another."""
    for at in range(number):
        segments = tuple(SegmentSeen(key, True, "") for key in random.Random(f"other {at}").sample(range(1 << 62), 20))
        yield DocumentRecord(f"other-{at}", "", SITE, segments, ())


def lost(results: list[Cleaned]) -> Counter[str]:
    """Words that are gone, by rule."""
    found: Counter[str] = Counter()
    for result in results:
        for removal in result.removals:
            found[removal.rule] += count_words(removal.text)
    return found


def dirtier(alone: Cleaned, known: Cleaned) -> Iterator[str]:
    """What cleaning by itself had taken and stands in the end nonetheless."""
    spans = [(removal.start, removal.end) for removal in known.removals]
    return (r.text for r in alone.removals if not any(start <= r.start and r.end <= end for start, end in spans))


def measure(kind: str, texts: int, show: int, company: int) -> None:
    documents = [(f"{kind}-{number}", text) for number, text in enumerate(collection(kind, texts))]
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor() as pool:
        path = Path(folder) / "openings"
        alone = list(pool.map(cleaned, documents, chunksize=20))
        with write_memory(path) as writer:
            for (title, _), result in zip(documents, alone, strict=True):
                writer.add(document_record(result, title, site=SITE))
            for other in others(company * texts):
                writer.add(other)
        known = list(pool.map(partial(cleaned, path=path), documents, chunksize=20))
    words = sum(count_words(text) for _, text in documents)
    for what, results in (("by itself", alone), (f"with the others, and {company * texts:,} more", known)):
        found = lost(results)
        told = ", ".join(f"{rule} {number:,}" for rule, number in found.most_common()) or "none"
        print(f"{kind}: {texts:,} texts, {words:,} words; {what}: lost {found.total():,} ({told})")
    reported = sum(finding.rule.startswith("SM") for result in known for finding in result.suggestions)
    fouled = sum(any(dirtier(*pair)) for pair in zip(alone, known, strict=True))
    print(f"  reported only by what others prove: {reported:,} lines; dirtier than by itself: {fouled:,} texts")
    removals = [removal for result in known for removal in result.removals if removal.rule.startswith("SM")]
    for removal in removals[:show]:
        print(f"  {removal.rule} {removal.confidence}, {removal.evidence}: {removal.text}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=2000, help="of each template")
    parser.add_argument("--versions", type=int, default=200)
    parser.add_argument("--show", type=int, default=0, help="print so many lines of each collection that others took")
    args = parser.parse_args()
    for kind in KINDS:
        for company in (0, COMPANY):
            measure(kind, args.versions if kind == "versions" else args.texts, args.show, company)
    return 0


if __name__ == "__main__":
    sys.exit(main())
