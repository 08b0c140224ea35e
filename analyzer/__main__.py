"""`python -m analyzer` is the command `vmtriage`. Signals are caught before anything else is imported."""

from analyzer.stopping import run


def main() -> None:
    run(_command)


def _command() -> None:
    from analyzer.cli import main as command

    command(prog_name="vmtriage")


if __name__ == "__main__":
    main()
