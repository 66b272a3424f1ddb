"""Options: each that a run has, once. Prefect's form, `run`, `serve` and the table of docs/options.md are made from this."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import wraps
from typing import Annotated, Any, TypeVar, get_type_hints

from cleaners import Profile, Settings, confidence
from flows.monitoring.site_stats import MOST_PROVEN
from flows.paths import anywhere
from flows.sinks import Form
from flows.sources import Reading

Verb = TypeVar("Verb", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class OptionHelp:
    """What is told of an option besides its name, type and default.

    Attributes:
        help: what it does, for people.
        least: the smallest value.
        above: what every value is greater than.
        most: the largest value.
        flag: what the command line calls it, where that is not its name.
        metavar: what the command line calls its value.
    """

    help: str
    least: float | None = None
    above: float | None = None
    most: float | None = None
    flag: str = ""
    metavar: str | None = None


USUALLY_REVIEWED = " and ".join(f"{confidence.review_below(kind):g} for {kind}s" for kind in ("text", "page"))
"""The confidence below which documents are for review."""


def option(default: Any, words: str, **more: Any) -> Any:
    """A field of `RowOptions` or `RunOptions`."""
    return field(default=default, metadata={"told": OptionHelp(words, **more)})


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOptions:
    """What columns of rows are called: of whatever reads a source."""

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
    def reading(self) -> Reading:
        """How rows are read."""
        return Reading(self.text_field, self.html_field, self.id_field, self.url_field, self.encoding)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions(RowOptions):
    """What a run is told besides its source and where its results go."""

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
    repeats: bool = option(
        True,
        "Count which segments each site repeats, in this run and in the memory, and remove those that are no story.",
        flag="--repeats/--no-repeats",
    )
    redo_nights: int = option(
        7,
        "Documents of so many runs back are cleaned again where what their site repeats has changed; 0: all.",
        least=0,
    )
    loss_budget: float | None = option(
        None,
        f"The largest share of a document's words that rules short of sure may take. Without it, {Settings().loss_budget:g}.",
        least=0,
        most=1,
    )
    review_below: float | None = option(
        None,
        f"Documents whose confidence that the story is whole is lower are for review; 0: none. Without it, {USUALLY_REVIEWED}.",
        least=0,
        most=1,
    )
    keep_title: bool = option(False, "Leave the title in the body as well.")
    workers: int = option(0, "Processes that clean at the same time; 0: one for each processor.", least=0)
    max_megabytes: float = option(20, "Larger documents go to quarantine.", above=0)
    max_seconds: float = option(120, "A document that takes longer goes to quarantine.", above=0)
    timeout_seconds: float = option(
        0, "The deadline: after so long the run ends as failed, and the next one goes on from there; 0: none.", least=0
    )
    force: bool = option(
        False, "Clean again what was done before, also what somebody has edited since: that is kept as NAME.edited."
    )
    verify: bool = option(
        False, "Compare results by what they hold, to see which are to be made anew, not by size and time of change alone."
    )
    limit: int = option(0, "Clean no more documents than this; the next run goes on from there. 0: all.", least=0)
    form: Form = option(  # noqa: RUF009
        Form.FILES, "A folder for each document (files); the others put many documents in a shard.", flag="--to"
    )
    state: str | None = option(
        None, "A folder of this machine for what runs remember; needed where the results go elsewhere.", metavar="FOLDER"
    )
    shard_megabytes: float = option(64, "The size of the documents that a shard is made of.", above=0)
    max_pages: int = option(
        1000, "Pages that are fetched in one run, from a feed, a sitemap or a list; the next run goes on.", least=1
    )
    allow_private: bool = option(False, "Fetch from this machine and from private networks as well.")
    max_quarantined: float = option(
        0.2, "A run ends as failed where a larger share of its documents is in quarantine (of 20 or more).", least=0, most=1
    )
    max_lost: float = option(
        0.6,
        "A run ends as failed where its texts lose a larger share of their words (of 20 or more; pages do not count).",
        least=0,
        most=1,
    )
    max_proven: float = option(
        MOST_PROVEN,
        "A run ends as failed where what documents prove of each other (SM001 to SM004) takes a larger share of the words (of "
        "20 or more documents): they may be of one template.",
        least=0,
        most=1,
    )

    @property
    def limits(self) -> dict[str, float]:
        """What is alarming, see `findings.alarm`."""
        return {"max_quarantined": self.max_quarantined, "max_lost": self.max_lost, "max_proven": self.max_proven}

    def anywhere(self) -> RunOptions:
        """The same, whatever folder a run begins in."""
        rules, memory, state = (path and anywhere(path) for path in (self.rules, self.memory, self.state))
        return replace(self, rules=rules, memory=memory, state=state)

    def parameters(self) -> dict[str, Any]:
        """The flow's parameters, as they can be kept as JSON."""
        values = {name: getattr(self, name) for name in options(RunOptions)}
        return {**values, "profile": self.profile and self.profile.value, "ignore": list(self.ignore), "form": self.form.value}


