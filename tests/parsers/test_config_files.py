"""Configuration, policy, markers, telemetry, what the system says of itself."""

from __future__ import annotations

import json

import pytest

from analyzer.parsers import markers, os_release, policy, script_plugin_config, telemetry, vmbackup_conf, waagent_conf
from analyzer.parsers.base import StateResult
from analyzer.parsers.merge import merge_facts

LIB = "var/lib/waagent"


def texts(result: StateResult) -> list[str]:
    return [event.text for event in result.events]


def test_waagent_conf_is_read_as_the_agent_reads_it() -> None:
    data = b"""# comment
Extensions.Enabled=y
  OS.EnableFirewall = n # off for now
Extensions.Enabled=n
OS.OpensslPath=None
Logs.Verbose="y"
nonsense
HttpProxy.Host=http://bob:hunter2@proxy
"""
    result = waagent_conf.parse("etc/waagent.conf", data)
    assert result.facts == {
        "conf.Extensions.Enabled": "n",
        "conf.OS.EnableFirewall": "n",
        "conf.Logs.Verbose": "y",
        "conf.HttpProxy.Host": "http://<redacted>@proxy",
    }
    assert "config waagent.conf: Extensions.Enabled=n" in texts(result)
    assert [event.line for event in result.events][:2] == [4, 3]
    assert result.problems == ["line 7 is neither a comment nor Key=Value"]
    assert texts(waagent_conf.parse("etc/waagent.conf", b"")) == ["waagent.conf is empty"]


def test_vmbackup_conf() -> None:
    result = vmbackup_conf.parse(
        "etc/azure/vmbackup.conf", b"[SnapshotThread]\n; c\nMountsToSkip = /data\ntimeout: 90\n"
    )
    assert result.facts == {
        "vmbackup.has_section": True,
        "vmbackup.MountsToSkip": "/data",
        "vmbackup.timeout": "90",
    }
    assert texts(result) == ["config vmbackup.conf: MountsToSkip=/data", "config vmbackup.conf: timeout=90"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"timeout = 90\n", "no [SnapshotThread] section"),
        (b"[snapshotthread]\ntimeout = 90\n", "no [SnapshotThread] section"),
        (b"\xef\xbb\xbf[SnapshotThread]\ntimeout = 90\n", "no [SnapshotThread] section (a byte order mark hides it)"),
        (b"timeout = 90\n[SnapshotThread]\n", "an option stands before the [SnapshotThread] section"),
        (b"[SnapshotThread]\ntimeout 90\n", "line 2 is no option"),
    ],
)
def test_vmbackup_conf_that_is_not_read_as_meant(data: bytes, why: str) -> None:
    event = vmbackup_conf.parse("etc/azure/vmbackup.conf", data).events[-1]
    assert event.text == f"config vmbackup.conf malformed: {why}"
    assert (event.level, event.source) == ("error", "config")


def test_vmbackup_conf_without_options_is_no_fault() -> None:
    for data in (b"# nothing set\n", b"[Monitor]\nRun = yes\n"):
        result = vmbackup_conf.parse("etc/azure/vmbackup.conf", data)
        assert all(event.level == "info" for event in result.events)
        assert result.facts["vmbackup.has_section"] is False


def test_workload_conf_keeps_its_credentials() -> None:
    data = b"[workload]\nworkload_name = oracle\ncredString = hunter2\ntimeout =\n"
    result = vmbackup_conf.parse("etc/azure/workload.conf", data)
    assert texts(result) == ["config workload.conf: workload_name=oracle"]
    assert not result.facts


