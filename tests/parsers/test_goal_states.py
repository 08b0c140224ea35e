"""Goal states: XML and JSON forms, certificates, ovf-env, and which of several is the newest."""

from __future__ import annotations

import json
from itertools import permutations

import pytest

from analyzer.parsers import (
    certificates,
    extensions_config,
    goal_state,
    hosting_environment,
    ovf_env,
    shared_config,
    vm_settings,
)
from analyzer.parsers.base import StateResult
from analyzer.parsers.merge import merge_facts

LIB = "var/lib/waagent"
THUMBPRINT = "0123456789ABCDEF0123456789ABCDEF01234567"
GOAL_STATE = """<?xml version="1.0" encoding="utf-8"?>
<GoalState><Version>1</Version><Incarnation>{n}</Incarnation><Container><ContainerId>c-{n}</ContainerId>
<RoleInstanceList>{role}</RoleInstanceList></Container></GoalState>"""
ROLE = "<RoleInstance><InstanceId>r.vm1</InstanceId><State>Started</State></RoleInstance>"
EXTENSIONS = """<Extensions version="1.0.0.0" goalStateIncarnation="7">
<GuestAgentExtension xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><GAFamilies>
<GAFamily><Name>Prod</Name><Version>2.15.0.1</Version><Uris><Uri>https://x.example/m.xml</Uri></Uris></GAFamily>
<GAFamily><Name>Test</Name><Uris/></GAFamily></GAFamilies></GuestAgentExtension>
<RequiredFeatures><RequiredFeature><Name>MultipleExtensionsPerHandler</Name></RequiredFeature></RequiredFeatures>
<StatusUploadBlob statusBlobType="BlockBlob">https://x.example/s.status?sv=1&amp;sig=TOPSECRET</StatusUploadBlob>
<Plugins><Plugin name="A.One" version="1.0" state="enabled"/><Plugin name="A.Two" version="2.0" state="uninstall"/>
<Plugin name="A.Multi" version="3.0" state="enabled" supportsMultiConfigExtensions="true"/></Plugins>
<PluginSettings><Plugin name="a.one" version="1.0">
<DependsOn dependencyLevel="1"><DependsOnExtension handler="A.Multi" extension="run1"/></DependsOn>
<RuntimeSettings seqNo="4">{"runtimeSettings": [{"handlerSettings": {"protectedSettingsCertThumbprint": "THUMB",
"protectedSettings": "TOPSECRET", "publicSettings": {"commandToExecute": "TOPSECRET"}}}]}</RuntimeSettings></Plugin>
<Plugin name="A.Multi" version="3.0">
<ExtensionRuntimeSettings seqNo="2" name="run1" state="disabled">{"runtimeSettings": []}</ExtensionRuntimeSettings>
</Plugin></PluginSettings>
<InVMMetadata subscriptionId="s" resourceGroupName="rg" vmName="vm1" location="westus" vmId="id" vmSize="B2s"/>
<InVMGoalStateMetaData inSvdSeqNo="1" createdOnTicks="638766615670000000"/></Extensions>""".replace("THUMB", THUMBPRINT)


def texts(result: StateResult) -> list[str]:
    return [event.text for event in result.events]


def test_goal_state() -> None:
    result = goal_state.parse(f"{LIB}/GoalState.3.xml", GOAL_STATE.format(n=3, role=ROLE).encode())
    assert texts(result) == ["goal state incarnation 3 container c-3 role-instance r.vm1"]
    assert result.facts == {"goal_state.incarnation": 3, "vm.container_id": "c-3"}


def test_goal_state_without_a_role_instance() -> None:
    result = goal_state.parse(f"{LIB}/GoalState.3.xml", GOAL_STATE.format(n=3, role="").encode())
    assert texts(result) == ["goal state incarnation 3 container c-3 role-instance none"]
    assert result.events[0].level == "warning"


def test_the_placeholder_is_no_goal_state() -> None:
    assert goal_state.parse(f"{LIB}/GoalState.1.xml", b"<xml>empty placeholder file</xml>") == StateResult()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "GoalState.xml is empty"),
        (b"<html><body>Blocked</body></html>", "the root element is <html>, not <GoalState>"),
        (b"<GoalState>\n<Incarnation>1", "at line 2 column "),
        (b"<GoalState", "not XML: "),
        (b'<!DOCTYPE x [<!ENTITY a "b">]>\n<GoalState>&a;</GoalState>', "a document type with entities is refused"),
        (b"<a>" * 5000, "not XML: "),
    ],
)
def test_broken_goal_state(data: bytes, why: str) -> None:
    result = goal_state.parse(f"{LIB}/history/2025-01-02T03-04-05__1/GoalState.xml", data)
    assert why in result.events[0].text
    assert (result.events[0].level, result.events[0].source) == ("error", "goal-state")


