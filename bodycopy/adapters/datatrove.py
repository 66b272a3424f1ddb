"""A step of a datatrove pipeline.

LocalPipelineExecutor(pipeline=[JsonlReader("in/"), Clean(), JsonlWriter("out/")]).run()
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from bodycopy.adapters.outcome import families, free_key, metadata_of, text_of
from bodycopy.row_cleaner import RowCleaner, loaded
from cleaners import Memory, Settings
from cleaners.errors import needed

with needed("bodycopy.adapters.datatrove", "datatrove"):
    from datatrove.pipeline.base import PipelineStep

if TYPE_CHECKING:
    from datatrove.data import Document


class Clean(PipelineStep):
    """Clean the text of each document, and keep in its metadata what was found and the ledger.

    `metadata["bodycopy"]` has `title`, `authors`, `date`, `language`, `truncated`, `confidence`, `review` and `ledger`. A
    document without an article has an empty text; one that could not be cleaned (its text is missing, or binary data) keeps
    what it has. The statistics count documents, those for review, and removals by family (`removed_credits`, …).
    """

    name = "bodycopy"
    type = "FORMAT"

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        html: bool = False,
        url: str = "url",
        title: str = "title",
        memory: str | None = None,
        decisions: str | None = None,
        drop_empty: bool = False,
    ) -> None:
        """Make the step.

        Args:
            settings: the user's choices; by default those of the standard profile.
            html: whether the text of the documents is HTML, as readers of WARC files give it.
            url: the field of the metadata with the address.
            title: the field of the metadata with the title.
            memory: the file of what is known of other documents. They are known by their ids.
            decisions: the file of what people have decided (`OUT/decisions.jsonl`).
            drop_empty: whether documents without a text after cleaning are left out.
        """
        super().__init__()
        self.settings = settings
        self.part = "html" if html else "text"
        self.url = url
        self.title = title
        self.memory = memory
        self.decisions = decisions
        self.drop_empty = drop_empty

    def run(self, data: Iterable[Document], rank: int = 0, world_size: int = 1) -> Iterator[Document]:  # noqa: ARG002
        """Clean documents.

        Args:
            data: the documents.
            rank: which of the workers this is; each has documents of its own.
            world_size: how many workers there are.

        Yields:
            The same documents, in the same order.
        """
        memory = Memory(self.memory) if self.memory else None
        cleaner = RowCleaner({self.part: "the document's text"}, self.settings, memory, loaded(self.decisions))
        for document in data:
            self.stat_update("total")
            with self.track_time():
                self._clean(document, cleaner)
            if self.drop_empty and not document.text:
                self.stat_update("dropped")
                continue
            self.stat_update("forwarded")
            yield document

    def _clean(self, document: Document, cleaner: RowCleaner) -> None:
        """Clean one document, in place."""
        known = document.metadata
        row = {self.part: document.text, "id": document.id, "url": known.get(self.url), "title": known.get(self.title)}
        result = cleaner.clean(row)
        document.text = text_of(result, document.text)
        outcome = metadata_of(result)
        known[free_key(known)] = outcome
        if outcome["review"]:
            self.stat_update("for_review")
        for family, number in families(result).items():
            self.stat_update(f"removed_{family}", value=number)
