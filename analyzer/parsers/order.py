"""Which of several files that tell the same fact is the newest, as a sortable `StateResult.as_of`.

A bundle holds up to 50 goal states (`history/`), and a handler's folder for every version that was ever installed.
Members come in any order and their modification times mean nothing, so the age is read from names and contents:

    goal states      '<folder stamp>|<created>|<incarnation>'; the agent's own folder sorts after its history,
                     because up to agent 2.7 it holds the current goal state (later ones keep a placeholder there)
    reported status  its own timestampUTC
    handlers         '~<version>|<sequence>', after everything that is dated: what a handler's folder says of it
                     outranks what the agent last reported about it
"""

from __future__ import annotations

import re

_UNDATED = "~"  # sorts after every digit
_HISTORY = re.compile(r"(?:^|/)history/(\d{4}-\d\d-\d\dT\d\d[:-]\d\d[:-]\d\d(?:\.\d+)?)")


def history_stamp(path: str) -> str:
    """When the agent received the goal state (UTC, 'YYYY-MM-DDThh-mm-ss'); '' outside of `history/`.

    Names: archive.py of WALinuxAgent; up to 2.7 '2018-04-06T08:21:37.142697_incarnation_1', later '…T08-21-37__1'.
    """
    found = _HISTORY.search(path)
    return found.group(1).replace(":", "-") if found else ""


def goal_state_order(path: str, incarnation: int | None = None, created: str | None = None) -> str:
    return f"{history_stamp(path) or _UNDATED}|{created or ''}|{_padded(incarnation)}"


def handler_order(version: str, sequence: int | None = None) -> str:
    parts = [part.zfill(10) for part in version.split(".") if part]
    return f"{_UNDATED}{'.'.join(parts)}|{_padded(sequence)}"


def _padded(number: int | None) -> str:
    return "" if number is None else f"{max(number, 0):020d}"