def test_utf16_goal_state_whose_declaration_lies() -> None:
    data = GOAL_STATE.format(n=3, role=ROLE).encode("utf-16")
    assert goal_state.parse("GoalState.xml", data).facts["goal_state.incarnation"] == 3
    padded = GOAL_STATE.format(n=3, role=ROLE).encode() + b"\0" * 100
    assert goal_state.parse("GoalState.xml", padded).facts["goal_state.incarnation"] == 3


def test_extensions_config() -> None:
    result = extensions_config.parse(f"{LIB}/ExtensionsConfig.7.xml", EXTENSIONS.encode())
    assert texts(result) == [
        "extensions config incarnation 7 status blob present extensions 3",
        "required features MultipleExtensionsPerHandler",
        "agent family Prod version 2.15.0.1 uris 1",
        "agent family Test version none uris 0",
        f"requested extension A.One 1.0 state enabled sequence 4 depends-on A.Multi.run1 certificate {THUMBPRINT}",
        "requested extension A.Two 2.0 state uninstall sequence none depends-on none certificate none",
        "requested extension A.Multi.run1 3.0 state disabled sequence 2 depends-on none certificate none",
    ]
    expected = {
        "goal_state.created": "2025-03-04T05:06:07Z",
        "goal_state.status_blob": True,
        "goal_state.extensions": ["A.One", "A.Two", "A.Multi.run1"],
        "goal_state.families": ["Prod", "Test"],
        "vm.size": "B2s",
        "vm.resource_group": "rg",
        "extension[A.Two].requested_state": "uninstall",
    }
    assert expected.items() <= result.facts.items()
    assert "TOPSECRET" not in str(result)


def test_missing_status_blob() -> None:
    result = extensions_config.parse("ExtensionsConfig.xml", b'<Extensions goalStateIncarnation="1"/>')
    assert texts(result) == ["extensions config incarnation 1 status blob missing extensions 0"]
    assert result.facts["goal_state.status_blob"] is False


def test_settings_that_are_not_json_are_told_and_the_rest_is_read() -> None:
    data = EXTENSIONS.replace('{"runtimeSettings": [{"', '{"runtimeSettings": [{x"').encode()
    result = extensions_config.parse("ExtensionsConfig.xml", data)
    assert any(
        text.startswith("ExtensionsConfig.xml is malformed: settings of an extension are ") for text in texts(result)
    )
    assert "extensions config incarnation 7 status blob present extensions 3" in texts(result)


def test_what_the_agent_could_not_save_is_no_malformed_goal_state() -> None:
    data = b"Could not redact protectedSettings for A.One"
    assert not extensions_config.parse("ExtensionsConfig.xml", data).events
    assert not vm_settings.parse("VmSettings.json", data).events


def settings_json() -> dict[str, object]:
    return {
        "extensionsLastModifiedTickCount": 638766615670000000,
        "extensionGoalStatesSource": "FastTrack",
        "statusUploadBlob": {"value": "https://x.example/s?sig=TOPSECRET"},
        "inVMMetadata": {"vmName": "vm1", "vmSize": "B2s"},
        "requiredFeatures": [{"name": "F1"}],
        "gaFamilies": [{"name": "Prod", "version": "2.15.0.1", "uris": ["a", "b"]}],
        "extensionGoalStates": [
            {
                "name": "A.One",
                "version": "1.1",
                "state": "enabled",
                "settingsSeqNo": 5,
                "settings": [{"protectedSettingsCertThumbprint": THUMBPRINT, "protectedSettings": "TOPSECRET"}],
                "dependsOn": [{"DependsOnExtension": [{"handler": "A.Multi"}], "dependencyLevel": 1}],
            },
            {
                "name": "A.Multi",
                "version": "3.0",
                "state": "enabled",
                "isMultiConfig": True,
                "settings": [{"seqNo": 1, "extensionName": "run1", "extensionState": "enabled"}],
                "dependsOn": [{"dependsOnExtension": [{"handler": "A.One", "extension": ""}], "name": "run1"}],
            },
        ],
    }


def test_vm_settings() -> None:
    result = vm_settings.parse("VmSettings.json", json.dumps(settings_json()).encode())
    assert texts(result) == [
        "vm settings source FastTrack status blob present extensions 2 on hold false",
        "required features F1",
        "agent family Prod version 2.15.0.1 uris 2",
        f"requested extension A.One 1.1 state enabled sequence 5 depends-on A.Multi certificate {THUMBPRINT}",
        "requested extension A.Multi.run1 3.0 state enabled sequence 1 depends-on A.One certificate none",
    ]
    assert "TOPSECRET" not in str(result)
    assert vm_settings.parse("VmSettings.json", b"[1]").events[0].level == "error"


