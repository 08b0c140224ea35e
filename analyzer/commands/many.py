"""Commands for many bundles: `batch` over an inbox, `serve` for those that are dropped into a page."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from analyzer.commands.shared import EXIT_NAMED, EXIT_UNREADABLE, asked, hiding, limiting
from analyzer.stopping import Stopped, exit_code

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from analyzer.batch.inbox import Ticket
    from analyzer.batch.job import Job, Reply
    from analyzer.batch.run import Summary
    from analyzer.batch.store import Store

EXIT_BROKEN = 4
_FOLDER = click.Path(file_okay=False, path_type=Path)


def _limits(function: Callable[..., Any]) -> Callable[..., Any]:
    """How much of the machine the bundles may have."""
    for option in (
        click.option("--memory-limit", default=3072, show_default=True, metavar="MIB", type=click.IntRange(64),
                     help="For each bundle."),
        click.option("--time-limit", default=600.0, show_default=True, metavar="SECONDS", type=click.FloatRange(0.1),
                     help="For each bundle."),
        click.option("--jobs", type=click.IntRange(1), default=None, help="Bundles at a time; one a core by default."),
    ):  # fmt: skip
        function = option(function)
    return function


@click.command()
@click.argument("inbox", nargs=-1, required=True)
@click.option("-o", "--output", "out", required=True, type=_FOLDER, metavar="DIR",
              help="Where store, reports and index.html go.")  # fmt: skip
@asked
@hiding
@limiting
@_limits
@click.option("--scheduler", metavar="ADDRESS", help="A Dask cluster instead of this machine, as tcp://host:8786.")
@click.option("--retry-failed", "retry", is_flag=True, help="Take up those that failed last time, too.")
@click.option("--forget", is_flag=True, help="Drop bundles from the store that the inbox no longer holds.")
@click.option("--csv", type=_FOLDER, metavar="DIR", help="Export the store's tables as CSV.")
@click.option("--parquet", type=_FOLDER, metavar="DIR", help="Export the store's tables as Parquet.")
@click.option("--jsonl", is_flag=True, help="A JSON line on stdout for each bundle, as it is done.")
@click.option("--watch", is_flag=True, help="Go on, and take up what is dropped into the inbox.")
@click.option("--every", default=5.0, show_default=True, metavar="SECONDS", type=click.FloatRange(0.1),
              help="How often --watch looks.")  # fmt: skip
@click.option("--fail-on", type=click.Choice(["named", "failed"]),
              help="Exit with 1 when a cause is named, or with 3 when a bundle could not be analysed.")  # fmt: skip
def batch(inbox: tuple[str, ...], out: Path, **options: Any) -> None:
    """Analyse every bundle of INBOX (folders of tickets, files, globs, or abfs:// and s3:// places) and group them.

    What was analysed before is not analysed again, unless it, the questions or the knowledge changed.
    """
    from analyzer.batch import executor
    from analyzer.batch.asking import wrong_question
    from analyzer.batch.job import Job
    from analyzer.batch.store import Store, StoreError

    question = Job(
        "", "", options["symptom"], options["at"], tuple(str(p.resolve()) for p in options["packs"]),
        options["language"], options["identity"], None, options["time_limit"], options["memory_limit"] << 20,
        limits=options["limits"],
    )  # fmt: skip
    if wrong := wrong_question(question):
        raise click.UsageError(wrong)
    where = options["scheduler"]
    try:
        found = _look(inbox, out, options)
        if not found and not options["watch"]:
            raise click.UsageError(f"no bundle in {', '.join(inbox)}")
        pools = executor.cluster(where) if where else executor.local(options["jobs"] or os.cpu_count() or 1)
        with closing(Store(out)) as store, pools as (pool, workers):
            work = _Work(store, out, question, pool, workers, options)
            summary = _watch(work, inbox) if options["watch"] else work.once(found)
    except (FileNotFoundError, ImportError) as error:
        raise click.UsageError(_words(error, out)) from None
    except BrokenPipeError:  # whoever read the lines of --jsonl has read enough
        raise
    except (OSError, sqlite3.Error, StoreError) as error:
        click.echo(f"Error: {_words(error, where or out)}", err=True)
        sys.exit(EXIT_BROKEN)
    except (KeyboardInterrupt, Stopped) as stop:
        click.echo("Stopped; what is done is stored, and the same command goes on from here.", err=True)
        sys.exit(exit_code(stop))
    if options["fail_on"] == "failed" and summary.unread:
        sys.exit(EXIT_UNREADABLE)
    if options["fail_on"] == "named" and summary.named:
        sys.exit(EXIT_NAMED)


def _words(error: Exception, place: object) -> str:
    if isinstance(error, OSError):
        return f"{error.filename or place}: {error.strerror or error}"
    return f"{place}: {error}" if isinstance(error, sqlite3.Error) else str(error)


def _look(inbox: tuple[str, ...], out: Path, options: dict[str, Any]) -> list[Ticket]:
    """The tickets; what earlier runs wrote is none."""
    from analyzer.batch import exports, keep
    from analyzer.batch.inbox import tickets

    exported = [path for form in exports.FORMS if options[form] for path in exports.paths(options[form], form)]
    return tickets(inbox, [*keep.written(out), *exported])


@dataclass
class _Work:
    """What all rounds of a batch share."""

    store: Store
    out: Path
    question: Job
    pool: Executor
    workers: int
    options: dict[str, Any]

    def once(
        self, found: list[Ticket], number: int | None = None, steady: frozenset[str] | None = None, retry: bool = True
    ) -> Summary:
        """Analyse, group and export."""
        from analyzer.batch import exports
        from analyzer.batch.index import write_index
        from analyzer.batch.run import run

        with _progress(len(found if steady is None else steady)) as step:

            def told(ticket: Ticket, reply: Reply) -> None:
                step()
                if self.options["jsonl"] and reply.state != "unchanged":
                    click.echo(json_line(ticket, reply))

            summary = run(
                found, self.store, self.out, self.question, self.pool, self.workers, told,
                retry=retry and self.options["retry"], forget=self.options["forget"], number=number, steady=steady,
            )  # fmt: skip
        write_index(self.store, self.out, self.options["language"])
        for form in exports.FORMS:
            if self.options[form]:
                exports.export(self.store, self.options[form], form)
        _report(summary, self.out)
        return summary


def _watch(work: _Work, inbox: tuple[str, ...]) -> NoReturn:
    """One run that takes up what comes, until somebody stops it or changes the knowledge, which begins another."""
    from analyzer.batch.keep import knowledge_of
    from analyzer.batch.watch import rounds

    def away(error: OSError) -> None:
        click.echo(f"The inbox cannot be read now: {_words(error, ', '.join(inbox))}", err=True)

    number, first = 0, True
    for found, steady in rounds(lambda: _look(inbox, work.out, work.options), work.options["every"], away):
        knowledge = knowledge_of(replace(work.question, knowledge=""))
        if knowledge != work.question.knowledge:
            work.question = replace(work.question, knowledge=knowledge)
            number = work.store.begin(knowledge)
        work.once(found, number, steady, retry=first)
        first = False
    raise AssertionError("the rounds never end")


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar with the time left on a terminal; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    with click.progressbar(length=total, label="Bundles", file=sys.stderr, show_pos=True, show_eta=True) as bar:
        yield lambda: bar.update(1)


def json_line(ticket: Ticket, reply: Reply) -> str:
    """What became of one bundle, for pipelines."""
    import json

    verdict = reply.document["verdict"] if reply.document else {}
    keys = ("outcome", "cause", "confidence", "headline")
    line = {"name": ticket.name} | ({"source": ticket.source} if ticket.source else {}) | {"state": reply.state}
    line |= {key: verdict[key] for key in keys if key in verdict}
    text = json.dumps(line | ({"reason": reply.reason} if reply.reason else {}), ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace").decode()  # a lone surrogate as JSON escapes it


def _report(summary: Summary, out: Path) -> None:
    """What the run did, in words, on stderr where somebody reads them."""
    from analyzer.bundle.walk import printable

    for name, reason in summary.failed:
        click.echo(printable(f"{name}: {reason}"), err=True)
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
@click.option("--max-upload", default=4096, show_default=True, metavar="MIB", type=click.IntRange(1))
@_limits
@limiting
@hiding
def serve(
    host: str, port: int, folder: Path | None, jobs: int | None, max_upload: int, time_limit: float, memory_limit: int,
    identity: bool, limits: tuple[str, ...],
) -> None:  # fmt: skip
    """A local page to drop bundles into: progress, verdict, report, and a search over earlier ones."""
    from analyzer.batch.job import Job
    from analyzer.batch.store import StoreError

    try:
        from analyzer.web.serve import serve as start
    except ImportError:
        raise click.UsageError("the drop page needs an extra: pip install 'vmtriage[serve]'") from None
    question = Job("", "", identity=identity, seconds=time_limit, memory=memory_limit << 20, limits=limits)
    try:
        start(
            host, port, folder or _data_folder(), question, jobs or os.cpu_count() or 1, max_upload << 20,
            lambda address: click.echo(f"Drop bundles at {address}  (Ctrl+C ends it)"),
        )  # fmt: skip
    except (OSError, sqlite3.Error, StoreError) as error:
        click.echo(f"Error: cannot serve: {_words(error, f'{host}:{port}')}", err=True)
        sys.exit(EXIT_BROKEN)
    except (KeyboardInterrupt, Stopped):  # which is how it ends
        return


def _data_folder() -> Path:
    home = os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(home) if home else Path.home() / ".local" / "share") / "vmtriage"
