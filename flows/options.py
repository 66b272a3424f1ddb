"""The options of a run, each defined once.

Prefect's form, the verbs `run` and `serve`, and the table in docs/options.md are made from `RunOptions`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Annotated, TypeVar, get_type_hints

from cleaners import Profile, Settings, confidence
from flows.option_fields import Option, OptionHelp, option
from flows.paths import anywhere
from flows.sinks import Form
from flows.sources import CARRIED, RowSchema

Verb = TypeVar("Verb", bound=Callable[..., object])

DEFAULT_MAX_PROVEN = 0.2
"""Share of a run's words that may be removed because of other documents. Where every text ends with the leads of other
stories, these are a fifth of the words, and other rules remove most of them. In texts made from one template, a third would
be removed, which is wrong."""


USUALLY_REVIEWED = " and ".join(f"{confidence.review_below(kind):g} for {kind}s" for kind in ("text", "page"))
"""The default of `--review-below`, in words: the confidence below which documents are for review."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOptions:
    """Names of columns in sources of rows, for every verb that reads a source."""

    text_field: str | None = option(
        None, "The column that holds the text, in sources of rows. Without it, the usual names.", metavar="NAME"
    )
    html_field: str | None = option(None, "The column that holds the page.", metavar="NAME")
    id_field: str | None = option(
        None,
        "The column that names the document; without it, id. Empty: rows are named by their number.",
        metavar="NAME",
    )
    url_field: str | None = option(None, "The column that says where it was published.", metavar="NAME")
    encoding: str | None = option(
        None, "The encoding of texts, pages and tables that are not UTF-8: cp1252 for most of Excel's.", metavar="NAME"
    )

    @property
    def reading(self) -> RowSchema:
        """How rows are read."""
        return RowSchema(self.text_field, self.html_field, self.id_field, self.url_field, self.encoding)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions(RowOptions):
    """How the documents of a source are read, for every verb that cleans them."""

    markdown: bool | None = option(
        None,
        "All texts are Markdown, or none is. Without it, files that end in .md are, and texts in which several different marks "
        "say so. The body of such a text is Markdown as well.",
        flag="--markdown/--no-markdown",
    )

    @property
    def reading(self) -> RowSchema:
        """How rows are read, and whether texts are Markdown."""
        return RowSchema(self.text_field, self.html_field, self.id_field, self.url_field, self.encoding, self.markdown)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions(SourceOptions):
    """Everything that a run can be configured with, besides its source and the place of its results."""

    profile: Profile | None = option(  # noqa: RUF009
        None,
        "How much evidence a removal needs: standard without it and without a rule file. Careful removes only what is sure, "
        "thorough also what is likely noise.",
    )
    ignore: tuple[str, ...] = option(
        (), "A rule's code, or the beginning of codes (PC001, BY), that only reports; there may be several.", metavar="CODE"
    )
    language: str | None = option(
        None, "The language of all documents (ISO 639-1: en, de, …). Without it, each is detected.", metavar="CODE"
    )
    rules: str | None = option(
        None,
        "A rule file with phrases, rules and choices of your own; the other options go before it. On the command line, without "
        "it: bodycopy.toml or pyproject.toml of this folder.",
        metavar="FILE",
    )
    memory: str | None = option(
        None,
        "What earlier runs, or `bodycopy learn`, know of sites and other documents; the run adds its own. Without it, "
        "memory.sqlite in the state folder.",
        metavar="FILE",
    )
    decisions: str | None = option(
        None,
        "What people have decided on `bodycopy review`: texts that stay or go, at their site. Without it, decisions.jsonl in "
        "the output folder, if there is one.",
        metavar="FILE",
    )
    repeats: bool = option(
        True,
        "Count which segments each site repeats, in this run and in the memory, and remove those that are no story.",
        flag="--repeats/--no-repeats",
    )
    redo_nights: int = option(
        7,
        "Documents of so many runs back are cleaned again where what their site repeats has changed; 0: all.",
        minimum=0,
    )
    loss_budget: float | None = option(
        None,
        f"The largest share of a document's words that rules short of sure may take. Without it, {Settings().loss_budget:g}.",
        minimum=0,
        maximum=1,
    )
    review_below: float | None = option(
        None,
        f"Documents whose confidence that the story is whole is lower are for review; 0: none. Without it, {USUALLY_REVIEWED}.",
        minimum=0,
        maximum=1,
    )
    keep_title: bool = option(False, "Leave the title in the body as well.")
    suggestions: bool = option(
        True,
        "Report what rules find that the profile leaves alone. Without it bodies are the same in less time, but documents have "
        "no confidence, so that none is for review because of it.",
        flag="--suggestions/--no-suggestions",
    )
    markdown_out: bool = option(
        False,
        "Add each article as Markdown to its metadata: subheads, lists, links, quotes and tables of a page, as `markdown`.",
    )
    title_field: str | None = option(
        None,
        "The column that holds the title, in sources of rows: it becomes the article's, and a first line with its words goes.",
        metavar="NAME",
    )
    date_field: str | None = option(
        None, "The column that holds the day of publication, in sources of rows: it becomes the article's.", metavar="NAME"
    )
    carry: tuple[str, ...] = option(
        CARRIED,
        "A column of rows that articles keep, in `carried`; there may be several. Empty: none.",
        metavar="COLUMN",
    )
    workers: int = option(0, "Processes that clean at the same time; 0: one for each processor.", minimum=0)
    max_megabytes: float = option(20, "Larger documents go to quarantine.", exclusive_minimum=0)
    max_seconds: float = option(120, "A document that takes longer goes to quarantine.", exclusive_minimum=0)
    timeout_seconds: float = option(
        0, "The deadline: after so long the run ends as failed, and the next one goes on from there; 0: none.", minimum=0
    )
    force: bool = option(
        False, "Clean again what was done before, also what somebody has edited since: that is kept as NAME.edited."
    )
    verify: bool = option(
        False, "Compare results by what they hold, to see which are to be made anew, not by size and time of change alone."
    )
    limit: int = option(0, "Clean no more documents than this; the next run goes on from there. 0: all.", minimum=0)
    form: Form = option(  # noqa: RUF009
        Form.FILES, "A folder for each document (files); the others put many documents in a shard.", flag="--to"
    )
    state: str | None = option(
        None, "A folder of this machine for what runs remember; needed where the results go elsewhere.", metavar="FOLDER"
    )
    shard_megabytes: float = option(64, "The size of the documents that a shard is made of.", exclusive_minimum=0)
    max_pages: int = option(
        1000, "Pages that are fetched in one run, from a feed, a sitemap or a list; the next run goes on.", minimum=1
    )
    allow_private: bool = option(False, "Fetch from this machine and from private networks as well.")
    max_quarantined: float = option(
        0.2,
        "A run ends as failed where a larger share of its documents is in quarantine (of 20 or more).",
        minimum=0,
        maximum=1,
    )
    max_lost: float = option(
        0.6,
        "A run ends as failed where its texts lose a larger share of their words (of 20 or more; pages do not count).",
        minimum=0,
        maximum=1,
    )
    max_proven: float = option(
        DEFAULT_MAX_PROVEN,
        "A run ends as failed where what documents prove of each other (SM001 to SM006) takes a larger share of the words (of "
        "20 or more documents): they may be of one template.",
        minimum=0,
        maximum=1,
    )

    @property
    def reading(self) -> RowSchema:
        """How rows are read, and what articles keep of them."""
        carry = tuple(name for name in self.carry if name)
        names = (self.text_field, self.html_field, self.id_field, self.url_field)
        return RowSchema(*names, self.encoding, self.markdown, self.title_field, self.date_field, carry)

    @property
    def limits(self) -> dict[str, float]:
        """The shares above which a run ends as failed: keyword arguments of `site_stats.alarm`."""
        return {"max_quarantined": self.max_quarantined, "max_lost": self.max_lost, "max_proven": self.max_proven}

    def anywhere(self) -> RunOptions:
        """Return the same options with absolute paths, which mean the same in every working directory."""
        given = (self.rules, self.memory, self.decisions, self.state)
        rules, memory, decisions, state = (path and anywhere(path) for path in given)
        return replace(self, rules=rules, memory=memory, decisions=decisions, state=state)

    def parameters(self) -> dict[str, object]:
        """Return the flow's parameters as values that JSON can hold."""
        values = {each.name: getattr(self, each.name) for each in options(RunOptions)}
        lists = {"ignore": list(self.ignore), "carry": list(self.carry)}
        return {**values, **lists, "profile": self.profile and self.profile.value, "form": self.form.value}


