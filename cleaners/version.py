"""The version of the rules: a hash of everything that decides what is removed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from unicodedata import unidata_version

from cleaners.entry_points import stage_folders
from cleaners.models import gbdt

LIBRARIES = (
    "langdetect",
    "regex",
    "ftfy",
    "charset-normalizer",
    "lxml",
    "lxml-html-clean",
    "numpy",
    "trafilatura",
    "justext",
    "htmldate",
    "dateparser",
    "tldextract",
)
"""Libraries whose releases change results as well. jusText and lxml-html-clean are called by trafilatura."""

EXPLAINING = "account/"
"""The folder of what only explains results: a better explanation is no reason to clean anew."""


@cache
def rules_version() -> str:
    """Return a hash of everything that decides what is removed: code, phrases, models, stages of other packages, libraries."""
    from lxml import etree  # texts are cleaned without it

    digest = hashlib.sha256()
    contents = [each for each in _contents(files("cleaners")) if not each[0].startswith(EXPLAINING)]
    for folder in stage_folders():
        contents += _contents(folder, f"{folder.name}/")
    if other := gbdt.others():
        contents += _contents(other, f"{gbdt.MODELS}/")
    for name, data in sorted(contents):
        digest.update(name.encode() + b"\0" + data + b"\0")
    for library in (*map(_release, LIBRARIES), f"libxml2 {etree.LIBXML_VERSION}", f"Unicode {unidata_version}"):
        digest.update(library.encode())
    return digest.hexdigest()[:12]


@cache
def models_version() -> str:
    """Return a hash of the learned models, of which `rules_version` is a hash as well."""
    digest = hashlib.sha256()
    other = gbdt.others()
    for name, data in sorted([*_contents(files("cleaners")), *(_contents(other, f"{gbdt.MODELS}/") if other else ())]):
        if name.endswith(".json"):
            digest.update(name.encode() + b"\0" + data + b"\0")
    return digest.hexdigest()[:12]


def _release(library: str) -> str:
    """Return a library and its version, or that it is missing, which changes results as well."""
    try:
        return f"{library} {version(library)}"
    except PackageNotFoundError:
        return f"{library} is missing"


def _contents(folder: Traversable | Path, prefix: str = "") -> Iterable[tuple[str, bytes]]:
    """Yield the names and the bytes of all files below a folder that decide anything."""
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _contents(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".py", ".toml", ".json")):
            yield prefix + entry.name, entry.read_bytes()
