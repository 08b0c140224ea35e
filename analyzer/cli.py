"""The command line, put together from `analyzer.commands`."""

from __future__ import annotations

import click

from analyzer.commands import knowledge, many, one
from analyzer.version import __version__


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
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
