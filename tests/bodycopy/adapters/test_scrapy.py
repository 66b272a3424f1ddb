"""An item pipeline of Scrapy: with the library where it is installed, otherwise with a stand-in for its view of items."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, fields
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from helpers.stand_ins import adapter

from bodycopy import BodycopyError
from cleaners.ledger import from_row, restore

STORY = "The ferry to the islands left the quay on Monday without a delay, and nobody on board was late for work."
RAW = f"Photo: Reuters\n\n{STORY}\n\nAdvertisement"


class ItemAdapter(dict[str, Any]):
    """A stand-in for the view of dicts and dataclasses."""

    def __init__(self, item: Any) -> None:
        super().__init__(item if isinstance(item, dict) else vars(item))
        self.item = item

    def __setitem__(self, name: str, value: object) -> None:
        super().__setitem__(name, value)
        vars(self.item).__setitem__(name, value) if not isinstance(self.item, dict) else self.item.__setitem__(name, value)

    @staticmethod
    def get_field_names_from_class(kind: type) -> list[str] | None:
        return None if issubclass(kind, dict) else [field.name for field in fields(kind)]


class Stats(Counter[str]):
    """The statistics of a crawl."""

    def inc_value(self, key: str, count: int = 1) -> None:
        self[key] += count


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return adapter(monkeypatch, "scrapy", "itemadapter", itemadapter={"ItemAdapter": ItemAdapter})


def pipeline(module: ModuleType, **settings: str) -> Any:
    return module.Clean.from_crawler(SimpleNamespace(settings=settings, stats=Stats()))


@dataclass
class Story:
    """An item of a spider, with few fields."""

    text: str | None = None
    body: str | None = None
    title: str | None = None


def test_an_item_is_cleaned_and_its_ledger_gives_the_source_back(module: ModuleType) -> None:
    clean, item = pipeline(module), {"text": RAW, "url": "https://example.com/1", "date": "2024-03-01"}
    assert clean.process_item(item) is item
    assert (item["body"], item["text"], item["date"]) == (STORY, RAW, "2024-03-01")
    assert restore(item["body"], map(from_row, item["ledger"])) == RAW
    assert clean.counts == {"bodycopy/documents": 1, "bodycopy/removed/credits": 1, "bodycopy/removed/ads": 1}


def test_older_versions_give_the_spider_as_well(module: ModuleType) -> None:
    assert pipeline(module).process_item({"text": RAW}, object())["body"] == STORY


def test_settings_name_the_fields(module: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "bodycopy.toml").write_text('ignore = ["PC001"]\n')
    names = {"BODYCOPY_TEXT_FIELD": "story", "BODYCOPY_BODY_FIELD": "story", "BODYCOPY_TITLE_FIELD": "headline"}
    raw = f"Ferry leaves the quay\n\nPhoto: Reuters\n\n{STORY}"
    clean = pipeline(module, **names, BODYCOPY_RULES=str(tmp_path / "bodycopy.toml"))
    item = clean.process_item({"story": raw, "headline": "Ferry leaves the quay"})
    assert item["story"] == f"Photo: Reuters\n\n{STORY}"
    assert item["title"] == "Ferry leaves the quay"


def test_decisions_hold(module: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    path.write_text('{"id": "1", "kind": "keep", "text": "Photo: Reuters"}')
    item = pipeline(module, BODYCOPY_DECISIONS=str(path)).process_item({"text": RAW})
    assert item["body"] == f"Photo: Reuters\n\n{STORY}"


def test_pages_precede_texts(module: ModuleType) -> None:
    page = f"<html><body><article><h1>Ferry leaves</h1><p>{STORY}</p></article></body></html>"
    assert pipeline(module).process_item({"html": page, "text": "Ferry"})["body"] == STORY


def test_items_with_fixed_fields_get_what_they_have_fields_for(module: ModuleType) -> None:
    item = pipeline(module, BODYCOPY_TITLE_FIELD="title").process_item(Story(RAW, title="Ferry"))
    assert item == Story(RAW, STORY, "Ferry")


def test_an_item_without_a_field_for_the_body(module: ModuleType) -> None:
    with pytest.raises(BodycopyError) as raised:
        pipeline(module, BODYCOPY_BODY_FIELD="content").process_item(Story(RAW))
    assert (
        raised.value.reason == "items of the class Story have no field 'content' for the body; their fields: text, body, title"
    )
    assert raised.value.remedy == "add it, or name another with the setting BODYCOPY_BODY_FIELD"


def test_an_item_without_a_text_is_kept_and_says_why(module: ModuleType) -> None:
    clean = pipeline(module)
    item = clean.process_item({"text": None})
    assert item["body"] is None
    assert item["review"] == "no text: field 'html' is not there, field 'text' is None"
    assert clean.counts == {"bodycopy/documents": 1, "bodycopy/for_review": 1, "bodycopy/without_body": 1}


def test_a_text_that_cannot_be_cleaned_is_not_overwritten(module: ModuleType) -> None:
    data = b"%PDF-1.7\x00\x00\x00\x00\x00\x00"
    item = pipeline(module, BODYCOPY_BODY_FIELD="text").process_item({"text": data})
    assert item["text"] == data
    assert item["review"].startswith("binary data (a PDF)")


CRAWL = """
import json, sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import scrapy
from scrapy.crawler import CrawlerProcess

STORY = sys.argv[2]
PAGE = f"<html><body><nav><a href='/'>Home</a></nav><article><h1>Ferry leaves</h1><p>{STORY}</p></article></body></html>"


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE.encode())

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Site)
threading.Thread(target=server.serve_forever, daemon=True).start()


class News(scrapy.Spider):
    name = "news"
    start_urls = [f"http://127.0.0.1:{server.server_port}/{number}" for number in (1, 2)]

    def parse(self, response):
        yield {"url": response.url, "html": response.text}


process = CrawlerProcess(
    {
        "ITEM_PIPELINES": {"bodycopy.adapters.scrapy.Clean": 300},
        "FEEDS": {sys.argv[1]: {"format": "jsonlines"}},
        "LOG_LEVEL": "ERROR",
        "TELNETCONSOLE_ENABLED": False,
    }
)
crawler = process.create_crawler(News)
process.crawl(crawler)
process.start()
print(json.dumps({key: value for key, value in crawler.stats.get_stats().items() if key.startswith("bodycopy/")}))
"""


def test_it_is_a_pipeline_of_a_crawl(tmp_path: Path) -> None:
    pytest.importorskip("scrapy")
    (tmp_path / "crawl.py").write_text(CRAWL)
    out = tmp_path / "items.jsonl"
    command = [sys.executable, str(tmp_path / "crawl.py"), str(out), STORY]
    environment = {"PYTHONPATH": str(Path(__file__).parents[3]), "PATH": "", "no_proxy": "*"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    items = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(item["body"], item["title"]) for item in items] == [(STORY, "Ferry leaves")] * 2
    assert json.loads(done.stdout.splitlines()[-1])["bodycopy/documents"] == 2
