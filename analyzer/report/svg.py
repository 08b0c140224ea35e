"""The few SVG elements the charts need, as escaped strings.

Colours come from classes of the style sheet (so they follow the dark scheme and a Content-Security-Policy without
inline styles); numbers are rounded so that the same document gives the same bytes.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

from analyzer.report.formatting import one_line


def number(value: float) -> str:
    """A coordinate with at most one decimal."""
    return (
        f"{value:.1f}".removesuffix(".0").replace("-0", "0") if abs(value) < 0.05 else f"{value:.1f}".removesuffix(".0")
    )


def escape(text: object, limit: int = 200) -> str:
    """Text of the bundle for an element's content."""
    return html.escape(one_line(text, limit), quote=False)


def element(name: str, content: str = "", **attributes: object) -> str:
    """`content` must be markup already; attribute values are escaped here. `class_` and `x_y` give class and x-y."""
    parts = [name]
    for key, value in attributes.items():
        shown = number(value) if isinstance(value, (int, float)) else one_line(value, 10_000_000)
        parts.append(f'{key.rstrip("_").replace("_", "-")}="{html.escape(shown)}"')
    head = " ".join(parts)
    return f"<{head}>{content}</{name}>" if content else f"<{head}/>"


def text(content: object, x: float, y: float, class_: str, **more: object) -> str:
    """One line of text at its baseline."""
    return element("text", escape(content), x=x, y=y, class_=class_, **more)


def rectangles(shapes: Iterable[tuple[float, float, float, float]]) -> str:
    """Rectangles (x, y, width, height) as one path's data, which is far smaller than an element each."""
    return "".join(f"M{number(x)} {number(y)}h{number(w)}v{number(h)}h{number(-w)}z" for x, y, w, h in shapes)


def picture(
    ident: str, width: float, height: float, title: str, description: str, body: list[str], **more: object
) -> str:
    """A whole drawing with the title and description that a screen reader tells."""
    return element(
        "svg",
        element("title", escape(title), id=f"{ident}-title")
        + element("desc", escape(description, 1_000), id=f"{ident}-desc")
        + "".join(body),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        role="img",
        class_=f"chart {ident}",
        aria_labelledby=f"{ident}-title {ident}-desc",
        **more,
    )


def clip(content: object, characters: int) -> str:
    """One line cut to `characters` with an ellipsis; drawings cannot wrap."""
    line = one_line(content, 500)
    return line if len(line) <= characters else line[: max(1, characters - 1)].rstrip() + "…"


def clip_head(content: object, characters: int) -> str:
    """Like `clip` from the other side: of 'extension:Publisher.Type' the end is what tells."""
    line = one_line(content, 500)
    return line if len(line) <= characters else "…" + line[1 - characters :]


def wrap(content: object, characters: int, lines: int) -> list[str]:
    """Words broken into at most `lines` lines of `characters`, the last one cut where there is more."""
    rows: list[str] = []
    words = one_line(content, 500).split()
    while words and len(rows) < lines:
        row = words.pop(0)
        while words and len(row) + 1 + len(words[0]) <= characters:
            row += " " + words.pop(0)
        rows.append(row)
    if words:
        rows[-1] += " " + words[0]
        rows[-1] = clip(rows[-1], characters) if len(rows[-1]) > characters else rows[-1] + "…"
    return [clip(row, characters) for row in rows]
