"""A difference for a terminal: `+` new, `−` gone, `→` changed; colour says it again where there is colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.compare import words
from analyzer.compare.model import Change, Difference, Side
from analyzer.language import _, plural, using
from analyzer.report import formatting
from analyzer.report.cells import cells, fit, fit_end, wrap
from analyzer.report.terminal import Block
from analyzer.report.words import outcome_words

MOST_ROWS = 15  # of one section; the page has all
_COLOURS = {"appeared": "36", "gone": "35", "changed": "33"}
_DIM, _BOLD, _WARNING = "2", "1", "33"


def render_diff_terminal(difference: Difference, *, colour: bool, width: int) -> str:
    """The difference in lines of at most `width` columns (never narrower than 40), ending with a line feed."""
    block = Block(colour, width)
    with using(difference.language):
        lines = [*block.wrapped(words.headline(difference), 3, _BOLD), ""]
        for side in (difference.before, difference.after):
            lines += _side(block, difference, side)
        for remark in words.remarks(difference):
            first, *rest = wrap(remark, block.width - 2, 4)
            lines += [block.paint(f"! {first}", _WARNING), *(block.paint(f"  {row}", _WARNING) for row in rest)]
        for title, rows, total in _sections(block, difference):
            if rows:
                lines += ["", block.title(title), *_capped(block, rows, total)]
        if difference.passing:
            lines += ["", *block.wrapped(words.passing(difference), 2, _DIM)]
    return "\n".join(lines) + "\n"


def _side(block: Block, difference: Difference, side: Side) -> Iterator[str]:
    """The bundle and its time; its verdict."""
    age, span = words.age_word(difference, side), words.span(side)
    name = f"{side.letter}  {side.name}" + (f" ({age})" if age else "")
    if cells(name) + cells(span) + 2 <= block.width:
        yield f"{name}  {span}"
    else:
        yield from (block.item(name, ""), block.item(span, "   "))
    outcome = outcome_words(side.outcome)
    rows = wrap(f"{outcome.sign} {words.verdict(side)}", block.width - 3, 2)
    yield from ("   " + block.paint(row, outcome.ansi) for row in rows)


def _sections(block: Block, difference: Difference) -> Iterator[tuple[str, list[str], int]]:
    """Title, rows, and how many rows there are in all."""
    causes = [_row(block, item.kind, f"{item.title} ({words.standing(item)})") for item in difference.causes]
    yield _("Causes and notes"), causes, len(causes)
    incidents = _incidents(block, difference)
    yield _("Operations since"), incidents, len(incidents)
    yield _("New errors"), list(_errors(block, difference)), len(difference.errors)
    for group in difference.groups:
        changes = list(_changes(block, group.changes))
        untold = [block.paint(block.item(line, "  ? "), _DIM) for line in words.untold(difference, group)]
        yield words.title(group.title), [*_capped(block, changes, len(changes)), *untold], 0
    sources = [
        _row(block, item.kind, f"{item.source} ({plural('{n} event', '{n} events', item.events)})")
        for item in difference.sources
    ]
    yield _("Sources of records"), sources, len(sources)


def _row(block: Block, kind: str, text: str) -> str:
    return "  " + block.paint(words.SIGNS[kind], _COLOURS[kind]) + " " + fit(text, block.width - 4)


def _incidents(block: Block, difference: Difference) -> list[str]:
    """What failed, newest first, then how the others ended."""
    told = [(item, *words.incident(item)) for item in reversed(difference.incidents)]
    failed = [block.item(f"{sign} {text}") for item, sign, text in told if item.failed]
    return failed + [block.item(f"{sign} {text}") for item, sign, text in told if not item.failed]


def _errors(block: Block, difference: Difference) -> Iterator[str]:
    """Two lines in one: when and where, then the line."""
    for error in words.in_time(difference.errors[:MOST_ROWS]):
        count = f"  ×{error.count:,}" if error.count > 1 else ""
        when = formatting.moment(error.first)
        room = block.width - 4 - cells(when) - cells(count)
        where = fit_end(words.place(error), max(room - 2, 8))
        yield block.item(f"{when}  {where}{count}") + "\n" + block.paint(block.item(error.text, "    "), _DIM)


def _changes(block: Block, changes: Sequence[Change]) -> Iterator[str]:
    """The fact in a column, then what became of it. A name keeps its end, which tells more than its beginning."""
    column = min(max((cells(change.name) for change in changes), default=0), block.width // 2 - 4)
    for change in changes:
        name = fit_end(change.name, column)
        text = change.after or change.before
        if change.kind == "changed":
            order = words.order_word(change)
            text = f"{change.before} → {change.after}" + (f" ({order})" if order else "")
        yield _row(block, change.kind, name + " " * (column - cells(name) + 2) + text)


def _capped(block: Block, rows: list[str], total: int) -> list[str]:
    """The first rows, and how many more there are."""
    left = total - MOST_ROWS
    if left <= 0:
        return rows
    more = plural("{n} more in the page that -o writes", "{n} more in the page that -o writes", left)
    return [*rows[:MOST_ROWS], block.paint(block.item(f"… {more}"), _DIM)]
