"""`waagent_policy.json`: which extensions the customer allows. An invalid policy blocks every extension.

Validated as the agent validates it (ga/policy/policy_engine.py): unknown attributes are errors there.
"""

from __future__ import annotations

import re
from posixpath import basename
from typing import Any

from analyzer.parsers.base import StateEvent, StateResult
from analyzer.parsers.content import UnreadableError, config_unreadable
from analyzer.parsers.jsonload import load_json
from analyzer.parsers.order import goal_state_order
from analyzer.parsers.scrub import scrub

SOURCE = "config"
_VERSION = re.compile(r"\d+(\.\d+(\.\d+)?)?$", re.ASCII)


def parse(path: str, data: bytes) -> StateResult:
    name = basename(path)
    try:
        policy = load_json(data)
        extensions = _validated(policy)
    except UnreadableError as error:
        return config_unreadable(path, error)
    allowed = sorted(scrub(key, 200) for key in extensions.get("extensions") or {})
    only = bool(extensions.get("allowListedExtensionsOnly"))
    signed = bool(extensions.get("signatureRequired"))
    values = {
        "policyVersion": scrub(policy["policyVersion"], 40),
        "allowListedExtensionsOnly": str(only).lower(),
        "signatureRequired": str(signed).lower(),
        "extensions": ", ".join(allowed) or "none",
    }
    return StateResult(
        facts={
            "policy.allow_listed_only": only,
            "policy.signature_required": signed,
            "policy.extensions": list(allowed),
        },
        events=[StateEvent(SOURCE, f"config {name}: {key}={value}", component=name) for key, value in values.items()],
        as_of=goal_state_order(path),
    )


def _validated(policy: Any) -> dict[str, Any]:
    """The extensionPolicies object. Raises UnreadableError in the agent's words."""
    if not isinstance(policy, dict):
        raise UnreadableError("expected an object describing a Policy")
    _known(policy, "policy", ("policyVersion", "extensionPolicies"))
    version = policy.get("policyVersion")
    if version is None:
        raise UnreadableError("missing required attribute 'policyVersion'")
    if not isinstance(version, str) or not _VERSION.match(version):
        raise UnreadableError("invalid value for attribute 'policyVersion'")
    extensions = _typed(policy, "extensionPolicies", dict, "object") or {}
    _known(extensions, "extensionPolicies", ("allowListedExtensionsOnly", "signatureRequired", "extensions"))
    for switch in ("allowListedExtensionsOnly", "signatureRequired"):
        _typed(extensions, switch, bool, "boolean")
    for entry in (_typed(extensions, "extensions", dict, "object") or {}).values():
        if not isinstance(entry, dict):
            raise UnreadableError("invalid type for an attribute of 'extensionPolicies.extensions'; must be 'object'")
        _known(entry, "an extension's policy", ("signatureRequired", "runtimePolicy"))
        _typed(entry, "signatureRequired", bool, "boolean")
    return extensions


def _known(content: dict[str, Any], name: str, attributes: tuple[str, ...]) -> None:
    for key in content:
        if key not in attributes:
            raise UnreadableError(f"unrecognized attribute '{scrub(key, 100)}' in {name}")


def _typed(content: dict[str, Any], key: str, kind: type, word: str) -> Any:
    value = content.get(key)
    if value is not None and not isinstance(value, kind):
        raise UnreadableError(f"invalid type for attribute '{key}'; must be '{word}'")
    return value
