"""What several commands share: the options that steer an analysis, exit codes, errors as messages."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from analyzer.language import LANGUAGES

EXIT_NAMED, EXIT_UNREADABLE = 1, 3


def asked(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that steer an analysis."""
    at = click.option(
        "--at", metavar="TIME", help="The moment in question, as 2026-11-21T03:40Z; UTC if it names no zone."
    )
    symptom = click.option("--symptom", metavar="TEXT", help="The portal's code or message, in any of its languages.")
    folder = click.Path(exists=True, file_okay=False, path_type=Path)
    packs = click.option(
        "--signatures", "packs", metavar="DIR", multiple=True, type=folder, help="A private signature pack besides."
    )
    language = click.option(
        "--lang", "language", type=click.Choice(list(LANGUAGES)), default="en", show_default=True,
        help="The language of the reports; log lines stay as they are.",
    )  # fmt: skip
    for option in (at, symptom, packs, language):
        function = option(function)
    return function


def _possible(context: click.Context, parameter: click.Parameter, words: tuple[str, ...]) -> tuple[str, ...]:
    from analyzer.bundle.model import Limits

    try:
        Limits.of(words)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return words


limiting = click.option(
    "--limit", "limits", multiple=True, metavar="NAME=VALUE", callback=_possible,
    help="Another bound of reading, as max_members=500000 or max_total_bytes=200G; docs/hostile.md lists them.",
)  # fmt: skip
hiding = click.option("--redact-identity", "identity", is_flag=True, help="Hide names, addresses and ids, too.")


def analysis_of(source: str, packs: tuple[Path, ...] = (), limits: tuple[str, ...] = (), **asked_for: Any) -> Any:
    """The library call, its errors turned into messages and exit codes."""
    from analyzer.analysis import UnknownSymptom, analyze
    from analyzer.bundle.model import Limits
    from analyzer.memory import settle
    from analyzer.signatures.model import SignatureError

    settle()
    try:
        with readable():
            return analyze(source, signatures=packs, limits=Limits.of(limits), **asked_for)
    except (UnknownSymptom, ValueError, SignatureError) as error:
        raise click.UsageError(str(error)) from None


@contextmanager
def readable() -> Iterator[None]:
    """A bundle that cannot be read, or no longer, becomes a message and an exit code."""
    from analyzer.bundle.model import BundleError

    try:
        yield
    except BundleError as error:
        click.echo(f"vmtriage: {error}", err=True)
        sys.exit(EXIT_UNREADABLE)
