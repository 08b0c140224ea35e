"""One target in a process of its own, guided by coverage. `search.py` starts it, since libFuzzer ends its process when
it is done.

    python -m tests.fuzz.guided NAME FINDINGS AGAIN [libFuzzer's options and folders]

AGAIN is a program that does the same with other options: libFuzzer merges in a second process.

Nothing of the analyzer may be imported before the hook stands that counts its branches.
"""

from __future__ import annotations

import dis
import operator
import random
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import atheris
import numpy as np
from atheris.version_dependent import CMP_OP_SHIFT_AMOUNT

HARD_SECONDS = 60  # of the wall's clock: beyond it code of C hangs that no alarm of ours can stop
HARD_MIB = 3_072  # libFuzzer's own bound for the whole process, behind ours for what one input may add
LOUD = 0.05  # seconds from which on an input is worth telling that took longer than those before it


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def _arrays_apart(traced: Callable[..., Any]) -> Callable[..., Any]:
    """Comparisons without those of arrays: atheris never lets go of what these give, which fills the memory."""

    def compare(one: Any, other: Any, code: int, *rest: Any) -> Any:
        if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
            return OPERATORS[dis.cmp_op[code >> CMP_OP_SHIFT_AMOUNT]](one, other)
        return traced(one, other, code, *rest)

    return compare


def main() -> None:
    name, findings, again, *options = sys.argv[1:]
    atheris.instrument_imports(include=["analyzer"]).__enter__()  # and stays: parsers are imported when first needed
    from tests.fuzz import kept
    from tests.fuzz.bounds import in_memory
    from tests.fuzz.damage import damaged
    from tests.fuzz.finding import failure, key_of, smaller
    from tests.fuzz.target import load

    target = load(name)
    folder = Path(findings)
    folder.mkdir(parents=True, exist_ok=True)
    longest, begun = LOUD, False

    def one(data: bytes) -> None:
        nonlocal longest, begun
        if target.arrays and not begun:  # libFuzzer has put its own comparison there by now
            begun, atheris._trace_cmp = True, _arrays_apart(atheris._trace_cmp)
        began = time.process_time()
        error = failure(target.run, data)
        took = time.process_time() - began
        if took > longest:
            longest = took
            print(f"longest input: {took:.2f} s", file=sys.stderr, flush=True)
        if error is None:
            return
        place = folder / f"{name}-{key_of(error)}"
        if not place.exists():  # the first input of each mistake is kept, and the search goes on behind it
            place.write_bytes(data)
            place.with_suffix(".txt").write_text("".join(traceback.format_exception(error)), "utf-8", "replace")
            place.write_bytes(smaller(target.run, data, key_of(error)))
            print(f"finding: {place.name}: {str(error)[:300]!r}", file=sys.stderr, flush=True)

    for data in kept.corpus(name) or target.seeds():
        failure(target.run, data)  # knowledge is loaded and parsers are imported: no input is to blame for that time

    def changed(data: bytes, most: int, seed: int) -> bytes:
        """libFuzzer changes bytes; accidents change lines, tokens and values."""
        return damaged(data, random.Random(seed))[:most] if seed % 5 < 2 else atheris.Mutate(data, most)

    limits = [f"-timeout={HARD_SECONDS}", f"-rss_limit_mb={HARD_MIB}", "-print_final_stats=1"]
    atheris.Setup([again, *limits, *options], one, custom_mutator=changed)
    with in_memory():
        atheris.Fuzz()


if __name__ == "__main__":
    main()
