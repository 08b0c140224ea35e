"""Commands for many bundles: `batch` over an inbox, `serve` for those that are dropped into a page."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analyzer.commands.shared import EXIT_NAMED, EXIT_UNREADABLE
from analyzer.language import LANGUAGES

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from analyzer.batch.inbox import Ticket
    from analyzer.batch.job import Job, Reply
    from analyzer.batch.run import Summary


@click.command()
@click.argument("inbox", nargs=-1, required=True)
@click.option("-o", "--output", "out", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
              help="Where store, reports and index.html go.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(1), default=None, help="Bundles at a time; one a core by default.")
@click.option("--scheduler", metavar="ADDRESS", help="A Dask cluster instead of this machine, as tcp://host:8786.")
@click.option("--symptom", metavar="TEXT", help="The portal's code or message, for all bundles.")
@click.option("--at", metavar="TIME", help="The moment in question, for all bundles.")
@click.option("--signatures", "packs", metavar="DIR", multiple=True, help="A private signature pack besides.",
              type=click.Path(exists=True, file_okay=False, path_type=Path))  # fmt: skip
@click.option("--lang", "language", type=click.Choice(list(LANGUAGES)), default="en", show_default=True)
@click.option("--redact-identity", "identity", is_flag=True, help="Hide names, addresses and ids as well as secrets.")
@click.option("--time-limit", default=600.0, show_default=True, metavar="SECONDS", help="For each bundle.")
@click.option("--memory-limit", default=3072, show_default=True, metavar="MIB", help="For each bundle.")
@click.option("--retry-failed", "retry", is_flag=True, help="Take up those that failed last time, too.")
@click.option("--forget", is_flag=True, help="Drop bundles from the store that the inbox no longer holds.")
@click.option("--csv", "csv_folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
              help="Export the store's tables as CSV.")  # fmt: skip
@click.option("--parquet", "parquet_folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
              help="Export the store's tables as Parquet.")  # fmt: skip
@click.option("--jsonl", is_flag=True, help="A JSON line on stdout for each bundle, as it is done.")
@click.option("--watch", is_flag=True, help="Go on, and take up what is dropped into the inbox.")
@click.option("--every", default=5.0, show_default=True, metavar="SECONDS", help="How often --watch looks.")
@click.option("--fail-on", type=click.Choice(["named", "failed"]), help="Exit with 1 when a cause is named (3 when a bundle fails).")  # fmt: skip # noqa: E501
def batch(inbox: tuple[str, ...], out: Path, **options: Any) -> None:
    """Analyse every bundle of INBOX (folders of tickets, files, globs, or abfs:// and s3:// places) and group them.

    What was analysed before is not analysed again, unless it, the questions or the knowledge changed.
    """
    from analyzer.batch import executor
    from analyzer.batch.job import Job

    question = Job(
        "", "", options["symptom"], options["at"], tuple(str(p.resolve()) for p in options["packs"]),
        options["language"], options["identity"], None, options["time_limit"], int(options["memory_limit"]) << 20,
    )  # fmt: skip
    where = options["scheduler"]
    try:
        with executor.cluster(where) if where else executor.local(options["jobs"] or os.cpu_count() or 1) as (pool, n):
            summary = _watched(inbox, out, question, pool, n, options)
    except (FileNotFoundError, ImportError) as error:
        told = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error)
        raise click.UsageError(told) from None
    except OSError as error:
        raise click.ClickException(f"{error.strerror or error}: {error.filename or where or out}") from None
    except KeyboardInterrupt:
        click.echo("Stopped; what is done is stored, and the same command goes on from here.", err=True)
        sys.exit(130)
    if options["fail_on"] == "failed" and summary.failed:
        sys.exit(EXIT_UNREADABLE)
    if options["fail_on"] == "named" and summary.named:
        sys.exit(EXIT_NAMED)


def _watched(
    inbox: tuple[str, ...], out: Path, question: Job, pool: Executor, workers: int, options: dict[str, Any]
) -> Summary:
    """One run, or with --watch one after the other until somebody stops them."""
    from analyzer.batch.inbox import tickets

    found = tickets(inbox)
    if not found and not options["watch"]:
        raise click.UsageError(f"no bundle in {', '.join(inbox)}")
    summary = _round(found, out, question, pool, workers, options)
    done = before = {ticket.source: ticket.stamp for ticket in found}
    while options["watch"]:
        time.sleep(options["every"])
        found = tickets(inbox)
        now = {ticket.source: ticket.stamp for ticket in found}
        if now == before and now != done:  # something is new, and nothing is being copied any more
            summary = _round(found, out, question, pool, workers, options)
            done = now
        before = now
    return summary


def _round(
    found: list[Ticket], out: Path, question: Job, pool: Executor, workers: int, options: dict[str, Any]
) -> Summary:
    from analyzer.batch import exports
    from analyzer.batch.index import write_index
    from analyzer.batch.run import run
    from analyzer.batch.store import Store

    with _opened(Store(out)) as store, _progress(len(found)) as step:

        def told(ticket: Ticket, reply: Reply) -> None:
            step(ticket, reply)
            if options["jsonl"] and reply.state != "unchanged":
                click.echo(json_line(ticket, reply))

        summary = run(
            found, store, out, question, pool, workers, told, retry=options["retry"], forget=options["forget"]
        )
        write_index(store, out, options["language"])
        for form in ("csv", "parquet"):
            if options[f"{form}_folder"] is not None:
                exports.export(store, options[f"{form}_folder"], form)
    _report(summary, out)
    return summary


@contextmanager
def _opened(store: Any) -> Iterator[Any]:
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _progress(total: int) -> Iterator[Any]:
    """A bar with the time left on a terminal; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda ticket, reply: None
        return
    with click.progressbar(length=total, label="Bundles", file=sys.stderr, show_pos=True, show_eta=True) as bar:
        yield lambda ticket, reply: bar.update(1)


def json_line(ticket: Ticket, reply: Reply) -> str:
    """What became of one bundle, for pipelines."""
    import json

    verdict = reply.document["verdict"] if reply.document else {}
    keys = ("outcome", "cause", "confidence", "headline")
    line = {"name": ticket.name, "source": ticket.source, "state": reply.state}
    line |= {key: verdict[key] for key in keys if key in verdict}
    return json.dumps(line | ({"reason": reply.reason} if reply.reason else {}), ensure_ascii=False)


def _report(summary: Summary, out: Path) -> None:
    """What the run did, in words, on stderr where somebody reads them."""
    for name, reason in summary.failed:
        click.echo(f"{name}: {reason}", err=True)
    if sys.stderr.isatty():
        click.echo(
            f"{summary.tickets} bundles: {summary.analysed} analysed ({summary.named} with a named cause), "
            f"{summary.unchanged} unchanged, {len(summary.failed)} failed. {out / 'index.html'}",
            err=True,
        )


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Anything but this machine needs a token.")
@click.option("--port", default=8086, show_default=True, type=click.IntRange(1, 65535))
@click.option("--data", "folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
              help="Where verdicts and reports are kept; your data folder by default.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(1), default=None, help="Bundles at a time; one a core by default.")
@click.option("--max-upload", default=4096, show_default=True, metavar="MIB", type=click.IntRange(1))
@click.option("--time-limit", default=600.0, show_default=True, metavar="SECONDS", help="For each bundle.")
@click.option("--memory-limit", default=3072, show_default=True, metavar="MIB", help="For each bundle.")
@click.option("--redact-identity", "identity", is_flag=True, help="Hide names, addresses and ids as well as secrets.")
def serve(
    host: str, port: int, folder: Path | None, jobs: int | None, max_upload: int, time_limit: float, memory_limit: int,
    identity: bool,
) -> None:  # fmt: skip
    """A local page to drop bundles into: progress, verdict, report, and a search over earlier ones."""
    from analyzer.batch.job import Job

    try:
        from analyzer.web.serve import serve as start
    except ImportError:
        raise click.UsageError("the drop page needs an extra: pip install 'vmtriage[serve]'") from None
    question = Job("", "", identity=identity, seconds=time_limit, memory=memory_limit << 20)
    try:
        start(
            host, port, folder or _data_folder(), question, jobs or os.cpu_count() or 1, max_upload << 20,
            lambda address: click.echo(f"Drop bundles at {address}  (Ctrl+C ends it)"),
        )  # fmt: skip
    except OSError as error:
        raise click.ClickException(f"cannot serve: {error.strerror or error}") from None


def _data_folder() -> Path:
    home = os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(home) if home else Path.home() / ".local" / "share") / "vmtriage"
