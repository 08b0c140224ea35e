"""The command line, put together from `analyzer.commands`."""

from __future__ import annotations

import sys
from typing import Any

import click

from analyzer.commands import knowledge, many, one
from analyzer.stopping import let_go_of_stdout
from analyzer.version import __version__


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        """A reader that has enough of the output, as `head` has, is no error."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            let_go_of_stdout()
            sys.exit(0)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="vmtriage")
def main() -> None:
    """Names the likely cause of an Azure VM failure from the log bundle that the customer sent. Offline."""


for command in (
    one.analyze,
    one.timeline,
    one.redact,
    one.diff,
    many.batch,
    many.serve,
    knowledge.signatures,
    knowledge.evaluate,
):
    main.add_command(command)
