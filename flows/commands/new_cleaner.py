"""The verb `new-cleaner`: writes a stage, its phrases, three samples and a test into a checkout, ready to be filled in.

What it writes is a small cleaner that works: it removes one invented wording. The author replaces the wording and the sentences
in angle brackets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template

import regex

from cleaners import rules
from flows.errors import CouldNotRun

NAME = regex.compile(r"[a-z]+(?:_[a-z]+)*")
CODE = regex.compile(r"[A-Z]{2}")
REGISTRY = Path("cleaners/registry.py")
PLACE = '    "share",\n'
"""The line of the registry below which a new stage is listed: behind the other stages that look at lines one by one."""


def new_cleaner(checkout: Path, name: str, family_code: str | None = None) -> tuple[Path, ...]:
    """Write the files of a new cleaner and list its stage in the registry.

    Args:
        checkout: the root of a checkout of bodycopy.
        name: the family, in small letters and underscores; the stem of its files.
        family_code: the two capitals of its rules; None for the first free pair that begins like the name.

    Returns:
        The files that are new, relative to the checkout, and the registry.

    Raises:
        CouldNotRun: this is no checkout, or the name or the code is taken or malformed.
    """
    registry = checkout / REGISTRY
    if not registry.is_file():
        raise CouldNotRun(f"{checkout} is no checkout of bodycopy, because it has no {REGISTRY}; run this in its root")
    if not NAME.fullmatch(name):
        raise CouldNotRun(f"{name!r} cannot name a family; expected small letters and underscores, such as reader_polls")
    source = registry.read_text("utf-8")
    if f'"{name}"' in source or (checkout / f"cleaners/stages/{name}.py").exists():
        raise CouldNotRun(f"there is a family {name!r}; choose another name, or add a rule to cleaners/stages/{name}.py")
    code = _family_code(name, family_code)
    values = {"name": name, "code": f"{code}001", "kebab": name.replace("_", "-"), "words": name.replace("_", " ")}
    files = {Path(path): text for path, text in _files(values)}
    for path, text in files.items():
        (checkout / path).parent.mkdir(parents=True, exist_ok=True)
        (checkout / path).write_text(text, "utf-8")
    line = f'    "{name}",  # <why it stands here>\n'
    registry.write_text(source.replace(PLACE, PLACE + line, 1), "utf-8")
    return (*files, REGISTRY)


def next_steps(name: str) -> str:
    """What the author does next, in words."""
    return Template(_NEXT_STEPS).substitute(name=name)


def _family_code(name: str, wanted: str | None) -> str:
    """The two capitals of a family: those that are wanted, or the first pair of the name's letters that is free."""
    taken = {code[:2] for code in rules()}
    if wanted:
        if not CODE.fullmatch(wanted) or wanted in taken or wanted.startswith("U"):
            raise CouldNotRun(f"{wanted!r} cannot begin codes; expected two capitals that no rule begins with, the first not U")
        return wanted
    letters = name.replace("_", "").upper()
    pairs = [letters[0] + letter for letter in letters[1:] + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    free = [pair for pair in pairs if pair not in taken and not pair.startswith("U")]
    if not free:
        raise CouldNotRun(f"no code for {name!r} is free; name two capitals with --code")
    return free[0]


def _files(values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The new files by their paths."""
    name, rule = values["name"], values["code"]
    yield f"cleaners/stages/{name}.py", Template(_STAGE).substitute(values)
    yield f"cleaners/phrases/{name}.toml", Template(_PHRASES).substitute(values)
    yield f"tests/stages/test_{name}.py", Template(_TEST).substitute(values)
    words = values["words"]
    goes = [f"Example of {words}", f"EXAMPLE OF {words.upper()}:"]
    entries = "".join(f'    {{ rule = "{rule}", text = "{line}" }},\n' for line in goes)
    sentence = f"An example of {words} hung in the window of the shop on the quay."
    begins_alike = f"Example of {words}, the sign in the window of the shop on the quay said."
    for case, lines, kept, removed, comment in (
        ("en-example", goes, [], f"\n{entries}", "<What goes.>"),
        ("keep-en-sentence", [sentence], [sentence], "", "<What looks alike and stays.>"),
        ("keep-en-hard-case", [begins_alike], [begins_alike], "", "<What is hardest to tell from the noise, and stays.>"),
    ):
        folder = f"samples/{name}/{case}"
        yield f"{folder}/raw.txt", _story(lines)
        yield f"{folder}/clean.txt", _story(kept)
        yield f"{folder}/case.toml", f'# {comment}\nlang = "en"\nremoved = [{removed}]\n'


def _story(lines: list[str]) -> str:
    """A short story with lines in the middle of it."""
    return "\n\n".join((_FIRST, *lines, _LAST))


_FIRST = "A mild wind came up from the harbour on Monday, and the ferries to the islands left the quay without a delay."
_LAST = "The captain of the last boat said that she had never seen the water so calm in all her years on the bay."
_STAGE = '''"""<$words: what it is, in a few words>.

Goes: `Example of $words`. Stays: <what looks alike>.
"""

from __future__ import annotations

from collections.abc import Iterator

from cleaners.document import Document
from cleaners.ledger import Finding
from cleaners.matching.stock_lines import wordings
from cleaners.rule import Rule

FAMILY = "$name"

LINE = Rule(
    "$code", "$kebab-line", FAMILY, "The line is only <what it is>.", "likely",
    goes="Example of $words", stays="An example of $words hung in the window.",
    why="Why it is noise: <in a sentence or two>.",
    wrong="A text in which the rule is wrong: <which, and what to do then>.",
)  # fmt: skip
RULES = (LINE,)

MAX_LINE_CHARS = 200
"""Characters; <why a longer line is none>."""


def find(doc: Document) -> Iterator[Finding]:
    """Yield lines that are nothing but <what they are>.

    >>> doc = Document.of("The ferry sails again.\\\\nExample of $words", language="en")
    >>> [(f.rule, f.text) for f in find(doc)]
    [('$code', 'Example of $words')]
    """
    for wording in wordings(doc, FAMILY, RULES, MAX_LINE_CHARS):
        yield wording.line.remove(wording.rule, wording.phrase.key)
'''
_PHRASES = """# $code: <what these lines are>.

[en.example]
rule = "$code"
pattern = '{{any_of}}\\s?[.!:]{0,3}'
any_of = [
    'example of $words',
    '(?:another|one more) example of $words',
]
hit = ["Example of $words", "EXAMPLE OF $words:", "Another example of $words"]
miss = ["An example of $words hung in the window."]
"""
_TEST = '''"""$code: what a sample cannot show."""

from __future__ import annotations

from cleaners.document import Document
from cleaners.stages import $name


def found(line: str, language: str | None = "en") -> list[str]:
    return [f.text for f in $name.find(Document.of(line, language=language))]


def test_a_sentence_in_the_same_words_stays() -> None:
    assert not found("An example of $words hung in the window.")


def test_another_language_s_line_stays() -> None:
    assert not found("Example of $words", "de")


def test_a_long_line_stays() -> None:
    assert not found("Example of $words " + "and so on " * 30)
'''
_NEXT_STEPS = """Next:
  1. samples/$name/: put real noise into raw.txt, what stays into clean.txt, what goes into case.toml; invent the story
  2. cleaners/stages/$name.py: fill in what stands in angle brackets; say what goes, what stays, why, and when it is wrong
  3. cleaners/phrases/$name.toml: the words, one table for each language, each alternative with a hit
  4. cleaners/registry.py: say why the stage stands where it stands, or move its line
  5. bodycopy rules --lint && bodycopy rules --markdown > docs/rules.md
  6. pytest tests/stages/test_$name.py tests/test_samples.py -k $name && make quick
"""
