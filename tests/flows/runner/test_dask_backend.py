"""A run on a Dask cluster gives what a run on one machine gives, also where a worker dies on the way."""

import gc
import importlib
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cloudpickle
import pytest

from flows import deployed
from flows.errors import CouldNotRun
from flows.runner import dask_backend

pytest.importorskip("prefect_dask")

from flows.clean_articles import clean_articles

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def _no_client_is_left() -> Iterator[None]:
    """A client that the collector finds while the next cluster starts waits for a lock which that one holds, for ever."""
    yield
    gc.collect()


STORY = "The minister said on Monday that the talks would go on for a week in the old town hall by the river."


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A folder of texts and a file of rows."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number:02}.txt").write_text(
            f"Photo: Reuters\n\n{STORY}\n\nThe vote of group {number} is on Friday, she said.\n"
        )
    rows = [f'{{"id": "{number}", "text": "{STORY} It is the {number}th such vote."}}\n' for number in range(30)]
    (folder / "rows.jsonl").write_text("".join(rows))
    return folder


def kill_a_worker(clients: list[Any], killed: list[int]) -> None:
    """Kill one of the cluster's processes, once it has begun to work."""
    while not clients or not any(clients[0].processing().values()):
        time.sleep(0.05)
    worker = next(address for address, tasks in clients[0].processing().items() if tasks)
    pid = clients[0].run(os.getpid)[worker]
    time.sleep(0.3)
    os.kill(pid, signal.SIGKILL)
    killed.append(pid)


def test_two_workers_of_which_one_dies_give_the_same_bytes(
    many: Path,
    tmp_path: Path,
    prefect_server: None,
    monkeypatch: pytest.MonkeyPatch,
    contents: Callable[[Path], dict[str, bytes]],
) -> None:
    clean_articles(str(many), str(tmp_path / "near"), workers=1)
    clients: list[Any] = []
    killed: list[int] = []
    find = dask_backend.cluster

    def found() -> Any:
        clients.append(find())
        return clients[-1]

    monkeypatch.setattr(dask_backend, "cluster", found)
    monkeypatch.setattr(dask_backend, "BATCH_SECONDS", 0.05)  # some batches, where one would do
    threading.Thread(target=kill_a_worker, args=(clients, killed), daemon=True).start()
    summary = clean_articles.with_options(task_runner=dask_backend.runner("local", 2))(str(many), str(tmp_path / "far"))
    assert len(killed) == 1
    assert (summary.documents, summary.quarantined) == (60, 0)
    assert contents(tmp_path / "far") == contents(tmp_path / "near")


def test_workers_in_other_folders_find_what_they_are_told_of(
    many: Path, tmp_path: Path, prefect_server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[Path, Path]] = []

    def clean_batches(queue: dask_backend.WorkQueue, job: dask_backend.Job, *_: object) -> None:
        told.extend((Path(document.path), Path(job.sink.out)) for document in queue.waiting())

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(dask_backend, "cluster", object)
    monkeypatch.setattr(dask_backend, "clean_batches", clean_batches)
    clean_articles("many", "out")
    assert {(path.is_absolute(), out) for path, out in told} == {(True, tmp_path / "out")}
    assert json.loads(Path("out/summary.json").read_text())["source"] == "many"


@pytest.mark.parametrize(("address", "kind"), [("tcp://127.0.0.1:8786", "DaskTaskRunner"), ("", "ThreadPoolTaskRunner")])
def test_a_deployment_cleans_where_its_environment_says(address: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(deployed.ADDRESS, address)
    flow = importlib.reload(deployed).clean_articles
    assert type(flow.task_runner).__name__ == kind
    assert flow.name == "clean-articles"
    assert flow.validate_parameters(
        {"source": "s3://bucket/news", "out": "s3://bucket/clean", "form": "jsonl.zst", "state": "state"}
    )
    cloudpickle.dumps(flow)


def test_a_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "prefect_dask.task_runners", None)
    with pytest.raises(CouldNotRun, match="pip install prefect-dask"):
        dask_backend.runner("local")


def test_a_flow_without_a_cluster_has_none() -> None:
    assert dask_backend.cluster() is None


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense"])
def test_an_address_where_no_scheduler_answers_is_told(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_backend, "SCHEDULER_SECONDS", 0.5)
    with pytest.raises(CouldNotRun, match=rf"no Dask scheduler answers at {address} .*such as tcp://host:8786, or give local"):
        dask_backend.reach(address)


def test_a_scheduler_without_workers_is_told() -> None:
    with dask_backend.local_cluster(n_workers=0, dashboard_address=None, processes=False) as cluster:
        assert "has no workers yet; start some" in dask_backend.reach(cluster.scheduler_address)
    assert dask_backend.reach("local") == ""
