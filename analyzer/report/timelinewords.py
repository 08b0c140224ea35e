"""The words of the timeline: how a step went, how sure a time is, what a row of the table is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analyzer.language import N_, _, plural

STEP_STATES = {
    "done": ("✓", N_("done")),
    "failed": ("✕", N_("failed")),
    "open": ("…", N_("no end of it in the log")),
    "lasts": ("", ""),
    "tick": ("", ""),
}
KINDS = {
    "agent": N_("Agent"),
    "backup": N_("Backup"),
    "boot": N_("Boot"),
    "extension": N_("Extensions"),
    "provisioning": N_("Provisioning"),
}
LEVELS = {
    "none": N_("no level"),
    "critical": N_("critical"),
    "error": N_("error"),
    "warning": N_("warning"),
    "info": N_("info"),
    "verbose": N_("verbose"),
}
QUALITIES = {
    "none": N_("no time of its own"),
    "exact": "",
    "zone-assumed": N_("zone assumed"),
    "year-guessed": N_("year guessed"),
    "inherited": N_("time of the line above"),
}


def step_state(state: str) -> tuple[str, str]:
    """(sign, word) of how a step ended."""
    sign, word = STEP_STATES.get(state, ("·", state))
    return sign, _(word) if word else ""


def kind(name: str) -> str:
    """A kind of operation, as the name of its rows."""
    return _(KINDS[name]) if name in KINDS else name


def guess_mark(guess: Mapping[str, Any]) -> str:
    """Under a lane's name: that its times are not as sure as others."""
    if guess["quality"] == "year-guessed":
        return _("≈ year guessed")
    return _("≈ local time of {zone}").format(zone=guess["zone"]) if guess["known"] else _("≈ zone not known")


def guess(guess: Mapping[str, Any]) -> str:
    """The same in a sentence."""
    count = plural("{n} event", "{n} events", guess["events"])
    if guess["quality"] == "year-guessed":
        if guess["known"]:
            return _("{events} without a year; local time read as {zone}").format(events=count, zone=guess["zone"])
        return _("{events} without a year, in a zone that nothing tells; read as {zone}").format(
            events=count, zone=guess["zone"]
        )
    if guess["known"]:
        return _("{events} in local time, read as {zone}").format(events=count, zone=guess["zone"])
    return _("{events} in a zone that nothing tells, read as {zone}").format(events=count, zone=guess["zone"])
