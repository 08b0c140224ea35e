"""Small files whose presence or single line is the message: disable_agent, provisioned, mrseq, current_version, ….

Only the files named here tell their content; any other marker tells that it is there.
"""

from __future__ import annotations

from posixpath import basename

from analyzer.parsers.base import StateEvent, StateResult
from analyzer.parsers.content import EmptyError, UnreadableError, decode, unreadable
from analyzer.parsers.order import handler_order
from analyzer.parsers.paths import handler_path
from analyzer.parsers.scrub import scrub
from analyzer.parsers.values import as_int

SOURCE = "marker"
_MAY_BE_EMPTY = frozenset(
    {
        "disable_agent",
        "provisioned",
        "waagent_initial_update",
        "waagent_rsm_update",
        "package_validated",
        "SafeFreezeLockFile",
    }
)
_ONE_LINE = frozenset(
    {
        "Protocol",
        "WireServerEndpoint",
        "Incarnation",
        "partition",
        "published_hostname",
        "initial_goal_state",
        "SeqNumber.txt",
    }
)


def parse(path: str, data: bytes) -> StateResult:
    name = basename(path)
    place = handler_path(path)
    try:
        text = decode(data).strip()
        if not text and name not in _MAY_BE_EMPTY:
            raise EmptyError
        return _told(name, text, path)
    except UnreadableError as error:
        return unreadable(SOURCE, path, error, place.name)


def _told(name: str, text: str, path: str) -> StateResult:
    first = scrub(text.partition("\n")[0].strip(), 1_000)
    place = handler_path(path)
    if name == "disable_agent":
        return _event("disable_agent is present", {"agent.disabled": True}, "warning")
    if name == "provisioned":  # agents up to 2.1 left it empty
        return _event(f"provisioned {first or 'none'}")
    if name == "current_version":  # there while the agent runs; '[WALinuxAgent-X] [reason]', the reason of its last end
        return _event(f"current_version {first}")
    if name == "mrseq":
        number = as_int(first)
        if number is None:
            raise UnreadableError("no sequence number in it")
        result = _event(f"mrseq {place.name or 'none'} {number}", {f"extension[{place.name}].last_sequence": number})
        result.as_of = handler_order(place.version, number)
        return result
    if name == "published_hostname":
        return _event(f"published_hostname {first}", {"os.hostname": first})
    return _event(f"{name} {first}" if name in _ONE_LINE else f"{name} is present")


def _event(text: str, facts: dict[str, str | int | bool] | None = None, level: str = "info") -> StateResult:
    return StateResult(facts=dict(facts or {}), events=[StateEvent(SOURCE, text, level=level)])
