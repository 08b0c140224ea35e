"""Commands for one bundle: analyze, timeline, redact; and `diff` for two of them."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import click

from analyzer.commands.shared import EXIT_NAMED, analysis_of, asked, hiding, limiting, readable
from analyzer.stopping import let_go_of_stdout


@click.command()
@click.argument("bundle")
@asked
@hiding
@limiting
@click.option("-o", "--output", "html", metavar="FILE", help="Where the HTML report goes; '-' for stdout.")
@click.option("--json", "json_file", metavar="FILE", help="Write the analysis as JSON; '-' for stdout.")
@click.option("--md", "markdown", metavar="FILE", help="Write a Markdown summary for the ticket; '-' for stdout.")
@click.option("--sarif", metavar="FILE", help="Write SARIF 2.1.0 for pipelines; '-' for stdout.")
@click.option("--junit", metavar="FILE", help="Write JUnit XML for pipelines; '-' for stdout.")
@click.option("--events", metavar="FILE", help="Write every event into a .csv, .jsonl or .parquet file.")
@click.option(
    "--full-timeline", "everything", is_flag=True, help="All events in the report, not only those that matter."
)
@click.option("--fail-on", type=click.Choice(["named"]), help="Exit with 1 when a cause is named.")
def analyze(
    bundle: str,
    html: str | None,
    json_file: str | None,
    markdown: str | None,
    sarif: str | None,
    junit: str | None,
    events: str | None,
    fail_on: str | None,
    **asked_for: Any,
) -> None:
    """Analyse BUNDLE (a folder, an archive, a lone log, or '-' for a tar stream) and name the likely cause."""
    from analyzer.report.progressline import shown
    from analyzer.report.write import NotWritten, clash, default_name, print_verdict, write_reports

    targets = {"html": html, "json": json_file, "markdown": markdown, "sarif": sarif, "junit": junit}
    wrong = clash(targets | {"events": events}, bundle)
    if wrong:
        raise click.UsageError(wrong)
    if events:
        _known_form(events)
    with shown(sys.stderr), readable():
        analysis = analysis_of(bundle, **asked_for)
        document = analysis.to_json()
    targets["html"] = html or default_name(document)
    try:
        written = write_reports(document, targets)
        if events:
            from analyzer.report.rows import write_beside

            with shown(sys.stderr), readable():
                write_beside(analysis, Path(events), analysis.redactor)
            written["events"] = events
    except NotWritten as error:
        raise click.ClickException(f"cannot write {error.words}") from None
    except OSError as error:
        raise click.ClickException(f"cannot write {error.filename}: {error.strerror}") from None
    print_verdict(document, written, to_stderr="-" in targets.values())
    if fail_on == "named" and document["verdict"]["outcome"] in ("named", "platform"):
        sys.exit(EXIT_NAMED)


def _known_form(events: str) -> None:
    """Say so before the work where the file's ending is none that events can be written as."""
    from analyzer.report.rows import form_of

    try:
        form_of(Path(events))
    except ValueError as error:
        raise click.UsageError(str(error)) from None


@click.command()
@click.argument("bundle")
@hiding
@limiting
@click.option("--format", "form", type=click.Choice(["csv", "jsonl", "parquet"]), default="csv", show_default=True)
@click.option("-o", "--output", default="-", metavar="FILE", help="Where it goes; '-' for stdout (the default).")
def timeline(bundle: str, form: str, output: str, **asked_for: Any) -> None:
    """Write every event of BUNDLE, merged by time (UTC), with its text."""
    from analyzer.report.progressline import shown
    from analyzer.report.rows import export

    with shown(sys.stderr), readable():
        analysis = analysis_of(bundle, **asked_for)
        analysis.to_json()  # the stand-ins of a report on the same bundle
    try:
        with shown(sys.stderr), readable():
            export(analysis, form, output, analysis.redactor)
    except BrokenPipeError:
        raise
    except OSError as error:
        let_go_of_stdout()
        raise click.ClickException(f"cannot write {error.filename or 'stdout'}: {error.strerror}") from None


@click.command()
@click.argument("bundle")
@click.option("-o", "--output", required=True, metavar="FILE", help="The clean bundle, a .tar.gz.")
@hiding
@limiting
def redact(bundle: str, output: str, identity: bool, limits: tuple[str, ...]) -> None:
    """Write a copy of BUNDLE without secrets, which gets the same verdict and is safe to pass on.

    What cannot be cleaned is left out; REDACTED.txt in the copy lists it and counts what was removed.
    """
    from analyzer.bundle.model import Limits
    from analyzer.redaction.cleaning.clean import write_clean
    from analyzer.report.write import clash

    wrong = clash({"clean": output}, bundle)
    if wrong or output == "-":
        raise click.UsageError(wrong or "the clean bundle goes to a file")
    try:
        with readable():
            source = sys.stdin.buffer if bundle == "-" else bundle
            cleaned = write_clean(source, output, identity=identity, limits=Limits.of(limits))
    except OSError as error:
        raise click.ClickException(f"cannot write {error.filename or output}: {error.strerror or error}") from None
    removed = ", ".join(f"{kind} {count}" for kind, count in sorted(cleaned.counts.items())) or "nothing"
    click.echo(f"{cleaned.path}: {cleaned.members} files, {len(cleaned.left_out)} left out; replaced: {removed}")


@click.command()
@click.argument("a")
@click.argument("b")
@asked
@hiding
@limiting
@click.option("-o", "--output", metavar="FILE", help="Write the difference as an HTML page.")
@click.option("--json", "json_file", metavar="FILE", help="Write the difference as JSON; '-' for stdout.")
def diff(a: str, b: str, output: str | None, json_file: str | None, **asked_for: Any) -> None:
    """What changed between two bundles of a VM: versions, configuration, states, first new errors, verdicts."""
    import json

    from analyzer.compare import compare
    from analyzer.compare.page import render_diff_html
    from analyzer.compare.terminal import render_diff_terminal
    from analyzer.report.progressline import shown
    from analyzer.report.write import clash

    wrong = clash({"html": output, "json": json_file}, a) or clash({"html": output, "json": json_file}, b)
    if wrong:
        raise click.UsageError(wrong)

    with shown(sys.stderr), readable():
        before, after = (analysis_of(each, **asked_for) for each in (a, b))
        documents = [before.to_json()]
        after.redactor = before.redactor  # what is equal in both has the same stand-in, and nothing else has
        documents.append(after.to_json())
    difference = compare(*documents)
    try:
        if output:
            _put(output, render_diff_html(difference, documents[0]["tool"]))
        if json_file:
            _put(json_file, json.dumps(difference.as_json(), ensure_ascii=False, indent=1) + "\n")
    except BrokenPipeError:
        raise
    except OSError as error:
        raise click.ClickException(f"cannot write {error.filename or 'stdout'}: {error.strerror}") from None
    if "-" not in (output, json_file):
        colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        width = shutil.get_terminal_size((100, 24)).columns
        click.echo(render_diff_terminal(difference, colour=colour, width=width), nl=False, color=colour)


def _put(target: str, text: str) -> None:
    from analyzer.aside import whole

    if target == "-":
        click.echo(text, nl=False)
        return
    with whole(Path(target)) as file:
        file.write(text.encode("utf-8", "replace"))
