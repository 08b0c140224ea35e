"""The drop page itself: one HTML file with its style and script, which may talk to this server and to nobody else."""

from __future__ import annotations

from markupsafe import Markup

from analyzer.report.html import asset, environment, policy
from analyzer.version import __version__

_STYLES, _SCRIPTS = ("report.css", "drop.css"), ("drop.js",)


def render_page(most: int) -> tuple[str, str]:
    """(the page, its Content-Security-Policy); `most` is what an upload may hold, in bytes."""
    css, js = asset(*_STYLES), asset(*_SCRIPTS)
    own = f"{policy(css, js)}; connect-src 'self'; frame-ancestors 'none'"
    page = environment().get_template("drop.html.j2")
    return page.render(css=Markup(css), js=Markup(js), most=most, version=__version__), own  # noqa: S704 - its own files
