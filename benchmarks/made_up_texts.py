"""Make short news texts, the same ones every time, as files or as rows."""

from __future__ import annotations

import csv
import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path

COMMON = (
    "the",
    "of",
    "and",
    "to",
    "in",
    "a",
    "is",
    "that",
    "for",
    "it",
    "was",
    "on",
    "with",
    "as",
    "at",
    "by",
    "he",
    "from",
    "his",
)
NOISE = ("Share this article", "Photo: Jane Doe", "Read more:", "© 2026 Example News. All rights reserved.", "By John Davison")
COPIES = 0.02
"""Share of texts that repeat the one before with one more paragraph: near-duplicates."""
FOLDER = 1000
"""Texts in a folder, as archives lay them out by day."""
ROW_GROUP_ROWS = 300
"""Rows in a group of Parquet: few, so that a run has many groups."""
WORDS = 8000
"""Invented words."""


def words(dice: random.Random) -> list[str]:
    """Invent words."""
    return [
        "".join(dice.choice("bdfgklmnprstvz") + dice.choice("aeiou") for _ in range(dice.randint(1, 4))) for _ in range(WORDS)
    ]


def sentence(dice: random.Random, own: list[str]) -> str:
    """Make a sentence of common and of invented words."""
    said = [dice.choice(COMMON) if dice.random() < 0.45 else dice.choice(own) for _ in range(dice.randint(8, 22))]
    return " ".join(said).capitalize() + "."


def texts(number: int, copies: float = COPIES, length: int = 1) -> Iterator[str]:
    """Make texts: a headline, two to four paragraphs or `length` times as many, and sometimes a line of noise.

    Args:
        number: How many texts.
        copies: The share of near-duplicates.
        length: A factor for the paragraphs; 1 gives some 110 words, 5 some 490.
    """
    dice = random.Random(1)
    own = words(dice)
    last: list[str] = []
    for _ in range(number):
        if last and dice.random() < copies:
            paragraphs = [*last, sentence(dice, own)]
        else:
            paragraphs = [
                " ".join(sentence(dice, own) for _ in range(dice.randint(1, 3))) for _ in range(length * dice.randint(2, 4))
            ]
            paragraphs.insert(0, sentence(dice, own).rstrip("."))
            for line in dice.sample(NOISE, dice.randint(0, 2)):
                paragraphs.insert(dice.randint(1, len(paragraphs)), line)
            last = paragraphs
        yield "\n\n".join(paragraphs) + "\n"


def as_files(folder: Path, number: int, copies: float = COPIES, length: int = 1) -> Path:
    """Write texts as files, a folder for each thousand; gives the folder of all."""
    for place, text in enumerate(texts(number, copies, length)):
        path = folder / f"day-{place // FOLDER:04}" / f"text-{place % FOLDER:04}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def as_rows(path: Path, number: int) -> Path:
    """Write texts as compressed JSON Lines; gives the file."""
    with gzip.open(path, "wt", compresslevel=1) as file:
        file.writelines(json.dumps({"id": f"{place:07}", "text": text}) + "\n" for place, text in enumerate(texts(number)))
    return path


def as_table(path: Path, number: int) -> Path:
    """Write texts as a file of rows or records, by its suffix: .jsonl, .csv, .parquet or .warc; gives the file."""
    rows = [{"id": f"{place:07}", "text": text} for place, text in enumerate(texts(number))]
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    elif path.suffix == ".csv":
        with path.open("w", newline="") as file:
            table = csv.DictWriter(file, ["id", "text"])
            table.writeheader()
            table.writerows(rows)
    elif path.suffix == ".parquet":
        import pyarrow as pa
        from pyarrow import parquet

        parquet.write_table(pa.Table.from_pylist(rows), path, row_group_size=ROW_GROUP_ROWS)
    else:
        with path.open("wb") as file:
            for row in rows:
                data = row["text"].encode()
                head = f"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:{row['id']}>\r\n"
                head += f"Content-Type: text/plain\r\nContent-Length: {len(data)}\r\n\r\n"
                file.write(head.encode() + data + b"\r\n\r\n")
    return path
