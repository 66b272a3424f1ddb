"""A component of a Haystack pipeline.

pipeline.add_component("clean", Clean())
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from functools import partial
from typing import Any

from bodycopy.adapters.outcome import free_key, metadata_of, text_of
from bodycopy.row_cleaner import RowCleaner, loaded
from cleaners import Profile, Settings
from cleaners.errors import needed

with needed("bodycopy.adapters.haystack", "haystack-ai"):
    from haystack import Document, component


@component
class Clean:
    """Clean the content of documents, and keep in their `meta` what was found and the ledger.

    `meta["bodycopy"]` has `title`, `authors`, `date`, `language`, `truncated`, `confidence`, `review` and `ledger`. A document
    without an article has an empty content; one that could not be cleaned (no content, or binary data) keeps what it has.
    """

    def __init__(
        self,
        profile: str | None = None,
        rules: str | None = None,
        html: bool = False,
        url: str = "url",
        title: str = "title",
        keep_id: bool = False,
        decisions: str | None = None,
    ) -> None:
        """Make the component, of values that a pipeline's file can hold.

        Args:
            profile: `careful`, `standard` or `thorough`; by default that of the rule file, or `standard`.
            rules: a rule file (bodycopy.toml).
            html: whether the content of the documents is HTML.
            url: the field of `meta` with the address.
            title: the field of `meta` with the title.
            keep_id: whether documents keep their ids; by default Haystack makes one of the new content.
            decisions: the file of what people have decided (`OUT/decisions.jsonl`).

        Raises:
            UnusableRules: the rule file cannot be used.
            UnusableDecisions: the file of decisions cannot be used.
        """
        chosen = Settings.from_toml(rules) if rules else Settings()
        if profile:
            chosen = chosen.changed(partial(replace, profile=Profile(profile)))
        self.part = "html" if html else "text"
        self.cleaner = RowCleaner({self.part: "the document's content"}, chosen, decisions=loaded(decisions))
        self.url = url
        self.title = title
        self.keep_id = keep_id

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, list[Document]]:
        """Clean documents.

        Args:
            documents: the documents; they are not changed.

        Returns:
            `documents`: a clean one for each, in the same order, without the embeddings of the old content.
        """
        return {"documents": [self._cleaned(document) for document in documents]}

    def _cleaned(self, document: Any) -> Any:
        """Return a clean document."""
        meta = deepcopy(document.meta)
        row = {self.part: document.content, "url": meta.get(self.url), "title": meta.get(self.title)}
        result = self.cleaner.clean(row)
        meta[free_key(meta)] = metadata_of(result)
        content = text_of(result, document.content)
        own_id = document.id if self.keep_id else ""
        return Document(id=own_id, content=content, blob=document.blob, meta=meta, score=document.score)
