"""A headless Chromium that is driven by its own protocol: pages, keys, and what they show."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from websockets.sync.client import ClientConnection, connect

BROWSER = os.environ.get("BODYCOPY_BROWSER") or next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
"""Chromium, where there is one."""
WAIT_SECONDS = 60
"""Time that anything may take on a busy machine."""
SPECIAL = {"Enter": 13, "Tab": 9, "Escape": 27}


class Page:
    """A page of the browser."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._number = 0
        for domain in ("Page", "Runtime"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and return its result."""
        self._number += 1
        self._connection.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._connection.recv(timeout=WAIT_SECONDS))
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return dict(answer["result"])

    def open(self, address: str) -> None:
        """Open an address and wait until it is loaded."""
        self.run("window.isLeft = true")
        self.ask("Page.navigate", url=address)
        self.until("!window.isLeft && document.readyState == 'complete'")

    def run(self, script: str) -> Any:
        """Return the value of an expression."""
        answer = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def until(self, script: str) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            with suppress(AssertionError):  # between two pages
                if self.run(f"Boolean({script})"):
                    return
            time.sleep(0.05)
        raise AssertionError(f"never true: {script}")

    def press(self, key: str) -> None:
        """Press a key."""
        code = {"windowsVirtualKeyCode": SPECIAL[key]} if key in SPECIAL else {"text": key}
        self.ask("Input.dispatchKeyEvent", type="keyDown", key=key, **code)
        self.ask("Input.dispatchKeyEvent", type="keyUp", key=key)

    def window(self, width: int, height: int = 900, *, scale: float = 1, dark: bool = False) -> None:
        """Set the size of the window in pixels, the zoom, and the colours that the user wants."""
        metrics = {"width": int(width / scale), "height": int(height / scale)}
        self.ask("Emulation.setDeviceMetricsOverride", **metrics, deviceScaleFactor=scale, mobile=False)
        colours = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.ask("Emulation.setEmulatedMedia", features=colours)


@contextmanager
def browser(folder: Path) -> Iterator[Page]:
    """Start Chromium with a new profile in a folder, and end it."""
    assert BROWSER
    own = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}", "--remote-debugging-port=0"]
    process = subprocess.Popen([BROWSER, *own, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        port = _port(folder / "DevToolsActivePort")
        with urlopen(f"http://127.0.0.1:{port}/json") as answer:
            address = next(each["webSocketDebuggerUrl"] for each in json.load(answer) if each["type"] == "page")
        with connect(address, max_size=None) as connection:
            yield Page(connection)
    finally:
        process.terminate()
        process.wait(WAIT_SECONDS)


def _port(file: Path) -> int:
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        with suppress(OSError, IndexError, ValueError):
            return int(file.read_text().splitlines()[0])
        time.sleep(0.1)
    raise AssertionError("Chromium does not start")
