"""A document modifier of NeMo Curator.

    Modify(Clean(), input_fields="text")
    Modify(Clean(), input_fields=[["text", "url"]], output_fields="body")

A modifier returns the text alone. Where the ledger and what was found are wanted as well, give `clean_frame` the batch's frame.
"""

from __future__ import annotations

from bodycopy.adapters.outcome import text_of
from bodycopy.row_cleaner import RowCleaner, loaded
from cleaners import BodycopyError, Settings
from cleaners.errors import needed

with needed("bodycopy.adapters.nemo_curator", "nemo-curator"):
    from nemo_curator.stages.text.modifiers import DocumentModifier


class Clean(DocumentModifier):
    """Clean the text of each document. A value that is no text (None, NaN) stays as it is; without an article, it is empty."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        html: bool = False,
        text: str = "text",
        url: str = "url",
        title: str = "title",
        decisions: str | None = None,
    ) -> None:
        """Make the modifier.

        Args:
            settings: the user's choices; by default those of the standard profile.
            html: whether the texts are HTML.
            text: the input field with the text, where there are several.
            url: the input field with the address.
            title: the input field with the title.
            decisions: the file of what people have decided (`OUT/decisions.jsonl`).
        """
        super().__init__()
        self.part = "html" if html else "text"
        self.cleaner = RowCleaner({self.part: f"field {text!r}"}, settings, decisions=loaded(decisions))
        self.fields = {text: self.part, url: "url", title: "title"}

    def modify_document(self, *values: object, **fields: object) -> object:
        """Clean one document.

        Args:
            values: the text, where it is the only input field.
            fields: the values of several input fields.

        Returns:
            The body.

        Raises:
            BodycopyError: none of the fields is that of the text.
        """
        row = {self.part: values[0]} if values else {self.fields[name]: fields[name] for name in fields if name in self.fields}
        if self.part not in row:
            raise BodycopyError(f"no field with the text is among {', '.join(fields) or 'none'}", "name it: Clean(text='…')")
        return text_of(self.cleaner.clean(row), row[self.part])
