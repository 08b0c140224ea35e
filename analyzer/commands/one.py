"""Commands for one bundle: analyze, timeline, redact; and `diff` for two of them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from analyzer.commands.shared import EXIT_NAMED, analysis_of, asked


@click.command()
@click.argument("bundle")
@asked
@click.option("-o", "--output", "html", metavar="FILE", help="Where the HTML report goes; '-' for stdout.")
@click.option("--json", "json_file", metavar="FILE", help="Write the analysis as JSON; '-' for stdout.")
@click.option("--md", "markdown", metavar="FILE", help="Write a Markdown summary for the ticket; '-' for stdout.")
@click.option("--fail-on", type=click.Choice(["named"]), help="Exit with 1 when a cause is named.")
def analyze(
    bundle: str,
    at: str | None,
    symptom: str | None,
    packs: tuple[Path, ...],
    language: str,
    html: str | None,
    json_file: str | None,
    markdown: str | None,
    fail_on: str | None,
) -> None:
    """Analyse BUNDLE (a folder, an archive, a lone log, or '-' for a tar stream) and name the likely cause."""
    from analyzer.report.write import default_name, print_verdict, write_reports

    analysis = analysis_of(bundle, at, symptom, packs, language)
    document = analysis.to_json()
    targets = {"html": html or default_name(document), "json": json_file, "markdown": markdown}
    if list(targets.values()).count("-") > 1:
        raise click.UsageError("only one of -o, --json and --md can write to stdout")
    try:
        written = write_reports(document, targets)
    except OSError as error:
        raise click.ClickException(f"cannot write {error.filename}: {error.strerror}") from None
    to_stderr = "-" in targets.values()
    print_verdict(document, written, to_stderr=to_stderr)
    if fail_on == "named" and document["verdict"]["outcome"] in ("named", "platform"):
        sys.exit(EXIT_NAMED)


@click.command()
@click.argument("bundle")
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
@click.option("-o", "--output", default="-", metavar="FILE", help="Where it goes; '-' for stdout (the default).")
def timeline(bundle: str, form: str, output: str) -> None:
    """Write every event of BUNDLE, merged by time (UTC), with its text."""
    from analyzer.report.rows import write_rows

    analysis = analysis_of(bundle)
    try:
        with click.open_file(output, "w", encoding="utf-8") as file:
            write_rows(analysis, form, file)
    except BrokenPipeError:
        sys.exit(0)
