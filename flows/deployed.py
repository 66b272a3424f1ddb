"""The flow as deployments run it: on the Dask cluster that BODYCOPY_DASK names, otherwise on the machine of the worker.

`prefect.yaml` cannot choose the task runner of a flow, so the environment of its work pool does.
"""

# No `from __future__ import annotations`: see flows/clean_articles.py.

import os

from flows.clean_articles import clean_articles as _clean_articles
from flows.runner import dask_backend

ADDRESS = "BODYCOPY_DASK"
"""The variable with a scheduler's address (`tcp://host:8786`), or `local`."""

_address = os.environ.get(ADDRESS)
clean_articles = _clean_articles.with_options(task_runner=dask_backend.runner(_address)) if _address else _clean_articles
