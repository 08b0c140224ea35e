"""Turns values of the JSON document into words and figures that people read.

Everything a bundle says may be hostile, so `visible` is the one place where text of a bundle is made safe to look
at: control characters, terminal escapes and characters that reorder or hide text become visible signs. Escaping for
HTML, Markdown or the terminal comes on top of it, in the renderer.

Words and numbers are those of the language of the moment (analyzer.language); times read the same in every language.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from analyzer import language
from analyzer.language import N_, _

MAX_LINE = 4_000
"""Characters of one log line that a report shows."""

# C0 except tab and line feed, DEL and C1; bidi and zero-width characters; line separators; tags; lone surrogates.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_QUALITY = {
    "exact": "",
    "zone-assumed": N_("zone assumed"),
    "year-guessed": N_("year guessed"),
    "inherited": N_("time of the line above"),
    "none": N_("no time of its own"),
}
_UNITS = ((86_400, N_("{n} d")), (3_600, N_("{n} h")), (60, N_("{n} min")), (1, N_("{n} s")))
_SIZES = (N_("{n} B"), N_("{n} kB"), N_("{n} MB"), N_("{n} GB"), N_("{n} TB"))


def _sign(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟦U+{code:04X}⟧"


def visible(value: object, limit: int = MAX_LINE) -> str:
    """`value` as text in which nothing is hidden, cut after `limit` characters with a word about the rest."""
    text = str(value).replace("\r\n", "\n")
    rest = len(text) - limit
    shown = _UNSAFE.sub(_sign, text[:limit] if rest > 0 else text)
    if rest <= 0:
        return shown
    left_out = language.plural("{n} more character left out", "{n} more characters left out", rest)
    return f"{shown} … [{left_out}]"


def one_line(value: object, limit: int = MAX_LINE) -> str:
    """Like `visible`, with line feeds and tabs shown too, for places that hold a single line."""
    return visible(value, limit).replace("\n", "␊").replace("\t", " ")


def parse_time(value: str | None) -> datetime | None:
    """An ISO 8601 stamp of the document as UTC, or None for none and for what is no stamp."""
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def moment(value: str | None) -> str:
    """'2026-11-21 03:44:40 UTC', or 'no time'. The zone is always said: mixed-up zones are the classic trap."""
    when = parse_time(value)
    return when.strftime("%Y-%m-%d %H:%M:%S UTC") if when else _("no time")


def period(start: str | None, end: str | None) -> str:
    """A stretch of time with the date said once: '2026-11-21 03:41:07 – 03:58:00 UTC'."""
    first, last = parse_time(start), parse_time(end)
    if first is None or last is None:
        return moment(start or end)
    if first.replace(microsecond=0) == last.replace(microsecond=0):
        return moment(start)
    tail = last.strftime("%H:%M:%S UTC" if first.date() == last.date() else "%Y-%m-%d %H:%M:%S UTC")
    return f"{first:%Y-%m-%d %H:%M:%S} – {tail}"


def duration(seconds: float) -> str:
    """'2 h 14 min': the two largest units, since nobody needs more."""
    left, parts = round(abs(seconds)), []
    for size, unit in _UNITS:
        if left >= size:
            parts.append(_(unit).format(n=language.grouped(left // size)))
            left %= size
    return " ".join(parts[:2]) or _("less than a second")


def length(start: str | None, end: str | None) -> str:
    """How long from `start` to `end`, or '' where either is missing."""
    first, last = parse_time(start), parse_time(end)
    return duration((last - first).total_seconds()) if first and last else ""


def seconds_between(start: str | None, end: str | None) -> float:
    """From `start` to `end`; 0 where either is missing."""
    first, last = parse_time(start), parse_time(end)
    return (last - first).total_seconds() if first and last else 0.0


def quality(value: str | None) -> str:
    """What a reader must know about a stamp; nothing for an exact one."""
    known = _QUALITY.get(value or "none")
    return value or "" if known is None else known and _(known)


def age(days: int) -> str:
    """How old something is, as coarse as people say it: '12 days', '14 months', '4.6 years'."""
    if days < 60:
        return language.plural("{n} day", "{n} days", days)
    if days < 730:
        return language.plural("{n} month", "{n} months", round(days / 30.44))
    return _("{n} years").format(n=language.grouped(round(days / 365.25, 1)))


def size(count: int | float) -> str:
    """Bytes as '4.2 MB' (powers of 1,000)."""
    amount, unit = float(count), 0
    while abs(amount) >= 1_000 and unit < len(_SIZES) - 1:
        amount, unit = amount / 1_000, unit + 1
    shown = round(amount) if unit == 0 or amount >= 100 else round(amount, 1)
    return _(_SIZES[unit]).format(n=language.grouped(shown))


def number(value: float) -> str:
    """Digits grouped as the language groups them, decimals only where there are any (at most two), a real minus."""
    return language.grouped(value).replace("-", "−")


def points(value: float) -> str:
    """A contribution to a score with its sign: '+5.5', '−2', '0'. The minus is a real one."""
    shown = language.grouped(float(abs(value)))
    if shown == "0":
        return "0"
    return ("+" if value > 0 else "−") + shown


def percent(share: float | None) -> str:
    """A confidence between 0 and 1 as '93 %'; it never reads as certainty."""
    if share is None:
        return "–"
    whole = min(99, max(1, round(share * 100)))
    if language.current() == "en":
        return f"{whole} %"
    from babel.numbers import format_percent

    return format_percent(whole / 100, locale=language.current().replace("-", "_"))


def plural(count: int, word: str, many: str = "") -> str:
    """'1 line', '14 lines'."""
    return f"{count:,} {word if count == 1 else many or word + 's'}"
