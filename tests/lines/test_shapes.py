"""Every shape of stamp that any log is read with, held against a regex and `datetime`: lines that are alike but for a
byte or two stand beside each other, since whole blocks are compared and decoded at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analyzer.lines.grammar import Family
from analyzer.lines.index import SHORTEST_STAMP
from analyzer.lines.stamp import HEAD, NO_YEAR, NOT_A_TIME, Clock, Stamp
from analyzer.parsers.families import FAMILIES

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
FIELDS = (
    ("YYYY", "(?P<year>[0-9]{4})"), ("MM", "(?P<month>[0-9]{2})"), ("DD", "(?P<day>[0-9]{2})"),
    ("_D", "(?P<day>[ 0-9][0-9])"), ("hh", "(?P<hour>[0-9]{2})"), ("mm", "(?P<minute>[0-9]{2})"),
    ("ss", "(?P<second>[0-9]{2})"), ("pp", "(?P<half>[AP]M)"), ("bbb", f"(?P<name>(?i:{'|'.join(MONTHS)}))"),
    (r"M(?=/)", "(?P<month>[0-9])"), (r"D(?=/)", "(?P<day>[0-9])"), (r"h(?=:)", "(?P<hour>[0-9])"),
)  # fmt: skip
REPEATED = ((r"w{2,}", "[^€]"), (r"d{2,}", "[0-9]"))
TAIL = r"(?:[.,](?P<tail>[0-9]{1,9}))?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?"


def regex_of(stamp: Stamp) -> re.Pattern[str]:
    """The shape as its letters are explained, one token after the other."""
    made, rest = "", stamp.shape
    while rest:
        fraction, seconds = re.match(r"f{2,}", rest), re.match(r"(_*)(e+)(?=\.|$)", rest)
        repeated = next(((m, one) for form, one in REPEATED if (m := re.match(form, rest))), None)
        field = next(((m, text) for form, text in FIELDS if (m := re.match(form, rest))), None)
        before = stamp.shape[: len(stamp.shape) - len(rest)][-1:]
        if field and len(field[0][0]) == 1 and before.isalnum():
            field = None  # one letter is a field at the begin of a word alone
        if fraction:
            made, size = f"{made}(?P<fraction>[0-9]{{{len(fraction[0])}}})", len(fraction[0])
        elif seconds:
            blank, digits = len(seconds[1]), len(seconds[2])
            made, size = f"{made}(?P<epoch>[ 0-9]{{{blank}}}[0-9]{{{digits}}})", blank + digits
        elif repeated:
            made, size = f"{made}{repeated[1]}{{{len(repeated[0][0])}}}", len(repeated[0][0])
        elif field:
            made, size = made + field[1], len(field[0][0])
        else:
            made, size = made + re.escape(rest[0]), 1
        rest = rest[size:]
    return re.compile(f"(?P<shape>{made}){TAIL if stamp.tail else ''}", re.DOTALL)


def every(families: Iterator[Family]) -> Iterator[Stamp]:
    for family in families:
        yield from (grammar.stamp for grammar in family.grammars)
        yield from every(inner for _, inner in family.inner)


STAMPS = sorted(set(every(iter(FAMILIES.values()))), key=lambda s: (s.shape, s.clock, s.tail, s.utc_since or 0))
SYSLOG, CTIME, US = (
    next(stamp for stamp in STAMPS if stamp.shape == shape)
    for shape in ("bbb _D hh:mm:ss", "[www bbb _D hh:mm:ss YYYY]", "MM/DD/YYYY hh:mm:ss pp")
)
REGEXES = {stamp: regex_of(stamp) for stamp in STAMPS}


def expected(stamp: Stamp, line: str) -> tuple[int, int, int] | None:
    """(microseconds, end, clock) by `re` and `datetime`; None where the line does not begin with the shape."""
    match = REGEXES[stamp].match(line[:HEAD])
    if match is None:
        return None
    found = {name: value for name, value in match.groupdict().items() if value is not None}
    micros = int(found.get("fraction", "0").ljust(6, "0"))
    try:
        micros += (_moment(found) - EPOCH) // timedelta(microseconds=1)
    except ValueError:
        return NOT_A_TIME, match.end(), Clock.NONE
    clock = Clock.LOCAL if stamp.utc_since is not None and micros < stamp.utc_since else stamp.clock
    micros += int(found.get("tail", "0")[:6].ljust(6, "0"))
    zone = found.get("zone", "")
    if zone and zone != "Z":
        micros -= int(zone[0] + "1") * (int(zone[1:3]) * 60 + int(zone[-2:])) * 60_000_000
    return micros, match.end(), Clock.UTC if zone else clock


def _moment(found: dict[str, str]) -> datetime:
    if "epoch" in found:
        return EPOCH + timedelta(seconds=int(found["epoch"].replace(" ", "0")))
    hour, second, year = int(found["hour"]), int(found["second"]), int(found.get("year", NO_YEAR))
    if "half" in found:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + 12 * (found["half"] == "PM")
    if second > 60 or not 1700 <= year <= 2261:
        raise ValueError(found)
    month = MONTHS.index(found["name"].lower()) + 1 if "name" in found else int(found["month"])
    return datetime(year, month, int(found["day"]), hour, int(found["minute"]), tzinfo=UTC) + timedelta(seconds=second)


def decoded(stamp: Stamp, lines: list[str]) -> list[tuple[int, int, int] | None]:
    """What the stamp makes of the lines of a block."""
    heads = np.frombuffer(b"".join(x.encode("latin-1")[:HEAD].ljust(HEAD, b"\0") for x in lines), dtype=np.uint8)
    heads = heads.reshape(len(lines), HEAD)
    fits = stamp.matches(heads)
    micros, end, clock = stamp.decode(heads[fits])
    told = iter(zip(micros.tolist(), end.tolist(), clock.tolist(), strict=True))
    return [next(told) if fit else None for fit in fits.tolist()]


def test_all_shapes_are_here() -> None:
    assert len(STAMPS) > 45
    assert any(re.search(r"(?<!M)M/", stamp.shape) for stamp in STAMPS)


WORDS = {
    "YYYY": ["2025", "1972", "2000", "1699", "2262"], "MM": ["02", "12", "00", "13"], "DD": ["28", "29", "31", "01"],
    "_D": [" 1", "28", "29", "30"], "hh": ["00", "12", "23", "11", "24"], "mm": ["00", "59", "60"],
    "ss": ["00", "59", "60", "61"], "pp": ["AM", "PM"], "bbb": ["Feb", "dec", "JUN"],
}  # fmt: skip
BEHIND = (
    "",
    ".5Z ",
    ",123 x",
    ".123456Z INFO",
    ".123456+02:00",
    ".1234567890Z",
    "Z",
    "-0930 x",
    "+1",
    "+1:30",
    ".",
    "]",
)


@st.composite
def blocks(draw: st.DrawFn) -> tuple[Stamp, list[str]]:
    """Lines in one shape, the later ones changed in a byte or two of the first, cut or prolonged."""
    stamp = draw(st.sampled_from(STAMPS))

    def written(token: re.Match[str]) -> str:
        if token[0] in WORDS:
            return draw(st.sampled_from(WORDS[token[0]]))
        if token[0][0] in "MDhdfe_":
            return draw(
                st.text(
                    "0123456789 " if "_" in token[0] else "0123456789", min_size=len(token[0]), max_size=len(token[0])
                )
            )
        return "Mon CEST UTC "[: len(token[0])].ljust(len(token[0]), "x")

    form = r"YYYY|MM|_D|DD|hh|mm|ss|pp|bbb|w{2,}|d{2,}|f{2,}|_*e+(?=\.|$)|\b[MD](?=/)|\bh(?=:)"
    first = re.sub(form, written, stamp.shape) + draw(st.sampled_from(BEHIND))
    lines = [first]
    for _ in range(draw(st.integers(0, 5))):
        line = list(draw(st.sampled_from(lines)))
        for _ in range(draw(st.integers(0, 2))):
            at = draw(st.integers(0, len(line) - 1))
            line[at] = draw(st.one_of(st.sampled_from("0123456789 "), st.characters(max_codepoint=255)))
        lines.append("".join(line))
    return stamp, lines


@settings(max_examples=250, deadline=None)
@given(blocks())
@example((SYSLOG, ["Mar  1 10:00:00", "Mar !1 10:00:00", "Mar 01 10:00:00", "Mar 1  10:00:00"]))
@example((CTIME, [f"[Sat Mar  1 10:00:0{n} {year}]" for n, year in enumerate((2025, 2025, 2024, 1699))]))
@example((US, [f"03/01/2025 11:00:0{n} {half}" for n, half in enumerate(("AM", "PM", "PM", "AM", "am"))]))
def test_equals_regex_and_datetime(block: tuple[Stamp, list[str]]) -> None:
    stamp, lines = block
    assert decoded(stamp, lines) == [expected(stamp, line) for line in lines]


def test_no_stamp_is_shorter_than_the_lines_that_are_passed_over() -> None:
    grammars = [grammar for family in FAMILIES.values() for grammar in family.grammars]
    grammars += [grammar for family in FAMILIES.values() for _, inner in family.inner for grammar in inner.grammars]
    assert min(len(grammar.anchor) + len(grammar.stamp.shape) for grammar in grammars) >= SHORTEST_STAMP
