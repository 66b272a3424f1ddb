"""A tool that is missing is an error that says what to install."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from cleaners.errors import MissingLibrary

ADAPTERS = {
    "datatrove": ("datatrove", "datatrove"),
    "haystack": ("haystack", "haystack-ai"),
    "nemo_curator": ("nemo_curator", "nemo-curator"),
    "scrapy": ("itemadapter", "scrapy"),
}
"""By adapter, what it imports and the name of that for pip."""


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_a_missing_library(adapter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    imported, package = ADAPTERS[adapter]
    for name in [name for name in sys.modules if name.split(".")[0] == imported]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, imported, None)
    monkeypatch.delitem(sys.modules, f"bodycopy.adapters.{adapter}", raising=False)
    with pytest.raises(MissingLibrary) as raised:
        import_module(f"bodycopy.adapters.{adapter}")
    assert raised.value.reason.startswith(f"bodycopy.adapters.{adapter} needs {package}, which cannot be loaded (")
    assert raised.value.remedy == f"pip install --upgrade {package}"


def test_nothing_else_imports_a_tool() -> None:
    program = (
        "import sys, bodycopy, bodycopy.adapters.outcome; bodycopy.clean_rows({'text': []}); bodycopy.clean_frame;"
        "print(*[name for name in ('datatrove', 'haystack', 'itemadapter', 'nemo_curator', 'pandas', 'polars', 'scrapy')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