def options(kind: type[RowOptions]) -> list[Option]:
    """Return the options that a class defines, in order.

    Args:
        kind: `RowOptions`, `SourceOptions` or `RunOptions`.

    Returns:
        Each option with its type, default and help.
    """
    types = get_type_hints(kind)
    return [Option(each.name, types[each.name], each.default, each.metadata["about"]) for each in fields(kind)]


def as_form(flow: Verb) -> Verb:
    """Replace `**chosen` of a flow by one parameter for each option, with its help: Prefect makes a form of them.

    Args:
        flow: A function whose last parameter is `**chosen` and whose docstring ends with the section `Args:`.

    Returns:
        The same function, with another signature and docstring.
    """
    from pydantic import Field

    given = list(inspect.signature(flow).parameters.values())[:-1]
    made, lines = [], []
    for each in options(RunOptions):
        about = each.about
        bounds = Field(ge=about.minimum, gt=about.exclusive_minimum, le=about.maximum)
        made.append(parameter(each.name, Annotated[each.type, bounds], each.default))
        lines.append(f"    {each.name}: {about.help}\n")
    flow.__signature__ = inspect.Signature([*given, *made])  # type: ignore[attr-defined]
    flow.__doc__ = f"{inspect.cleandoc(flow.__doc__ or '')}\n{''.join(lines)}"
    return flow


def parameter(name: str, annotation: object, default: object) -> inspect.Parameter:
    """Make a keyword-only parameter of a signature."""
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def markdown() -> str:
    """Return the page docs/options.md."""
    rows = [
        f"| `{each.name}` | `{each.flag}` | {_default(each.default)} | {_bounds(each.about)} | {each.about.help} |\n"
        for each in options(RunOptions)
    ]
    return HEAD + "".join(rows)


def _default(value: object) -> str:
    if value is None or value == ():
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else f"{value}"


def _bounds(about: OptionHelp) -> str:
    """Return the range of an option's values in words; empty where it has no bounds."""
    if about.exclusive_minimum is not None:
        low = f"over {about.exclusive_minimum:g}"
    else:
        low = "" if about.minimum is None else f"{about.minimum:g}"
    if about.maximum is not None:
        return f"{low} to {about.maximum:g}"
    return f"{low} or more" if low and about.exclusive_minimum is None else low


HEAD = """# Options of a run

Made by `python -m flows.options`. The parameters of the flow `clean-articles`, as Prefect's form, a deployment's `parameters:`
and `clean_articles(…)` take them; `bodycopy run` and `bodycopy serve` have each as a flag. Besides them, `run` has `--dask` (a
deployment's work pool says that, with `BODYCOPY_DASK`) and `--dry-run`; `serve` has `--cron`, `--timezone` and `--name`.

| parameter | flag | usual | values | what it does |
|---|---|---|---|---|
"""


if __name__ == "__main__":
    print(markdown(), end="")
