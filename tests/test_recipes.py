"""Every recipe of the documentation runs as it is written, where its library is installed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

from bodycopy.row_cleaner import RESULTS
from cleaners import clean_text
from flows.sinks import tables
from flows.sinks.records import article_rows, dumps, ledger_rows

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "recipes.md").read_text("utf-8")
STORY = "The ferry to the islands left the quay on Monday without a delay, and nobody on board was late for work."
TEXTS = [f"Ferry leaves the quay\n\nPhoto: Reuters\n\n{STORY}", None, STORY]
BODIES = [STORY, None, STORY]
HEADLINES = ["Ferry leaves the quay", None, "Gull"]
RECIPES = {
    heading: re.findall(r"^```python\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
    for heading, section in re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
}
"""By heading, the programs below it."""

FRAMES = f"assert [None if body != body else body for body in clean['body']] == {BODIES}; assert len(clean) == 3"
RAY = f"assert [row['body'] for row in clean.take_all()] == {BODIES}; ray.shutdown()"
SPARK = f"assert [row.body for row in clean.collect()] == {BODIES}; spark.stop()"
DATATROVE = f"""
import json, pathlib
rows = [json.loads(line) for path in pathlib.Path("clean").glob("*.jsonl") for line in path.read_text().splitlines()]
assert [row["text"] for row in rows] == {[STORY, STORY]}, rows  # its reader leaves empty texts out
assert rows[0]["metadata"]["bodycopy"]["title"] == "Ferry leaves the quay"
"""
HAYSTACK = "assert [d.content for d in clean] == ['The ferry left the quay on Monday, and nobody on board was late for work.']"
NEMO_CURATOR = f"""
import pandas
from nemo_curator.tasks import DocumentBatch
batch = DocumentBatch(dataset_name="news", data=pandas.read_parquet("news.parquet").dropna())
assert stage.process(batch).to_pandas().body.tolist() == {[STORY, STORY]}
"""
DOUBTFUL = "assert list(doubtful['source']) == ['two.txt']; assert len(articles) == 2"
DUCKDB = "assert doubtful.fetchall()[0][0] == 'two.txt'; assert rules.fetchall() == [('PC001', 1)]"
SLOW = pytest.mark.integration


def run(program: str, folder: Path) -> None:
    """Run a program in a folder, where no library finds anything of the user's."""
    home = {"HOME": str(folder), "HF_HOME": str(folder / "hf"), "PYTHONPATH": str(ROOT), "PYSPARK_PYTHON": sys.executable}
    offline = {"HF_HUB_OFFLINE": "1", "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0", "DO_NOT_TRACK": "1", "PYTHONWARNINGS": "ignore"}
    environment = {**os.environ, **home, **offline}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """A folder with the rows that recipes clean."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    columns = {"text": TEXTS, "url": ["https://example.com/1"] * 3, "headline": HEADLINES}
    parquet.write_table(pyarrow.table(columns), tmp_path / "news.parquet")
    return tmp_path


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """A folder with results of a run as Parquet."""
    pytest.importorskip("pyarrow")
    documents = {"one.txt": clean_text(f"Photo: Reuters\n\n{STORY}"), "two.txt": clean_text("404 Not Found")}
    articles = [
        {"source": name, **row, "body": article.body}
        for name, cleaned in documents.items()
        for row, article in zip(article_rows(cleaned), cleaned.articles, strict=True)
    ]
    entries = [{"source": name, **row} for name, cleaned in documents.items() for row in ledger_rows(cleaned)]
    for kind, rows in (("articles", articles), ("ledgers", entries)):
        (tmp_path / "clean" / kind).mkdir(parents=True)
        with tables.writing(tmp_path / "clean" / kind / "00001.parquet", "parquet", tables.SCHEMAS[kind]) as add:
            for row in rows:
                add(dumps(row))
    return tmp_path


@pytest.mark.parametrize(
    ("heading", "library", "check"),
    [
        ("pandas", "pandas", FRAMES),
        ("polars", "polars", FRAMES),
        ("Hugging Face datasets", "datasets", FRAMES),
        pytest.param("Ray", "ray", RAY, marks=SLOW),
        pytest.param("Spark", "pyspark", SPARK, marks=SLOW),
        ("datatrove", "datatrove", DATATROVE),
        ("Haystack", "haystack", HAYSTACK),
        pytest.param("NeMo Curator", "nemo_curator", NEMO_CURATOR, marks=SLOW),
    ],
)
def test_cleaning(heading: str, library: str, check: str, news: Path) -> None:
    if find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    (program,) = RECIPES[heading]
    run(f"{program}\n{check}", news)


@pytest.mark.parametrize(
    ("number", "library", "check"), [(0, "pandas", DOUBTFUL), (1, "polars", DOUBTFUL), (2, "duckdb", DUCKDB)]
)
def test_reading(number: int, library: str, check: str, results: Path) -> None:
    if find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    run(f"{RECIPES['Reading results'][number]}\n{check}", results)


def test_the_settings_of_scrapy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bodycopy.toml").write_text('profile = "careful"\n')
    monkeypatch.chdir(tmp_path)
    settings: dict[str, object] = {}
    exec(RECIPES["Scrapy"][0], settings)
    ((place, _),) = dict(settings.pop("ITEM_PIPELINES")).items()  # type: ignore[call-overload]
    assert (place, find_spec(place.rpartition(".")[0]) is not None) == ("bodycopy.adapters.scrapy.Clean", True)
    if find_spec("itemadapter") is None:
        pytest.skip("scrapy is not installed")
    from bodycopy.adapters.scrapy import Clean

    clean = Clean.from_crawler(SimpleNamespace(settings=settings, stats=None))  # type: ignore[arg-type]
    assert (clean.fields["html"], clean.cleaner.settings.profile) == ("page", "careful")


def test_the_page_names_every_result() -> None:
    assert set(RESULTS) <= set(re.findall(r"`(\w+)`", PAGE))


def test_every_recipe_is_run() -> None:
    run_here = {"pandas", "polars", "Hugging Face datasets", "Ray", "Spark", "datatrove", "Haystack", "NeMo Curator"}
    assert RECIPES.keys() == run_here | {"Scrapy", "Reading results"}
