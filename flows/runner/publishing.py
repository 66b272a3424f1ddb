"""Publishing: writing the shards of which the manifest keeps new outputs, each as soon as all its documents are done."""

from __future__ import annotations

import struct
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from os import SEEK_CUR
from typing import BinaryIO

from flows.paths import as_name
from flows.runner.helpers import Begun, Helpers
from flows.runner.manifest import Manifest
from flows.runner.manifest_values import unpack_outputs
from flows.runner.retries import with_retries
from flows.sinks import Outputs, Sink, Stamp

SPOOL = "publishing.outputs"
"""The file of the state folder through which a shard's outputs reach the helper that writes it."""
NAMES_TOGETHER = 200
"""Documents of which the shards are looked up at once."""
_LENGTHS = struct.Struct("<II")
"""Bytes of a document's name and of its packed outputs, which follow."""


class ShardPublisher:
    """Writes shards, one at a time. The process of the run calls it; helpers write.

    Args:
        manifest: What is to be written, and has been.
        sink: Where it goes.
        warn: Called with a message for each file that somebody has edited.
        helpers: Write the shards.
        force: Whether such a file is made anew; then it is kept under another name.
    """

    def __init__(self, manifest: Manifest, sink: Sink, warn: Callable[[str], None], helpers: Helpers, *, force: bool) -> None:
        self._manifest = manifest
        self._sink = sink
        self._warn = warn
        self._helpers = helpers
        self._force = force
        self._left: Counter[int] = Counter()
        self._done: list[str] = []
        self._full: deque[int] = deque()
        self._edited: set[int] = set()
        self._under_way: tuple[int, Begun[tuple[Stamp, ...]]] | None = None

    def expect(self, documents: Mapping[int, int]) -> None:
        """Begin a round, after all shards of the one before are written.

        Args:
            documents: The number of documents that will be done, by shard.
        """
        self._wait()
        self._left = Counter(documents)
        self._done.clear()

    def done(self, name: str) -> None:
        """Note that a document of this round is done. Its shard is written if it was the last one, or soon after."""
        self._done.append(name)
        if len(self._done) >= NAMES_TOGETHER:
            self._look()

    def _look(self) -> None:
        if self._left:
            for shard, number in self._manifest.shards_of(self._done).items():
                self._left[shard] -= number
                if not self._left[shard]:
                    self._full.append(shard)
        self._done.clear()
        while self._full and (self._under_way is None or self._under_way[1].is_done()):
            self._begin(self._full.popleft())

    def finish(self) -> None:
        """Write all shards of which the manifest keeps outputs. What cannot be written it keeps for the next run."""
        self._wait()
        for shard in self._manifest.unpublished():
            if shard not in self._edited:
                self._begin(shard)
        self._wait()

    def _wait(self) -> None:
        """Wait until nothing is under way, and write what is full."""
        self._look()
        while self._full:
            self._begin(self._full.popleft())
        self._finish_one()

    def _begin(self, shard: int) -> None:
        """Write a shard, unless a person has edited it or there is nothing new."""
        self._finish_one()
        if not self._spool(shard):
            return
        stamps = self._manifest.shard_files(shard)
        edited = self._helpers.begin(self._sink.shard_edited, shard, stamps).result() if stamps else []
        if edited and not self._force:
            where = ", ".join(edited)
            self._warn(f"{where} was edited and is left as it is; --force makes it anew and keeps it as NAME.edited")
            self._edited.add(shard)
            return
        for file in edited:
            self._warn(f"{file} is made anew; what was edited is kept as {self._sink.set_aside(file)}")
        self._manifest.publishing(shard)
        self._under_way = shard, self._written(shard)

    def _written(self, shard: int) -> Begun[tuple[Stamp, ...]]:
        return self._helpers.begin(write_shard, self._sink, shard, self._manifest.names_of(shard))

    def _finish_one(self) -> None:
        """Wait for the shard that is under way, and note that it is written."""
        if self._under_way is None:
            return
        shard, first = self._under_way
        self._under_way = None
        attempts = iter([first])
        stamps = with_retries(lambda: (next(attempts, None) or self._written(shard)).result(), self._warn)
        self._manifest.published(shard, stamps)
        (self._sink.state / SPOOL).unlink(missing_ok=True)

    def _spool(self, shard: int) -> bool:
        """Write the new outputs of a shard to a file; return whether there are any."""
        found = False
        with (self._sink.state / SPOOL).open("wb") as file:
            for name, packed in self._manifest.outputs_of(shard):
                found = True
                file.write(_LENGTHS.pack(len(name), len(packed)) + name + packed)
        return found


def write_shard(sink: Sink, shard: int, names: list[str]) -> tuple[Stamp, ...]:
    """Write a shard with the outputs in the spool file.

    Args:
        sink: Where it goes.
        shard: Its number.
        names: Its documents, in their order.

    Returns:
        The stamps of its files.

    Raises:
        OSError: It cannot be written.
    """
    with (sink.state / SPOOL).open("rb") as file:
        sink.publish(shard, names, _Spooled(file))
    return sink.shard_stamps(shard)


class _Spooled(Mapping[str, Outputs]):
    """The outputs in a spool file by the names of their documents. Each is read when it is wanted."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._places: dict[str, tuple[int, int]] = {}
        while lengths := file.read(_LENGTHS.size):
            length, size = _LENGTHS.unpack(lengths)
            name = as_name(file.read(length))
            self._places[name] = file.tell(), size
            file.seek(size, SEEK_CUR)

    def __getitem__(self, name: str) -> Outputs:
        begin, size = self._places[name]
        self._file.seek(begin)
        return unpack_outputs(self._file.read(size))

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
