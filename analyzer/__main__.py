"""`python -m analyzer` is the command `vmtriage`."""

from analyzer.cli import main

main(prog_name="vmtriage")
