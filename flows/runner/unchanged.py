"""Unchanged documents: those whose results are there already, and would come out the same."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from flows.runner.decision_files import DecidedVersions
from flows.runner.fingerprint_store import FingerprintStore
from flows.runner.job import Job
from flows.runner.manifest import Manifest
from flows.runner.manifest_values import ManifestEntry
from flows.sources import Found, content_hash
from flows.sources.location import is_address

PROOFS_SEPARATOR = " + "
"""Stands in the version of a document's outputs before the hash of what other documents prove of it."""


def version_of(document: Found, version: str) -> str:
    """Return the version of a document's outputs: also what its row says of it decides them.

    Args:
        document: The document.
        version: The version of all outputs of the job.
    """
    return f"{version} row={hashlib.sha256(document.about.encode()).hexdigest()[:12]}" if document.about else version


class UnchangedCheck:
    """Decides whether a document needs no cleaning.

    Args:
        manifest: What earlier runs have done.
        fingerprints: The fingerprints that they have stored.
        job: How this run cleans.
        versions: What the results of each document follow from.
        verify: Whether results are compared by content instead of size and time of change.
    """

    def __init__(
        self, manifest: Manifest, fingerprints: FingerprintStore, job: Job, versions: DecidedVersions, *, verify: bool
    ) -> None:
        self._manifest = manifest
        self._fingerprints = fingerprints
        self._job = job
        self._versions = versions
        self._verify = verify
        self._intact_shards: dict[int, bool] = {}

    def is_unchanged(self, document: Found, entry: ManifestEntry) -> bool:
        """Return whether a document's results are there and would come out the same if it were cleaned by itself.

        Cheap comparisons come first: the document is read only if all others pass.

        Args:
            document: The document as the source has it now.
            entry: What the manifest knows of it.
        """
        version = self._versions.of(document.name)
        return (
            entry.version.partition(PROOFS_SEPARATOR)[0] == version_of(document, version)
            and entry.size == document.size
            and (entry.kept or self._has_results(document.name, entry))
            and (_has_same_stamp(document, entry) or entry.sha256 == content_hash(document))
            and self._fingerprints.holds(document.name, entry.sha256, version)
        )

    def _has_results(self, name: str, entry: ManifestEntry) -> bool:
        """Return whether the files of a document, or of its shard, are as a run has written them."""
        sink, shard = self._job.sink, entry.shard
        if not sink.holds(name, entry.articles, shard) or not sink.intact(name, entry.files, verify=self._verify):
            return False
        if shard is None:
            return True
        if shard not in self._intact_shards:
            files = self._manifest.shard_files(shard)
            self._intact_shards[shard] = sink.shard_intact(shard, files, verify=self._verify)
        return self._intact_shards[shard]


def origin_of(document: Found) -> str:
    """Return the absolute path, or the address, of the file that a document is read from."""
    path = document.path
    return path if path.startswith(os.sep) or is_address(path) else os.path.join(os.getcwd(), path)  # noqa: PTH109, PTH118 - fast


def is_taken(document: Found, entry: ManifestEntry) -> bool:
    """Return whether the results under a document's name belong to another document, whose file still exists."""
    origin = entry.origin
    return origin != origin_of(document) and not is_address(origin) and Path(origin).exists()


def _has_same_stamp(document: Found, entry: ManifestEntry) -> bool:
    """Return whether the object store says that a document is as before, so that it need not be fetched."""
    return bool(document.stamp) and (document.stamp, origin_of(document)) == (entry.stamp, entry.origin)