def test_script_plugin_config() -> None:
    path = "etc/azure/VMSnapshotScriptPluginConfig.json"
    data = json.dumps({"pluginName": "ScriptRunner", "preScriptParams": ["hunter2"], "timeoutInSeconds": 30}).encode()
    assert texts(script_plugin_config.parse(path, data)) == [
        "config VMSnapshotScriptPluginConfig.json: pluginName=ScriptRunner",
        "config VMSnapshotScriptPluginConfig.json: timeoutInSeconds=30",
    ]
    broken = script_plugin_config.parse(path, b'{\n  "a": 1,\n}')
    assert broken.events[0].text.startswith("config VMSnapshotScriptPluginConfig.json malformed: not JSON: ")
    assert broken.events[0].level == "error"
    host = script_plugin_config.parse("etc/azure/VMSnapshotPluginHost.conf", b"[pre_post]\nnumberOfPlugins: 1\n")
    assert texts(host) == ["config VMSnapshotPluginHost.conf: numberOfPlugins=1"]
    assert "no [pre_post] section" in texts(script_plugin_config.parse("VMSnapshotPluginHost.conf", b"x: 1\n"))[0]


def test_policy() -> None:
    content = {
        "policyVersion": "0.1.0",
        "extensionPolicies": {"allowListedExtensionsOnly": True, "extensions": {"A.B": {"signatureRequired": False}}},
    }
    result = policy.parse("etc/waagent_policy.json", json.dumps(content).encode())
    assert "config waagent_policy.json: extensions=A.B" in texts(result)
    assert result.facts["policy.allow_listed_only"] is True


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"{", "not JSON: "),
        (b"[]", "expected an object describing a Policy"),
        (b"{}", "missing required attribute 'policyVersion'"),
        (b'{"policyVersion": "one"}', "invalid value for attribute 'policyVersion'"),
        (b'{"policyVersion": "1", "x": 1}', "unrecognized attribute 'x' in policy"),
        (b'{"policyVersion": "1", "extensionPolicies": {"signatureRequired": "yes"}}', "must be 'boolean'"),
        (b'{"policyVersion": "1", "extensionPolicies": {"extensions": ["A.B"]}}', "must be 'object'"),
        (b'{"policyVersion": "1", "extensionPolicies": {"extensions": {"A.B": true}}}', "must be 'object'"),
    ],
)
def test_invalid_policies(data: bytes, why: str) -> None:
    result = policy.parse("etc/waagent_policy.json", data)
    assert result.events[0].text.startswith("config waagent_policy.json malformed: ")
    assert why in result.events[0].text


def test_markers() -> None:
    disabled = markers.parse(f"{LIB}/disable_agent", b"")
    assert texts(disabled) == ["disable_agent is present"]
    assert disabled.facts == {"agent.disabled": True}
    assert texts(markers.parse(f"{LIB}/provisioned", b"86F4-X\n")) == ["provisioned 86F4-X"]
    assert texts(markers.parse(f"{LIB}/provisioned", b"")) == ["provisioned none"]
    assert texts(markers.parse(f"{LIB}/A.B-1.0/mrseq", b"17")) == ["mrseq A.B 17"]
    assert texts(markers.parse(f"{LIB}/WireServerEndpoint", b"")) == ["WireServerEndpoint is empty"]
    assert texts(markers.parse(f"{LIB}/waagent_initial_update", b"")) == ["waagent_initial_update is present"]
    assert texts(markers.parse(f"{LIB}/A.B-1.0/mrseq", b"x")) == ["mrseq is malformed: no sequence number in it"]
    assert texts(markers.parse(f"{LIB}/unknown", b"hunter2")) == ["unknown is present"]
    assert texts(markers.parse(f"{LIB}/current_version", b"[WALinuxAgent-2.9.1.1] [Unknown cause]")) == [
        "current_version [WALinuxAgent-2.9.1.1] [Unknown cause]"
    ]


def agent_event(**values: object) -> bytes:
    parameters = [{"name": name, "value": value} for name, value in values.items()]
    return json.dumps({"eventId": 1, "parameters": parameters}).encode()


