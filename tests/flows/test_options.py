"""Every option of a run is everywhere: in Prefect's form, in `run`, in `serve`, in the documentation."""

import inspect
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from flows.clean_articles import clean_articles
from flows.cli.app import VERBS
from flows.options import RowOptions, RunOptions, SourceOptions, markdown, options

ROOT = Path(__file__).parents[2]
NAMES = [each.name for each in fields(RunOptions)]
ONLY = {"run": {"dask", "dry_run"}, "serve": {"cron", "timezone", "name"}}
"""What a verb has besides: `--dask` is a deployment's BODYCOPY_DASK; a schedule rehearses nothing; a run is not scheduled."""


def parameters(verb: str) -> dict[str, Any]:
    """What typer is told of each parameter of a verb."""
    (made,) = [each.function() for each in VERBS if each.name == verb]
    return {each.name: each.annotation.__metadata__[0] for each in inspect.signature(made).parameters.values()}


@pytest.mark.parametrize("verb", ["run", "serve"])
def test_a_verb_has_every_option_of_a_run_and_no_other(verb: str) -> None:
    assert set(parameters(verb)) - {"source", "out"} - ONLY[verb] == set(NAMES)


@pytest.mark.parametrize("verb", ["run", "serve"])
def test_bounds_and_help_are_the_same(verb: str) -> None:
    for each in options(RunOptions):
        given, about = parameters(verb)[each.name], each.about
        assert given.help == about.help
        assert (given.min, given.max) == (0.001 if about.exclusive_minimum == 0 else about.minimum, about.maximum)


def test_the_form_has_every_option_with_its_bounds_and_its_help() -> None:
    from prefect.utilities.callables import parameter_schema

    form = parameter_schema(clean_articles.fn).model_dump()["properties"]
    assert list(form) == ["source", "out", *NAMES]
    for each in options(RunOptions):
        shown, about = form[each.name], each.about
        assert shown["description"].split() == about.help.split()
        assert inspect.signature(clean_articles.fn).parameters[each.name].default == each.default
        bounds = shown | {key: value for part in shown.get("anyOf", ()) for key, value in part.items()}
        assert (bounds.get("minimum"), bounds.get("exclusiveMinimum")) == (about.minimum, about.exclusive_minimum)
        assert bounds.get("maximum") == about.maximum


def test_the_documentation_has_the_table_as_it_is() -> None:
    assert (ROOT / "docs" / "options.md").read_text() == markdown()


@pytest.mark.parametrize("verb", ["learn", "rules", "clean", "run", "serve"])
def test_what_reads_rows_is_told_what_their_columns_are_called(verb: str) -> None:
    assert {each.name for each in fields(RowOptions)} <= set(parameters(verb))


@pytest.mark.parametrize("verb", ["learn", "clean", "run", "serve"])
def test_what_cleans_documents_is_told_whether_they_are_markdown(verb: str) -> None:
    assert {each.name for each in fields(SourceOptions)} <= set(parameters(verb))


def test_parameters_can_be_kept_and_given_back() -> None:
    chosen = RunOptions(ignore=("PC",), limit=3, rules="own.toml").anywhere()
    assert chosen.rules == str(Path("own.toml").absolute())
    clean_articles.validate_parameters({"source": "in", "out": "out", **chosen.parameters()})
    as_given = {"ignore": tuple(chosen.ignore), "carry": tuple(chosen.carry), "form": chosen.form}
    assert RunOptions(**{**chosen.parameters(), **as_given}) == chosen