def test_the_newest_goal_state_wins_in_any_order() -> None:
    def read(path: str, incarnation: int) -> tuple[str, StateResult]:
        return path, goal_state.parse(path, GOAL_STATE.format(n=incarnation, role=ROLE).encode())

    history = f"{LIB}/history"
    members = [
        read(f"{history}/2018-04-06T08:21:37.142697_incarnation_9.zip/GoalState.xml", 9),
        read(f"{history}/2025-01-02T03-04-05__10.zip/GoalState.xml", 10),
        read(f"{history}/2025-01-02T03-04-05__11/GoalState.xml", 11),
        read(f"{history}/2025-02-02T03-04-05__1/GoalState.xml", 1),  # counting begins anew on another host
    ]
    for order in permutations(members):
        assert merge_facts(order)["goal_state.incarnation"] == 1
    with_current = [*members, read(f"{LIB}/GoalState.2.xml", 2)]
    for order in permutations(with_current):
        assert merge_facts(order)["goal_state.incarnation"] == 2


def test_certificates() -> None:
    listed = json.dumps([{"thumbprint": THUMBPRINT.lower(), "hasPrivateKey": False}]).encode()
    result = certificates.parse(f"{LIB}/history/2025-01-02T03-04-05__1/Certificates.json", listed)
    assert texts(result) == [
        f"goal state certificates {THUMBPRINT}",
        f"goal state certificate {THUMBPRINT} has no private key",
    ]
    assert result.facts["goal_state.certificates"] == [THUMBPRINT]
    encrypted = (
        b"<CertificateFile><Incarnation>1</Incarnation><Format>F</Format><Data>TOPSECRET</Data></CertificateFile>"
    )
    assert texts(certificates.parse(f"{LIB}/Certificates.xml", encrypted)) == [
        "certificates file incarnation 1 format F data present"
    ]
    assert certificates.parse(f"{LIB}/Certificates.json", b"{}").events[0].level == "error"


def test_certificate_files_are_present_by_name() -> None:
    pem = b"Bag Attributes\n-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n"
    assert certificates.parse_certificate(f"{LIB}/{THUMBPRINT}.crt", pem).facts == {
        "certificates.present": [THUMBPRINT]
    }
    assert not certificates.parse_certificate(f"{LIB}/{THUMBPRINT}.crt", b"").facts
    assert texts(certificates.parse_certificate(f"{LIB}/{THUMBPRINT}.crt", b"")) == [f"{THUMBPRINT}.crt is empty"]


def test_shared_config_and_hosting_environment() -> None:
    shared = b'<SharedConfig><Incarnation number="2" instance="vm_0"/><Instances/></SharedConfig>'
    assert texts(shared_config.parse("SharedConfig.xml", shared)) == ["shared config incarnation 2 instance vm_0"]
    hosting = (
        b'<HostingEnvironmentConfig><Incarnation number="2" instance="vm_0"/><Role name="R"/><ApplicationSettings>'
        b'<Setting name="x" value="AccountKey=TOPSECRET"/></ApplicationSettings></HostingEnvironmentConfig>'
    )
    result = hosting_environment.parse("HostingEnvironmentConfig.xml", hosting)
    assert texts(result) == ["hosting environment incarnation 2 instance vm_0 role R"]
    assert "TOPSECRET" not in str(result)


OVF = """<Environment xmlns="http://schemas.dmtf.org/ovf/environment/1" xmlns:wa="http://schemas.microsoft.com/windowsazure">
<wa:ProvisioningSection><wa:Version>1.0</wa:Version><LinuxProvisioningConfigurationSet
 xmlns="http://schemas.microsoft.com/windowsazure"><HostName>h</HostName><UserName>TOPSECRET</UserName>
<UserPassword>TOPSECRET</UserPassword><CustomData>TOPSECRET</CustomData></LinuxProvisioningConfigurationSet>
</wa:ProvisioningSection><wa:PlatformSettingsSection><wa:PlatformSettings>
<wa:ProvisionGuestAgent>false</wa:ProvisionGuestAgent></wa:PlatformSettings></wa:PlatformSettingsSection></Environment>"""


def test_ovf_env_tells_no_names_and_no_secrets() -> None:
    result = ovf_env.parse("var/lib/waagent/ovf-env.xml", OVF.encode())
    assert texts(result) == ["ovf-env provisioning section present configuration linux ProvisionGuestAgent false"]
    assert "TOPSECRET" not in str(result)


def test_ovf_env_without_its_section_and_broken() -> None:
    result = ovf_env.parse("ovf-env.xml", b"<Environment/>")
    assert texts(result) == ["ovf-env provisioning section missing configuration missing ProvisionGuestAgent none"]
    assert result.events[0].level == "error"
    broken = ovf_env.parse("ovf-env.xml", OVF.encode()[:-20])
    assert broken.events[0].text.startswith("ovf-env.xml is malformed: not XML: ")
    assert "TOPSECRET" not in str(broken)
