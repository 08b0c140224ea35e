"""Commands about the knowledge: signatures list, show, lint, test, new; and how right it is."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.group()
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


@click.command()
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
