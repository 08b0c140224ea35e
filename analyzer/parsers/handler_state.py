"""`config/HandlerState`: one word, NotInstalled · Installed · Enabled · FailedUpgrade.

A multi-config extension has one `<instance>.HandlerState` for each instance besides, with enabled or disabled.
"""

from __future__ import annotations

from analyzer.parsers.base import StateEvent, StateResult
from analyzer.parsers.content import UnreadableError, filled, unreadable
from analyzer.parsers.order import handler_order
from analyzer.parsers.paths import handler_path
from analyzer.parsers.scrub import scrub
from analyzer.parsers.values import level_of

SOURCE = "handler-state"
_STATES = frozenset({"notinstalled", "installed", "enabled", "disabled", "failedupgrade", "uninstalled"})


def parse(path: str, data: bytes) -> StateResult:
    place = handler_path(path)
    try:
        state = filled(data).strip()
        if state.lower() not in _STATES:
            raise UnreadableError(f"'{scrub(state, 60)}' is no handler state")
    except UnreadableError as error:
        return unreadable(SOURCE, path, error, place.name)
    text = f"handler {place.name or 'none'} {place.version or 'none'} state {state}"
    return StateResult(
        facts={f"extension[{place.name}].handler_state": state},
        events=[StateEvent(SOURCE, text, level=level_of(state), component=place.name)],
        as_of=handler_order(place.version),
    )
