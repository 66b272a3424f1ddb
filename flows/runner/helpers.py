"""Helpers: processes that do the work of the run itself beside its workers, such as writing a shard or a memory."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Generic, ParamSpec, Self, TypeVar

from flows.runner.pool import Pool

P = ParamSpec("P")
T = TypeVar("T")


class Begun(Generic[T]):
    """A call that a helper makes, or has made.

    Args:
        call: The call. This process makes it where there is no helper, or one has died.
        future: What the helper will return; None where there is no helper.
        pool: The helpers.
    """

    def __init__(self, call: Callable[[], T], future: Future[T] | None = None, pool: Pool | None = None) -> None:
        self._call = call
        self._future = future
        self._pool = pool

    def is_done(self) -> bool:
        """Return whether `result` would not wait."""
        return self._future is None or self._future.done()

    def result(self) -> T:
        """Wait for the call, and return what it returns, or raise what it raises."""
        if self._future is None:
            return self._call()
        try:
            return self._future.result()
        except BrokenProcessPool:
            if self._pool:
                self._pool.shutdown()  # another helper has died, perhaps, and the one of this call still writes its file
            return self._call()


class Helpers:
    """The helpers of a run. They start when the first of them is needed, and end with the run.

    A call may be made twice, where a helper dies in the middle of it; the second time in the process of the run.

    Args:
        processes: Their number; 0 means that this process does everything when its result is wanted.
    """

    def __init__(self, processes: int = 0) -> None:
        self.processes = processes
        self._pool: Pool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._pool:
            self._pool.__exit__(kind, error, trace)

    def begin(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Begun[T]:
        """Let a helper call a function. Function and arguments are pickled."""

        def call() -> T:
            return function(*args, **kwargs)

        return Begun(call, self._submitted(function, *args, **kwargs), self._pool) if self.processes else Begun(call)

    def _submitted(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        if self._pool is None:
            self._pool = Pool(self.processes)
        try:
            return self._pool.submit(function, *args, **kwargs)
        except BrokenProcessPool:  # one of them has died since
            self._pool.__exit__(None, None, None)
            self._pool = Pool(self.processes)
            return self._pool.submit(function, *args, **kwargs)
