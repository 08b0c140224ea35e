"""What a difference says, in sentences that the terminal and the page share."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.compare.model import CauseChange, Change, Difference, Group, IncidentChange, NewError, Side
from analyzer.language import N_, _, knowledge, plural
from analyzer.report import formatting
from analyzer.report.words import incident_state, outcome_words

SIGNS = {"appeared": "+", "gone": "−", "changed": "→"}
_KINDS = {"appeared": N_("new"), "gone": N_("gone"), "changed": N_("changed")}
_STATES = {"named": N_("named"), "candidate": N_("candidate"), "effect": N_("effect"), "note": N_("note")}
_FAULTS = ("named", "undetermined")
_LEVELS = {"critical": N_("critical"), "error": N_("error"), "warning": N_("warning")}


def kind_word(kind: str) -> str:
    return _(_KINDS[kind])


def level_word(level: str) -> str:
    return _(_LEVELS[level])


def age_word(difference: Difference, side: Side) -> str:
    """Which of the two a bundle is."""
    if difference.before.last == difference.after.last:
        return ""
    return _("older") if side is difference.before else _("newer")


def verdict(side: Side) -> str:
    """The outcome and its sentence, the outcome's word said once."""
    word = outcome_words(side.outcome).word
    return side.headline if side.headline.startswith(word) else f"{word}: {side.headline}"


def sentence(side: Side) -> str:
    """The sentence of a verdict where the outcome's word stands beside it."""
    rest = side.headline.removeprefix(f"{outcome_words(side.outcome).word}: ")
    return rest[:1].upper() + rest[1:]


def headline(difference: Difference) -> str:
    """The whole in one sentence."""
    old, new = difference.before, difference.after
    if difference.same_bundle:
        return _("Both are the same bundle.")
    if difference.certainly_others:
        return _("These are bundles of two different VMs.")
    if difference.same_verdict:
        named = old.cause is not None or old.outcome == "no-fault"
        return _("The verdict has not changed.") if named else _("Neither bundle's verdict names a cause.")
    if old.outcome in _FAULTS and new.outcome == "no-fault":
        return _("What failed in the older bundle has ended well in the newer one.")
    if old.outcome == "no-fault" and new.outcome in _FAULTS:
        return _("All was well in the older bundle, and something has failed since.")
    if old.cause and new.cause:
        return _("The newer bundle has another cause.")
    return _("The verdict has changed.")


def remarks(difference: Difference) -> list[str]:
    """What a reader must know before trusting the rest."""
    old, new = difference.before, difference.after
    result = []
    if difference.swapped:
        words = _("{a} is the newer one: what follows goes from {b} to {a}.")
        result.append(words.format(a=new.letter, b=old.letter))
    for change in difference.certainly_others:
        words = _("They are of different VMs: {fact} is {before} in the one and {after} in the other.")
        result.append(words.format(fact=change.name, before=change.before, after=change.after))
    if difference.perhaps_others and not difference.certainly_others:
        told = ", ".join(f"{c.name}: {c.before} → {c.after}" for c in difference.perhaps_others)
        result.append(_("They may be of different VMs, or the VM was renamed or moved ({facts}).").format(facts=told))
    if difference.hole:
        words = _("Neither bundle covers {period} ({length}).")
        period, length = formatting.period(*difference.hole), formatting.length(*difference.hole)
        result.append(words.format(period=period, length=length))
    if old.zone != new.zone:
        words = _("Local stamps were read as {before} in the older bundle and as {after} in the newer one.")
        result.append(words.format(before=old.zone, after=new.zone))
    if difference.errors and not difference.errors_complete:
        result.append(_("The older report does not list all of its errors: one that is called new may not be."))
    return result


def span(side: Side) -> str:
    return formatting.period(side.first, side.last) if side.first else _("no event with a time")


def title(text: str) -> str:
    """A group's title: the table's, else one of our own."""
    told = knowledge(text)
    return told if told != text else _(text)


def order_word(change: Change) -> str:
    """Whether a version went up or down."""
    return {1: _("newer"), -1: _("older")}.get(change.order, "")


def untold(difference: Difference, group: Group) -> list[str]:
    """Facts that only one of the bundles tells, by the one that does."""
    lines = []
    for which, side in (("before", difference.before), ("after", difference.after)):
        told = [item for item in group.untold if item.teller == which]
        if told:
            facts = ", ".join(f"{i.pattern} ({formatting.number(i.facts)})" if i.facts > 1 else i.pattern for i in told)
            lines.append(_("Only {letter} tells: {facts}").format(letter=side.letter, facts=facts))
    return lines


def standing(item: CauseChange) -> str:
    """How a cause stood and stands."""

    def told(state: tuple[str, float]) -> str:
        words = _("{state}, score {score}")
        return words.format(state=_(_STATES.get(state[0], state[0])), score=formatting.number(state[1]))

    return " → ".join(told(state) for state in (item.before, item.after) if state is not None)


def incident(item: IncidentChange) -> tuple[str, str]:
    """(sign, sentence) of an operation."""
    states = [incident_state(*state) for state in (item.before, item.after) if state is not None]
    parts = [item.title, " → ".join(word for _sign, word in states), formatting.period(item.start, item.end)]
    if item.code:
        parts.append(_("code {code}").format(code=item.code))
    return states[-1][0], ", ".join(parts)


def place(item: NewError) -> str:
    return f"{item.file}:{item.line}" if item.line else item.file


def in_time(errors: Sequence[NewError]) -> list[NewError]:
    """Errors as they came, those without a time last."""
    return sorted(errors, key=lambda error: (error.first is None, error.first or ""))


def passing(difference: Difference) -> str:
    """The differences that every pair of bundles has."""
    return plural(
        "{n} counter, time or id differs too, as in every pair of bundles.",
        "{n} counters, times and ids differ too, as in every pair of bundles.",
        difference.passing,
    )
