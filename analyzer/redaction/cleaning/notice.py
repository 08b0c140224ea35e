"""REDACTED.txt: what was done to a bundle, for whoever opens it later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

NAME = "REDACTED.txt"
HEADING = "This bundle was cleaned by vmtriage redact."
_SECRETS = (
    "Secrets were replaced by stand-ins such as <password:1>; equal secrets have equal stand-ins. In XML they are"
    " written &lt;password:1&gt;."
)
_IDENTITIES = (
    "Names and addresses were replaced by stand-ins of the same form: host-1, user-1, 198.18.0.1, 2001:2::1,"
    " 02:00:00:00:00:01, 00000000-0000-0001-0000-000000000001, account1, domain-1.example, resource-group-1."
)
MOST = 2_000  # lines about files


def notice(
    counts: Mapping[str, int], left_out: Sequence[tuple[str, str]], rewritten: Sequence[tuple[str, str]], identity: bool
) -> str:
    """The text of the file."""
    lines = [HEADING, "", _SECRETS, *([_IDENTITIES] if identity else []), "", "Replaced:"]
    lines += [f"  {kind}: {count}" for kind, count in sorted(counts.items())] or ["  nothing"]
    lines += _files("Left out, since they cannot be cleaned:", left_out)
    lines += _files("Written in another form:", rewritten)
    return "\n".join([*lines, ""])


def _files(heading: str, files: Sequence[tuple[str, str]]) -> list[str]:
    if not files:
        return []
    lines = ["", heading, *(f"  {path}: {words}" for path, words in files[:MOST])]
    return lines if len(files) <= MOST else [*lines, f"  and {len(files) - MOST} more"]
