"""The command line: arguments in, files and a verdict out. Everything else happens in the library."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from analyzer.language import LANGUAGES
from analyzer.version import __version__

EXIT_NAMED, EXIT_UNREADABLE = 1, 3


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="vmtriage")
def main() -> None:
    """Names the likely cause of an Azure VM failure from the log bundle that the customer sent. Offline."""


def _asked(function: Callable[..., Any]) -> Callable[..., Any]:
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


def _analysis(
    source: str, at: str | None = None, symptom: str | None = None, packs: tuple[Path, ...] = (), language: str = "en"
) -> Any:
    """The library call, its errors turned into messages and exit codes."""
    from analyzer.analysis import UnknownSymptom, analyze
    from analyzer.bundle.model import BundleError
    from analyzer.memory import settle
    from analyzer.signatures.model import SignatureError

    settle()
    try:
        return analyze(source, at, symptom, signatures=packs, language=language)
    except BundleError as error:
        click.echo(f"vmtriage: {error}", err=True)
        sys.exit(EXIT_UNREADABLE)
    except (UnknownSymptom, ValueError, SignatureError) as error:
        raise click.UsageError(str(error)) from None


@main.command()
@click.argument("bundle")
@_asked
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

    analysis = _analysis(bundle, at, symptom, packs, language)
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


@main.command()
@click.argument("bundle")
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
@click.option("-o", "--output", default="-", metavar="FILE", help="Where it goes; '-' for stdout (the default).")
def timeline(bundle: str, form: str, output: str) -> None:
    """Write every event of BUNDLE, merged by time (UTC), with its text."""
    from analyzer.report.rows import write_rows

    analysis = _analysis(bundle)
    try:
        with click.open_file(output, "w", encoding="utf-8") as file:
            write_rows(analysis, form, file)
    except BrokenPipeError:
        sys.exit(0)


@main.group()
def signatures() -> None:
    """The knowledge: list, show, check and test the signature files."""


@signatures.command("list")
def signatures_list() -> None:
    """One line a signature."""
    from analyzer.signatures.load import load_folder

    for signature in load_folder():
        click.echo(f"{signature.id:45} {signature.kind:9} {signature.title}")


@signatures.command("show")
@click.argument("identity")
def signatures_show(identity: str) -> None:
    """A signature's file, as it is."""
    from analyzer.signatures.load import load_folder

    found = next((s for s in load_folder() if s.id == identity), None)
    if found is None:
        raise click.UsageError(f"no signature '{identity}'; `vmtriage signatures list` shows them")
    click.echo(found.path.read_text("utf-8"), nl=False)


@signatures.command("lint")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def signatures_lint(folder: Path | None) -> None:
    """Check signature files (the shipped ones, or those below FOLDER). Errors read file:line."""
    from analyzer.signatures.lint import lint_folder

    problems = lint_folder(folder)
    for problem in problems:
        click.echo(problem)
    click.echo(f"{len(problems)} problems", err=True)
    sys.exit(1 if problems else 0)


@signatures.command("test")
@click.argument("names", nargs=-1)
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Signatures to test; the shipped ones by default.",
)
def signatures_test(names: tuple[str, ...], folder: Path | None) -> None:
    """Run the tests inside the signature files through the real parsers and the engine."""
    from analyzer.signatures.selftest import run_tests

    failures, count = run_tests(folder, names)
    for failure in failures:
        click.echo(failure)
    click.echo(f"{count - len(failures)} of {count} tests hold", err=True)
    sys.exit(1 if failures else 0)


@signatures.command("new")
@click.argument("identity", metavar="AREA/CAUSE")
@click.option("--line", help="The log line; read from stdin without it.")
@click.option("--folder", default="signatures", show_default=True, type=click.Path(file_okay=False, path_type=Path))
def signatures_new(identity: str, line: str | None, folder: Path) -> None:
    """Begin a signature file from a pasted log line."""
    from analyzer.signatures.scaffold import write

    try:
        path = write(folder, identity, line if line is not None else sys.stdin.read())
    except (ValueError, FileExistsError) as error:
        raise click.UsageError(str(error)) from None
    click.echo(f"{path}: now say why, add a near-miss test, then: vmtriage signatures lint {folder}")


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("expected", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--jobs", default=1, show_default=True, help="Processes.")
@click.option("--calibrate", "fit", is_flag=True, help="Fit the confidence to these verdicts and store it.")
def evaluate(folder: Path, expected: Path, jobs: int, fit: bool) -> None:
    """Analyse every bundle of FOLDER and compare the verdicts with EXPECTED."""
    from analyzer.evaluate import calibrate, evaluate_folder, report

    outcomes = evaluate_folder(folder, expected, jobs)
    for line in report(outcomes):
        click.echo(line)
    if fit:
        click.echo(f"Confidence fitted: {calibrate(outcomes)}")
    sys.exit(0 if all(o.error is None for o in outcomes) else 1)
