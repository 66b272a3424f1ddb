"""Publishing: writing the shards of which the manifest keeps new outputs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flows.runner.manifest import Manifest
from flows.runner.retries import with_retries
from flows.sinks import Sink


def publish(manifest: Manifest, sink: Sink, warn: Callable[[str], None], *, force: bool) -> None:
    """Write the shards that have new documents. If that fails for good, the manifest keeps the outputs for the next run.

    Args:
        manifest: What is to be written.
        sink: Where it goes.
        warn: Called with a message for each file that somebody has edited.
        force: Whether such a file is made anew; then it is kept under another name.
    """
    for shard, names in manifest.shards():
        edited = sink.shard_edited(shard, manifest.shard_files(shard))
        if edited and not force:
            where = ", ".join(edited)
            warn(f"{where} was edited and is left as it is; --force makes it anew and keeps it as NAME.edited")
            continue
        for file in edited:
            warn(f"{file} is made anew; what was edited is kept as {sink.set_aside(file)}")
        manifest.publishing(shard)
        with_retries(partial(sink.publish, shard, names, manifest.kept), warn)
        manifest.published(shard, sink.shard_stamps(shard))
