"""The words of a verdict: one table that all reports share, so that HTML, Markdown and terminal say the same."""

from __future__ import annotations

from dataclasses import dataclass


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
        "Cause named", "!", "bad", "31", "One cause stands out and has direct evidence.", "Evidence for the cause"
    ),
    "platform": Outcome(
        "Platform side",
        "→",
        "platform",
        "34",
        "The guest did its part. The next step is on the platform's side, not in this VM.",
        "Evidence that the guest did its part",
    ),
    "no-fault": Outcome(
        "No fault found",
        "✓",
        "good",
        "32",
        "What the bundle covers ended well, and nothing failed after it.",
        "What went well",
    ),
    "undetermined": Outcome(
        "Undetermined",
        "?",
        "open",
        "33",
        "Something failed, and no single cause stands out enough to be named.",
        "Evidence",
    ),
    "not-enough": Outcome(
        "Not enough to tell",
        "…",
        "missing",
        "35",
        "The bundle does not cover what the question is about.",
        "Evidence",
    ),
}

INCIDENT_STATES = {
    "failed": ("✕", "failed"),
    "degraded": ("△", "degraded"),
    "succeeded": ("✓", "succeeded"),
    "open": ("…", "did not end inside the bundle"),
}

RISKS = {
    "none": "no risk",
    "restarts-service": "restarts a service",
    "restarts-vm": "restarts the VM",
    "changes-data": "changes data",
}

ROLES = {
    "required": "required",
    "supports": "supports",
    "against": "speaks against",
    "part": "one of several",
    "marker": "marks start or end",
}


def outcome_words(outcome: str) -> Outcome:
    """The words for `outcome`; an outcome of a later version reads as its own name."""
    return OUTCOMES.get(outcome) or Outcome(outcome, "·", "missing", "35", "", "Evidence")


def confidence_word(share: float | None) -> str:
    """A band beside the figure, since a bare percentage claims more than it knows."""
    if share is None:
        return "no confidence given"
    if share >= 0.85:
        return "high confidence"
    return "moderate confidence" if share >= 0.6 else "low confidence"
