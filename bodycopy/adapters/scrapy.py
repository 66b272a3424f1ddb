"""An item pipeline of Scrapy.

    ITEM_PIPELINES = {"bodycopy.adapters.scrapy.Clean": 300}
    BODYCOPY_HTML_FIELD = "html"

The fields of items that hold something else than usual are named by settings of the project; see `Clean`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, TypeVar

from bodycopy.adapters.outcome import families, metadata_of
from bodycopy.row_cleaner import PARTS, SOURCES, RowCleaner, loaded, values_of
from cleaners import BodycopyError, Cleaned, Settings
from cleaners.errors import needed

with needed("bodycopy.adapters.scrapy", "scrapy"):
    from itemadapter import ItemAdapter

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

Item = TypeVar("Item")
"""A dict, a `scrapy.Item`, a dataclass, or what else Scrapy takes for an item."""

USUAL_FIELDS = {"text": "text", "html": "html", "url": "url", "id": "id", "title": "title", "body": "body"}
"""The fields that are read, and that of the body, where no setting names another: `BODYCOPY_TEXT_FIELD`, …"""


class Counts(Protocol):
    """What counts: the statistics of a crawl."""

    def inc_value(self, key: str, count: int = 1) -> None:
        """Add to a count."""


class Clean:
    """Clean the text or the page of each item, and set its body and what else was found.

    The page (`BODYCOPY_HTML_FIELD`, usually `html`) precedes the text (`BODYCOPY_TEXT_FIELD`, `text`); `BODYCOPY_URL_FIELD`,
    `BODYCOPY_TITLE_FIELD` and `BODYCOPY_ID_FIELD` say more of it. `BODYCOPY_RULES` names a rule file, `BODYCOPY_DECISIONS` the
    file of what people have decided. The body goes into `BODYCOPY_BODY_FIELD` (`body`), which may be that of the text. `title`,
    `authors`, `date`, `language`, `truncated`, `confidence`, `review` and `ledger` go into fields of these names that the item
    has and the spider left empty.

    An item without an article has None for a body, and `review` says why; no item is dropped. A text that could not be cleaned
    stays where its field is that of the body.
    """

    def __init__(
        self, fields: Mapping[str, str], settings: Settings, counts: Counts | None = None, decisions: str | None = None
    ) -> None:
        """Make the pipeline. Scrapy does it by `from_crawler`.

        Args:
            fields: the fields of items, by the keys of `USUAL_FIELDS`.
            settings: the user's choices.
            counts: what counts documents, those for review, and removals by family.
            decisions: the file of what people have decided (`OUT/decisions.jsonl`).
        """
        self.fields = fields
        self.cleaner = RowCleaner({part: f"field {fields[part]!r}" for part in SOURCES}, settings, decisions=loaded(decisions))
        self.counts = counts

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Clean:
        """Make the pipeline of a crawler, by the project's settings.

        Args:
            crawler: the crawler.

        Raises:
            UnusableRules: the rule file cannot be used.
            UnusableDecisions: the file of decisions cannot be used.
        """
        fields = {part: crawler.settings.get(f"BODYCOPY_{part.upper()}_FIELD") or name for part, name in USUAL_FIELDS.items()}
        rules = crawler.settings.get("BODYCOPY_RULES")
        settings = Settings.from_toml(rules) if rules else Settings()
        return cls(fields, settings, crawler.stats, crawler.settings.get("BODYCOPY_DECISIONS"))

    def process_item(self, item: Item, spider: object = None) -> Item:  # noqa: ARG002
        """Clean one item, in place.

        Args:
            item: the item.
            spider: its spider, which older versions of Scrapy give.

        Returns:
            The same item.

        Raises:
            BodycopyError: items of this kind have no field for the body.
        """
        adapter = ItemAdapter(item)
        row = {part: adapter[name] for part in PARTS if (name := self.fields[part]) in adapter}
        result = self.cleaner.clean(row)
        body = values_of(result)["body"]
        self._fill(adapter, result, body)
        self._count(result, is_without_body=body is None)
        return item

    def _fill(self, adapter: ItemAdapter, result: Cleaned | str, body: object) -> None:
        """Set the body and what else was found, as far as the item has fields for it."""
        kind = type(adapter.item)
        known = adapter.get_field_names_from_class(kind)  # None: any
        field = self.fields["body"]
        if known is not None and field not in known:
            reason = (
                f"items of the class {kind.__name__} have no field {field!r} for the body; their fields: {', '.join(known)}"
            )
            raise BodycopyError(reason, "add it, or name another with the setting BODYCOPY_BODY_FIELD")
        for name, value in metadata_of(result).items():
            if (known is None or name in known) and not adapter.get(name):
                adapter[name] = value
        if not (isinstance(result, str) and field in map(self.fields.get, SOURCES)):
            adapter[field] = body

    def _count(self, result: Cleaned | str, *, is_without_body: bool) -> None:
        """Add one document to the counts."""
        if self.counts is None:
            return
        self.counts.inc_value("bodycopy/documents")
        is_for_review = isinstance(result, str) or result.review is not None
        for name, counts in (("for_review", is_for_review), ("without_body", is_without_body)):
            if counts:
                self.counts.inc_value(f"bodycopy/{name}")
        for family, number in families(result).items():
            self.counts.inc_value(f"bodycopy/removed/{family}", number)