def test_telemetry_of_the_agent() -> None:
    data = agent_event(
        Name="A.B",
        Operation="Enable",
        OperationSuccess=False,
        Message="exit 1",
        OpcodeName="2025-03-04T05:06:07.123456Z",
    )
    event = telemetry.parse(f"{LIB}/events/1.waagent.tld", data).events[0]
    assert event.text == "Enable success false: exit 1"
    assert (event.time, event.level, event.component) == ("2025-03-04T05:06:07.123456Z", "error", "A.B")
    log = agent_event(
        EventName="A.B", CapabilityUsed="Warning", Context1="slow", Context2="2025-03-04T05:06:07", TaskName="t"
    )
    event = telemetry.parse(f"{LIB}/events/1.tld", log).events[0]
    assert (event.text, event.time, event.level) == ("t success true: slow", "2025-03-04T05:06:07Z", "warning")
    counter = agent_event(Category="Memory", Counter="x", Value=1)
    assert telemetry.parse(f"{LIB}/events/1.tld", counter) == StateResult()


def test_telemetry_of_agent_2_0() -> None:
    data = (
        b'<Data><Provider id="x"/><Event id="1"/><Param Name="Operation" Value="Enable" T="mt:wstr" />'
        b'<Param Name="OperationSuccess" Value="True" T="mt:bool" />'
        b'<Param Name="Message" Value="ok" T="mt:wstr"/></Data>'
    )
    assert texts(telemetry.parse(f"{LIB}/events/1.tld", data)) == ["Enable success true: ok"]


def test_telemetry_of_an_extension() -> None:
    entry = {
        "Version": "A.B-1.0.0",
        "Timestamp": "2025-03-04T05:06:07.5",
        "TaskName": "Enable",
        "EventLevel": "Error",
        "Message": "GET https://x.example/y?sv=1&sig=TOPSECRET failed",
    }
    result = telemetry.parse("var/log/azure/A.B/events/1.json", json.dumps([entry, entry]).encode())
    assert texts(result) == ["Enable success false: GET https://x.example/y?<redacted> failed"] * 2
    assert result.events[0].time == "2025-03-04T05:06:07.5Z"
    assert result.events[0].component == "A.B"


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"<Data/>", b"<Data", b'{"parameters": 3}'])
def test_broken_telemetry_does_not_raise(data: bytes) -> None:
    telemetry.parse(f"{LIB}/events/1.tld", data)


def test_os_release_outranks_its_relatives() -> None:
    release = os_release.parse(
        "etc/os-release", b'NAME="Demo Linux"\nID=demo\nVERSION_ID="9.1"\nPRETTY_NAME="Demo 9.1"\n'
    )
    redhat = os_release.parse("etc/redhat-release", b"Other Linux release 7.9.2009 (Core)\n")
    lsb = os_release.parse("etc/lsb-release", b"DISTRIB_ID=Other\nDISTRIB_RELEASE=1\n")
    facts = merge_facts([("etc/redhat-release", redhat), ("etc/os-release", release), ("etc/lsb-release", lsb)])
    assert facts == {"os.id": "demo", "os.name": "Demo Linux", "os.pretty": "Demo 9.1", "os.version": "9.1"}
    assert redhat.facts["os.version"] == "7.9.2009"
    assert texts(release) == ["os Demo 9.1"]
    assert os_release.parse("etc/SuSE-release", b"Demo Enterprise 12 (x86_64)\nVERSION = 12\n").facts["os.pretty"]


def test_host_zone_and_kernel() -> None:
    assert os_release.parse("etc/hostname", b"vm1\n").facts == {"os.hostname": "vm1"}
    assert os_release.parse("etc/timezone", b"Europe/Berlin\n").facts == {"os.timezone": "Europe/Berlin"}
    assert os_release.parse("etc/sysconfig/clock", b'ZONE="Asia/Tokyo"\n').facts == {"os.timezone": "Asia/Tokyo"}
    assert os_release.parse("uname.txt", b"Linux vm1 5.14.0-70.el9.x86_64 #1 SMP\n").facts == {
        "os.kernel": "5.14.0-70.el9.x86_64"
    }
    assert os_release.parse("etc/timezone", b"?\n").problems
