"""An inbox that is looked at again and again, so that what is dropped into it is taken up once it is all there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from analyzer.batch.inbox import Ticket


def rounds(
    look: Callable[[], list[Ticket]],
    every: float,
    away: Callable[[OSError], None],
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[tuple[list[Ticket], frozenset[str]]]:
    """Whenever something is to be done, the tickets and the keys of those that are steady: two looks in a row, `every`
    seconds apart, found them the same. The others are still being copied. `away` hears when a look found no inbox."""
    before: dict[str, str] = {}
    done: dict[str, str] | None = None
    while True:
        try:
            found = look()
        except OSError as error:
            away(error)
            sleep(every)
            continue
        now = {ticket.key: ticket.stamp for ticket in found}
        steady = {key: stamp for key, stamp in now.items() if before.get(key) == stamp}
        gone = done is not None and not done.keys() <= now.keys()
        if gone or any(done is None or done.get(key) != stamp for key, stamp in steady.items()):
            yield found, frozenset(steady)
            done = {key: stamp for key, stamp in (done or {}).items() if key in now} | steady
        before = now
        sleep(every)
