"""`index.html`: the groups of a batch, as one file that opens anywhere and links to the reports beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from analyzer.aside import whole
from analyzer.batch.keep import INDEX
from analyzer.batch.overview import KINDS, SIGNS, Overview, overview
from analyzer.batch.store import Store
from analyzer.language import _, using
from analyzer.report import svg
from analyzer.report.html import asset, environment, policy
from analyzer.version import __version__

_STYLES, _SCRIPTS = ("report.css", "index.css"), ("index.js",)
_WIDTH, _HEIGHT, _BASE, _LEFT = 1040.0, 150.0, 118.0, 34.0
_MOST_BARS = 120
_ROOM = 240.0  # that two labels need


def write_index(store: Store, out: Path, language: str = "en") -> Path:
    """Write the page into `out`; its path. OSError when it cannot be written."""
    path = out / INDEX
    with using(language):
        text = render_index(overview(store), language)
    with whole(path) as file:
        file.write(text.encode("utf-8", "replace"))
    return path


def render_index(view: Overview, language: str = "en") -> str:
    """The page of an overview. Same overview, same bytes."""
    css, js = asset(*_STYLES), asset(*_SCRIPTS)
    return (
        environment()
        .get_template("index.html.j2")
        .render(
            view=view,
            kinds={kind: _(word) for kind, word in KINDS.items()},
            signs=SIGNS,
            chart=Markup(days_svg(view.days)),
            csp=policy(css, js),
            css=Markup(css),
            js=Markup(js),
            quote=lambda path: quote(path),
            language=language,
            version=__version__,
        )
    )


def days_svg(days: Sequence[tuple[str, Mapping[str, int]]]) -> str:
    """Tickets by the day of their incident, a bar a day or, of a long time, a bar for several days; '' for none."""
    if not days:
        return ""
    first, last = date.fromisoformat(days[0][0]), date.fromisoformat(days[-1][0])
    count = (last - first).days + 1
    step = -(-count // _MOST_BARS)
    bars: list[dict[str, int]] = [{} for _day in range(-(-count // step))]
    for day, kinds in days:
        bar = bars[(date.fromisoformat(day) - first).days // step]
        for kind, number in kinds.items():
            bar[kind] = bar.get(kind, 0) + number
    tallest = max(sum(bar.values()) for bar in bars)
    width = min((_WIDTH - _LEFT) / len(bars), 60.0)
    body = [svg.element("path", d=f"M{_LEFT} {_BASE}H{_WIDTH}", class_="grid"), *_scale(tallest)]
    for number, bar in enumerate(bars):
        body.append(_bar(bar, _LEFT + number * width, width, tallest, _period(first, number, step)))
    body.append(svg.text(_period(first, 0, step), _LEFT, _BASE + 20, "tick"))
    if len(bars) * width > _ROOM:
        end = _LEFT + len(bars) * width
        body.append(svg.text(_period(first, len(bars) - 1, step), end, _BASE + 20, "tick", text_anchor="end"))
    told = _("{n} tickets, {first} to {last}").format(
        n=sum(sum(bar.values()) for bar in bars), first=first.isoformat(), last=last.isoformat()
    )
    return svg.picture("days", _WIDTH, _HEIGHT, _("Tickets by the day of their incident"), told, body)


def _scale(tallest: int) -> list[str]:
    return [
        svg.text(tallest, _LEFT - 8, 20, "tick", text_anchor="end"),
        svg.text(0, _LEFT - 8, _BASE, "tick", text_anchor="end"),
    ]


def _bar(bar: Mapping[str, int], x: float, width: float, tallest: int, label: str) -> str:
    """One bar, its kinds on top of each other in the order of KINDS from below."""
    if not bar:
        return ""
    words = ", ".join(f"{_(KINDS[kind])}: {bar[kind]}" for kind in KINDS if kind in bar)
    parts = [svg.element("title", svg.escape(f"{label}: {words}"))]
    y = _BASE
    for kind in KINDS:
        if kind in bar:
            height = max((_BASE - 14) * bar[kind] / tallest, 2.0)
            y -= height
            parts.append(
                svg.element("rect", x=x + 0.5, y=y, width=max(width - 1.5, 1), height=height, class_=f"kind-{kind}")
            )
    return svg.element("g", "".join(parts))


def _period(first: date, number: int, step: int) -> str:
    begin = first + timedelta(days=number * step)
    return begin.isoformat() if step == 1 else f"{begin.isoformat()} +{step} d"
