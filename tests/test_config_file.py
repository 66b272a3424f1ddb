"""Rule files: what they choose and add acts, and what is wrong in them is told with its line."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from cleaners import Profile, Settings, UnusableRules, clean_text, config_file
from cleaners.config_file import find
from cleaners.pipeline import rules

PROSE = (
    "A mild wind came up from the harbour on Monday, and the ferries to the islands left the quay without a delay.\n"
    "The captain of the last boat said that she had never seen the water so calm in all her years on the bay."
)
FILE = """
profile = "careful"
loss-budget = 0.5
review-below = 0.7
ignore = ["NL004"]

[policy]
corrections = "remove"
captions = "keep"

[rules.US001]
name = "house-line"
confidence = "sure"

[phrases.any.since]
rule = "US001"
pattern = 'The Example Times, since \\d{4}'
hit = ["The Example Times, since 1901"]
miss = ["The Example Times was founded in 1901."]

[sites."example.com"]
profile = "standard"
review-below = 0

[sites."example.com".phrases.en.motto]
pattern = 'All the harbour.s news'
hit = ["All the harbour’s news"]
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return written(tmp_path, FILE)


def written(folder: Path, text: str, name: str = "bodycopy.toml") -> Settings:
    (folder / name).write_text(text)
    return Settings.from_toml(folder / name)


def gone(text: str, settings: Settings, url: str | None = None) -> list[tuple[str, str]]:
    return [(r.rule, r.text) for r in clean_text(f"{PROSE}\n{text}", settings=settings, url=url).removals]


def test_choices_are_settings(settings: Settings) -> None:
    assert (settings.profile, settings.loss_budget, settings.review_below) == (Profile.CAREFUL, 0.5, 0.7)
    assert settings.ignore == {"NL004", "PC003"}
    assert settings.always == {"DC002"}


def test_own_phrases_go_under_their_rule(settings: Settings) -> None:
    assert gone("The Example Times, since 1901", settings) == [("US001", "The Example Times, since 1901")]
    assert gone("The Example Times was founded in 1901.", settings) == []
    assert rules(settings)["US001"].name == "house-line"
    assert "US001" not in rules()


def test_a_site_has_its_own(settings: Settings) -> None:
    motto = "All the harbour’s news"
    assert settings.for_address("https://www.example.com/1").review_below == 0
    assert gone(motto, settings, "https://www.example.com/1") == [("OW001", motto)]
    assert gone("The Example Times, since 1901", settings, "https://example.com/") == [
        ("US001", "The Example Times, since 1901")
    ]
    assert gone(motto, settings, "https://example.org/1") == []
    assert gone(motto, settings) == []


def test_policies_act(settings: Settings) -> None:
    correction = "Correction: An earlier version of this story misspelled a name."
    assert gone(correction, settings) == [("DC002", correction)]
    assert gone(correction, Settings()) == []


def test_select_lets_the_named_alone_act(tmp_path: Path) -> None:
    settings = written(tmp_path, 'select = ["PC"]')
    assert gone("Share this article\nPhoto: Reuters", settings) == [("PC001", "Photo: Reuters")]


def test_settings_travel_and_have_a_digest(settings: Settings, tmp_path: Path) -> None:
    assert pickle.loads(pickle.dumps(settings)) == settings
    assert hash(settings)
    assert settings.digest == pickle.loads(pickle.dumps(settings)).digest
    assert written(tmp_path, FILE.replace("founded", "sold")).digest == settings.digest  # an example
    for old, new in (
        ("Times, since", "Times, from"),
        ("harbour.s news'", "harbour.{1,9}news'"),
        ('"remove"', '"keep"'),
        ('"sure"', '"likely"'),
    ):
        assert written(tmp_path, FILE.replace(old, new)).digest != settings.digest


