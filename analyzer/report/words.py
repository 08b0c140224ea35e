"""The words of a verdict: one table that all reports share, so that HTML, Markdown and terminal say the same.

The tables hold English, marked for the catalogues; the functions give the words in the language of the moment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from analyzer.language import N_, _


@dataclass(frozen=True)
class Outcome:
    """How an outcome reads. The sign and the word carry it as well as the colour does."""

    word: str
    sign: str
    tone: str  # class of the colour in the style sheet
    ansi: str  # SGR colour on a terminal
    meaning: str
    evidence_title: str


OUTCOMES = {
    "named": Outcome(
        N_("Cause named"),
        "!",
        "bad",
        "31",
        N_("One cause stands out and has direct evidence."),
        N_("Evidence for the cause"),
    ),
    "platform": Outcome(
        N_("Platform side"),
        "→",
        "platform",
        "34",
        N_("The guest did its part. The next step is on the platform's side, not in this VM."),
        N_("Evidence that the guest did its part"),
    ),
    "no-fault": Outcome(
        N_("No fault found"),
        "✓",
        "good",
        "32",
        N_("What the bundle covers ended well, and nothing failed after it."),
        N_("What went well"),
    ),
    "undetermined": Outcome(
        N_("Undetermined"),
        "?",
        "open",
        "33",
        N_("Something failed, and no single cause stands out enough to be named."),
        N_("How the failure shows"),
    ),
    "not-enough": Outcome(
        N_("Not enough to tell"),
        "…",
        "missing",
        "35",
        N_("The bundle does not cover what the question is about."),
        N_("How the failure shows"),
    ),
}

INCIDENT_STATES = {
    "failed": ("✕", N_("failed"), N_("failed, resolved later")),
    "degraded": ("△", N_("degraded"), N_("degraded, resolved later")),
    "succeeded": ("✓", N_("succeeded"), ""),
    "open": ("…", N_("did not end inside the bundle"), ""),
}
"""Sign, word, and the word where a later success healed it."""

RISKS = {
    "none": N_("no risk"),
    "restarts-service": N_("restarts a service"),
    "restarts-vm": N_("restarts the VM"),
    "changes-data": N_("changes data"),
}

ROLES = {
    "required": N_("required"),
    "supports": N_("supports"),
    "against": N_("speaks against"),
    "part": N_("one of several"),
    "marker": N_("marks start or end"),
}


def outcome_words(outcome: str) -> Outcome:
    """The words for `outcome`; an outcome of a later version reads as its own name."""
    known = OUTCOMES.get(outcome)
    if known is None:
        return Outcome(outcome, "·", "missing", "35", "", _("Evidence"))
    return replace(known, word=_(known.word), meaning=_(known.meaning), evidence_title=_(known.evidence_title))


def incident_state(state: str, resolved: bool = False) -> tuple[str, str]:
    """(sign, word) of how an incident ended; `resolved` where a later success healed it."""
    sign, word, healed = INCIDENT_STATES.get(state, ("·", "", ""))
    chosen = healed if resolved and healed else word
    return sign, _(chosen) if chosen else state


def risk_word(risk: str) -> str:
    """What a remedy step may do; '' where it says nothing about it."""
    return _(RISKS[risk]) if risk in RISKS else ""


def role_word(role: str) -> str:
    """What a piece of evidence is to its cause."""
    return _(ROLES[role]) if role in ROLES else role


def confidence_word(share: float | None) -> str:
    """A band beside the figure, since a bare percentage claims more than it knows."""
    if share is None:
        return _("no confidence given")
    if share >= 0.85:
        return _("high confidence")
    return _("moderate confidence") if share >= 0.6 else _("low confidence")