def options(kind: type[RowOptions]) -> dict[str, tuple[Any, Any, OptionHelp]]:
    """Type, default, and what is told, of each option by its name."""
    types = get_type_hints(kind)
    return {each.name: (types[each.name], each.default, each.metadata["told"]) for each in fields(kind)}


def parameter(name: str, kind: Any, default: Any) -> inspect.Parameter:
    """A parameter of a signature that is made."""
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def as_form(flow: Verb) -> Verb:
    """Give a flow, in place of `**chosen`, a parameter for each option, and its help: Prefect makes a form of them."""
    from pydantic import Field

    given = list(inspect.signature(flow).parameters.values())[:-1]
    made, told = [], []
    for name, (kind, default, about) in options(RunOptions).items():
        made.append(parameter(name, Annotated[kind, Field(ge=about.least, gt=about.above, le=about.most)], default))
        told.append(f"    {name}: {about.help}\n")
    flow.__signature__ = inspect.Signature([*given, *made])  # type: ignore[attr-defined]
    flow.__doc__ = f"{inspect.cleandoc(flow.__doc__ or '')}\n{''.join(told)}"
    return flow


def as_command(verb: Verb) -> Verb:
    """Give a verb of the command line, in place of its parameter that holds options, one for each of them."""
    import typer

    signature = inspect.signature(verb, eval_str=True)
    (holder,) = [each for each in signature.parameters.values() if is_dataclass(each.annotation)]
    made = []
    for name, (kind, default, told) in options(holder.annotation).items():
        flags = [told.flag or "--" + name.replace("_", "-")] if told.flag or kind is bool else []
        about = typer.Option(*flags, help=told.help, min=least(told), max=told.most, metavar=told.metavar)
        is_list = kind == tuple[str, ...]
        made.append(parameter(name, Annotated[list[str] | None if is_list else kind, about], None if is_list else default))

    @wraps(verb)
    def called(**given: Any) -> Any:
        values = {each.name: given.pop(each.name) for each in made}
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
        chosen = holder.annotation(**{name: value for name, value in values.items() if value is not None})
        return verb(**given, **{holder.name: chosen})

    others = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in signature.parameters.values() if each != holder]
    everything = [each for each in others if each.default is each.empty] + made
    everything += [each for each in others if each not in everything]
    called.__signature__ = inspect.Signature(everything)  # type: ignore[attr-defined]
    called.__annotations__ = {each.name: each.annotation for each in everything}
    return called  # type: ignore[return-value]


def least(told: OptionHelp) -> float | None:
    """The smallest value that the command line takes, which knows no open bounds."""
    return 0.001 if told.above == 0 else told.least


def markdown() -> str:
    """The table for the documentation."""
    rows = []
    for name, (_, default, told) in options(RunOptions).items():
        flag = told.flag or "--" + name.replace("_", "-")
        usual = "" if default is None or default == () else str(default).lower() if isinstance(default, bool) else f"{default}"
        rows.append(f"| `{name}` | `{flag}` | {usual} | {_bounds(told)} | {told.help} |\n")
    return HEAD + "".join(rows)


def _bounds(told: OptionHelp) -> str:
    low = f"over {told.above:g}" if told.above is not None else f"{told.least:g}" if told.least is not None else ""
    return f"{low} to {told.most:g}" if told.most is not None else low and f"{low} or more".replace("over 0 or more", "over 0")


HEAD = """# Options of a run

Made by `python -m flows.options`. The parameters of the flow `clean-articles`, as Prefect's form, a deployment's `parameters:`
and `clean_articles(…)` take them; `bodycopy run` and `bodycopy serve` have each as a flag. Besides them, `run` has `--dask` (a
deployment's work pool says that, with `BODYCOPY_DASK`) and `--dry-run`; `serve` has `--cron`, `--timezone` and `--name`.

| parameter | flag | usual | values | what it does |
|---|---|---|---|---|
"""


if __name__ == "__main__":
    print(markdown(), end="")