def test_pyproject_is_read_where_it_speaks_of_bodycopy(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert find(tmp_path) is None
    settings = written(tmp_path, "[project]\nname = 'x'\n[tool.bodycopy]\nprofile = 'careful'\n", "pyproject.toml")
    assert settings.profile is Profile.CAREFUL
    assert find(tmp_path) == tmp_path / "pyproject.toml"
    written(tmp_path, "")
    assert find(tmp_path) == tmp_path / "bodycopy.toml"


PHRASE = "[phrases.en.a]\npattern = 'a'\nhit = ['a']\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('\nignore = ["PC01"]', ':2: unknown rule "PC01"; did you mean "PC001"? \'bodycopy rules\' lists them all'),
        ("ignroe = []", ':1: unknown key "ignroe"; did you mean "ignore"? there are: ignore, keep-title, language,'),
        (PHRASE + "mis = ['b']", ':4: unknown key "mis"; did you mean "miss"?'),
        ('[policy]\ncorection = "keep"', ':2: unknown policy "corection"; did you mean "corrections"?'),
        ('[policy]\ncorrections = "drop"', ":2: policy.corrections: input should be 'remove' or 'keep', not 'drop'"),
        ('profile = "wild"', ":1: profile: input should be 'careful', 'standard' or 'thorough', not 'wild'"),
        ("loss-budget = 2", ":1: loss-budget: input should be less than or equal to 1, not 2"),
        ("review-below = -1", ":1: review-below: input should be greater than or equal to 0, not -1"),
        (PHRASE + "rule = 'TI001'", ":4: TI001 looks at structure, not at phrases; name another rule, or one of your own"),
        (PHRASE + "rule = 'PC001'\nfamily = 'ads'", ":5: PC001 is of the family 'credits', not 'ads'; leave family out"),
        ("[phrases.en.a]\nhit = ['a']\n", ":1: a phrase has a pattern, or any_of, or both"),
        (PHRASE + "any_of = ['b']\n", ":1: a phrase has a pattern, or any_of, or both"),
        (PHRASE.replace("'a'\n", "'a('\n", 1), ":2: the pattern is none: missing )"),
        (PHRASE.replace("hit", "miss"), ":1: phrases.en.a.hit: field required"),
        (PHRASE.replace(".en.", ".english."), ":1: 'english' is no language; expected two letters, such as en, or any"),
        ("[rules.PC001]\nname = 'mine'", ":1: 'PC001' cannot be a rule's code; expected U, a capital and three digits"),
        ('[sites."www.example.com"]\nignore = []', ":1: 'www.example.com' is no registered domain; expected example.com"),
        ("a = 'b", " is no TOML: "),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UnusableRules) as error:
        written(tmp_path, text)
    assert str(error.value).startswith(f"{tmp_path / 'bodycopy.toml'}{message}")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnusableRules, match="cannot be read: No such file"):
        Settings.from_toml(tmp_path / "none.toml")


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "1" * 10_000, "a = " + "{b = " * 5_000])
def test_a_file_that_would_overwhelm_its_reader_is_told_in_a_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnusableRules) as error:
        written(tmp_path, text)
    assert str(error.value).startswith(str(tmp_path / "bodycopy.toml"))
    assert len(str(error.value)) < 400 + len(str(tmp_path))


def test_a_phrase_may_list_alternatives(tmp_path: Path) -> None:
    table = "[phrases.en.motto]\npattern = '{{any_of}}!?'\nany_of = [\n  'All the news',\n  'Since 1901',\n]\n"
    table += "hit = ['Since 1901!']\n"
    settings = written(tmp_path, table)
    assert [phrase.source for phrase in settings.phrases] == ["(?:All the news|Since 1901)!?"]


@pytest.mark.parametrize(
    "pattern", ["(?:(?:q{1,30}){1,30}){1,30}b", "(?:q|q)*b", "(?:q{1,9}){1,99}b", "(?:(?:q|qq){2,40}){2,40}b"]
)
def test_a_pattern_that_never_comes_to_an_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: str) -> None:
    monkeypatch.setattr(config_file, "MAX_PATTERN_SECONDS", 0.05)
    with pytest.raises(UnusableRules, match=r"bodycopy.toml:2: the pattern takes more than 0.05 s on 2,000 characters of 'q'"):
        written(tmp_path, f"[phrases.any.hostile]\npattern = '{pattern}'\nhit = ['qqb']\n")


def test_a_pattern_of_ordinary_repeats_is_none_of_these(tmp_path: Path) -> None:
    line = "All the news of the harbour"
    settings = written(tmp_path, f"[phrases.any.motto]\npattern = 'All the news.*harbour(?: and town)*'\nhit = ['{line}']\n")
    assert [r.text for r in clean_text(f"{PROSE}\n{line}", settings=settings).removals] == [line]


def test_a_line_longer_than_patterns_are_tried_on_stays(tmp_path: Path) -> None:
    settings = written(tmp_path, "[phrases.any.many]\npattern = '(?:news )*news'\nhit = ['news']\n")
    for times, gone in ((400, 1), (401, 0)):
        line = " ".join(["news"] * times)
        assert [r.text for r in clean_text(f"{PROSE}\n{line}", settings=settings).removals] == [line] * gone
