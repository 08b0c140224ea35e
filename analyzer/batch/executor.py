"""Where the jobs of a batch run: threads that each own a child process here, or the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager

from analyzer.batch.guard import end_children


@contextmanager
def local(workers: int) -> Iterator[tuple[Executor, int]]:
    """An executor of this machine."""
    executor = ThreadPoolExecutor(workers, thread_name_prefix="bundle")
    try:
        yield executor, workers
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        end_children()
        raise
    executor.shutdown()
    end_children()


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """The executor of a Dask cluster at `tcp://host:port` (the extra `dask`); vmtriage is installed on its workers, and
    they see the same paths. A job whose worker dies is given to another one. ImportError says what to install."""
    try:
        from distributed import Client
    except ImportError:
        raise ImportError("a Dask cluster needs an extra: pip install 'vmtriage[dask]'") from None
    with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        threads = sum(worker["nthreads"] for worker in client.scheduler_info(n_workers=-1)["workers"].values())
        executor = client.get_executor(pure=False, retries=3)
        try:
            yield executor, max(threads, 1)
        except BaseException:
            executor.shutdown(wait=False)  # which cancels what waits there
            raise
        executor.shutdown()
