"""`ovf-env.xml`: what provisioning was told. Names, passwords, keys and custom data stay in the file.

Only three things are told: whether there is a provisioning section, for which system, and ProvisionGuestAgent.
"""

from __future__ import annotations

from analyzer.parsers.base import StateEvent, StateResult
from analyzer.parsers.content import UnreadableError, unreadable
from analyzer.parsers.values import as_bool
from analyzer.parsers.xmlload import Element, load_xml

SOURCE = "ovf-env"


def parse(path: str, data: bytes) -> StateResult:
    try:
        root = load_xml(data, "Environment")
    except UnreadableError as error:
        return unreadable(SOURCE, path, error)
    section = root.find("ProvisioningSection")
    systems = [name for name in ("Linux", "Windows") if _configuration(root, name) is not None]
    wanted = root.find("PlatformSettingsSection/PlatformSettings/ProvisionGuestAgent")
    provision_agent = as_bool(wanted.text) if wanted is not None else None
    result = StateResult(facts={"ovf.provisioning_section": section is not None})
    if provision_agent is not None:
        result.facts["ovf.provision_guest_agent"] = provision_agent
    text = (
        f"ovf-env provisioning section {'missing' if section is None else 'present'}"
        f" configuration {', '.join(systems).lower() or 'missing'}"
        f" ProvisionGuestAgent {'none' if provision_agent is None else str(provision_agent).lower()}"
    )
    level = "error" if not systems else "warning" if provision_agent is False else "info"
    result.events.append(StateEvent(SOURCE, text, level=level))
    return result


def _configuration(root: Element, system: str) -> Element | None:
    return root.find(f"ProvisioningSection/{system}ProvisioningConfigurationSet")
