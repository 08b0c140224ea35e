"""Members of Windows bundles by place and content, and the layouts of the tools that collect them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.bundle import canonical, identify, inspection, recognise

BACKUP = "Microsoft.Azure.RecoveryServices.VMSnapshot"
LOGS = f"WindowsAzure/Logs/Plugins/{BACKUP}/1.0.9150.0"
HOME = f"Packages/Plugins/{BACKUP}/1.0.9150.0"
BY_PLACE = {
    "WindowsAzure/Logs/WaAppAgent.log": ("windows-agent", "waappagent"),
    "WindowsAzure/Logs/WaAppAgent.003.log": ("windows-agent", "waappagent"),
    "WindowsAzure/Logs/WaAppAgent.log.2": ("windows-agent", "waappagent"),
    "WindowsAzure/Logs/WaAppAgent.txt": ("windows-agent", "waappagent"),
    "WindowsAzure/Logs/AppAgentRuntime.log": ("windows-agent", "waappagent"),
    "WindowsAzure/Logs/TransparentInstaller.001.log": ("windows-agent", "transparent-installer"),
    "WindowsAzure/Logs/MonitoringAgent.log": ("plugin-log", "monitoring-agent"),
    "WindowsAzure/Logs/AggregateStatus/aggregatestatus_20240105.json": ("agent-status", "agent-status"),
    "WindowsAzure/ProxyAgent/Logs/ProxyAgent.log": ("guest-proxy-agent", "guest-proxy-agent"),
    "WindowsAzure/GuestAgent_2.7.41491.1102_2024-01-05_101112/CommonAgentConfig.config": ("agent-config", "config"),
    f"{LOGS}/IaaSBcdrExtension12.log": ("windows-backup", "vmsnapshot"),
    f"{LOGS}/CommandExecution.log": ("command-execution", f"extension:{BACKUP}"),
    f"{LOGS}/CommandExecution_20240105101112345.log": ("command-execution", f"extension:{BACKUP}"),
    f"{LOGS}/Heartbeat.log": ("plugin-log", f"extension:{BACKUP}"),
    "WindowsAzure/Logs/Plugins/A.B/1.2/DiagnosticsPluginLauncher.log": ("trace-log", "extension:A.B"),
    f"{HOME}/Status/4.status": ("extension-status", "extension-status"),
    f"{HOME}/Status/HeartBeat.Json": ("heartbeat", "heartbeat"),
    f"{HOME}/RuntimeSettings/4.settings": ("settings", "settings"),
    f"{HOME}/HandlerManifest.json": ("handler-manifest", "handler-manifest"),
    f"{HOME}/HandlerEnvironment.json": ("handler-environment", "handler-manifest"),
    "Windows/Panther/WaSetup.xml": ("setup-events", "setup"),
    "Windows/Panther/VmAgentInstaller.xml": ("setup-events", "setup"),
    "Windows/Panther/UnattendGC/setupact.log": ("windows-setup", "setup"),
    "Windows/INF/setupapi.dev.log": ("windows-setup", "setup"),
    "Windows/Logs/CBS/CBS.log": ("windows-setup", "setup"),
    "Windows/debug/NetSetup.LOG": ("windows-setup", "setup"),
    "Windows/Microsoft.NET/Framework64/v4.0.30319/Config/machine.config": ("machine-config", "config"),
}
PREFIXES = ("", "device_0/", "vm-x/", "C/", "case/VMAgentLogs.zip/", "x.zip/device_1/", "C:\\", "C:\\backup\\")


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("path", BY_PLACE)
@pytest.mark.parametrize("case", [str, str.lower, str.upper])
def test_by_place(path: str, prefix: str, case: type[str]) -> None:
    """Whatever stands in front of the VM's tree, however it is cased, with the slashes of either system."""
    whole = prefix + (path.replace("/", "\\") if "\\" in prefix else path)
    kind, source = BY_PLACE[path]
    found = identify(case(whole), b"")
    assert found.kind == kind
    assert found.source.lower() == source.lower()
    assert canonical(case(whole)) == case(path)


@pytest.mark.parametrize(
    "name", ["WaAppAgent.log", "VM01_WaAppAgent.log", "WaAppAgent - Copy (2).log", "waappagent.LOG"]
)
def test_a_lone_agent_log(name: str) -> None:
    assert identify(name, b"").kind == "windows-agent"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("Windows/System32/config/SYSTEM", "reg export"),
        ("Windows/System32/config/SOFTWARE.LOG1", "hive"),
        ("Windows/Panther/unattend.xml", "secrets"),
        ("Windows/System32/winevt/Logs/LocaleMetaData/System_1033.MTA", "event log"),
        ("Windows/inf/netcfg0.etl", "trace"),
    ],
)
def test_what_is_not_read(path: str, reason: str) -> None:
    found = identify(path, b"regf\0\0")
    assert (found.kind, found.source) == ("skip", "")
    assert reason in found.reason


@pytest.mark.parametrize(
    ("head", "words"),
    [(b"\x30\0\0\0LfLe\x01\0\0\0", "wevtutil epl"), (b"regf\x01\0\0\0", "reg export"), (b"LPKSHHRH\0", "journalctl")],
)
def test_a_binary_log_says_how_to_have_it_as_text(head: bytes, words: str) -> None:
    found = identify("whatever.bak1", head + bytes(80))
    assert found.kind == "skip"
    assert words in found.reason


AGENT = b"[00000004] 2024-04-17T07:19:26.812Z [INFO]  Beginning enable of plugin A.B.\r\n"
WRITERS = """vssadmin 1.1 - Verwaltungsbefehlszeilenprogramm
Verfassername: "Task Scheduler Writer"
   Verfasserkennung: {d61d61c8-d73a-4eee-8cdd-f6f9786b7124}
   Verfasserinstanzkennung: {1bddd48e-5052-49db-9b07-b96f96727e6b}
   Status: [1] Stabil
"""


@pytest.mark.parametrize(
    ("head", "kind", "source"),
    [
        (AGENT, "windows-agent", "waappagent"),
        (b"[06/20/2016 22:20:45.84] [INFO]  Waiting\n", "windows-agent", "waappagent"),
        (
            AGENT + b'[00000004] 2024-04-17T07:19:27Z [INFO]  {"reportTime":"x"}',
            "windows-agent",
            "transparent-installer",
        ),
        (b"2024-02-04T07:52:28.8611188Z [Error]: Install provider failed {x = y}\n", "windows-backup", "vmsnapshot"),
        (b"[12/07/2023 11:43:23.62] Executing: C:\\x.cmd\n", "command-execution", "command-execution"),
        (b"[2352+00000001] [05/12/2023 09:12:03.11] [INFO] x\n", "plugin-log", "extension:unknown"),
        (b"2023-10-01T12:00:00.000 [INFO]    x\n", "guest-proxy-agent", "guest-proxy-agent"),
        (b"2023-01-05 10:11:12, Info                  SYSPRP x\n", "windows-setup", "setup"),
        (b">>>  [Device Install - X]\n>>>  Section start 2023/01/05 10:11:12.1\n", "windows-setup", "setup"),
        (b"MSI (s) (F8:34) [10:15:20:123]: x\n", "windows-setup", "setup"),
        (b'{"reportTime":"2024-01-05T10:11:12Z","services":[]}', "health-report", "services"),
        (b"Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\X]\n", "registry-export", "registry"),
        (b"\nHKEY_LOCAL_MACHINE\\SOFTWARE\\X\n    A    REG_DWORD    0x1\n", "registry-export", "registry"),
        (b'{"HKLM\\\\SYSTEM\\\\X\\\\Start": 2}', "registry-export", "registry"),
        (b'<Event time="2019-12-12T12:49:05.123Z" category="INFO" source="x"><A/></Event>', "setup-events", "setup"),
        (WRITERS.encode(), "windows-command", "command-output"),
        (WRITERS.partition("\n")[2].encode(), "windows-command", "command-output"),
        (b"SERVICE_NAME: VSS\n        TYPE : 10\n", "windows-command", "command-output"),
        (b"\nStatus   Name    DisplayName\n------   ----    -----------\n", "windows-command", "command-output"),
        (b"C:\\Users\\me>sc query RdAgent\n", "windows-command", "command-output"),
        (b"\nCurrent WinHTTP proxy settings:\n", "windows-command", "command-output"),
        (b"\nWindows-IP-Konfiguration\n\n   Hostname  . . . . . : vm\n", "windows-command", "command-output"),
        (b"Sprungindikator: 0(keine Warnung)\nStratum: 4 (x)\n", "windows-command", "command-output"),
        (b"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>", "events-xml", "event"),
        (b"ElfFile\0" + bytes(120), "events-evtx", "event"),
    ],
)
def test_by_content(head: bytes, kind: str, source: str) -> None:
    for name in ("attachment-1", "notes/log.txt"):
        found = identify(name, head)
        assert (found.kind, found.source) == (kind, source)
    if kind not in ("events-evtx",):
        again = identify("attachment-1", head.decode().encode("utf-16"))
        assert (again.kind, again.source) == (kind, source)


def test_a_handlers_log_in_the_agents_format_is_still_the_handlers() -> None:
    found = identify("WindowsAzure/Logs/Plugins/A.B/1.0/x.log", AGENT)
    assert (found.kind, found.source) == ("plugin-log", "extension:A.B")
    renamed = identify(f"{LOGS}/copy of the newest.log", b"2024-02-04T07:52:28.8Z [Error]: x\n")
    assert (renamed.kind, renamed.source) == ("windows-backup", "vmsnapshot")


LINUX_AGENT = b"2026-11-21T03:17:16.370753Z INFO ExtHandler ExtHandler x\n"


@pytest.mark.parametrize(
    ("path", "head", "kind", "source"),
    [
        ("CommandExecution.log", LINUX_AGENT, "waagent", "waagent"),
        ("A.B.C/1.0.2/CommandExecution.log", LINUX_AGENT, "waagent", "waagent"),
        ("CommandExecution.log", b"[12/07/2023 11:43:23.62] Executing: x\n", "command-execution", "command-execution"),
        ("A.B.C/1.0.2/CommandExecution.log", b"[12/07/2023 11:43:23.62] Exec", "command-execution", "extension:A.B.C"),
    ],
)
def test_command_execution_of_either_agent(path: str, head: bytes, kind: str, source: str) -> None:
    found = identify(path, head)
    assert (found.kind, found.source) == (kind, source)


@pytest.mark.parametrize(
    ("paths", "kinds", "layout", "root", "system"),
    [
        (["WindowsAzure/Logs/WaAppAgent.log"], (), "windows-guest-logs", "", "windows"),
        (
            ["x/WindowsAzure/Logs/WaAppAgent.log", "x/Packages/Plugins/A.B/1/Status/0.status"],
            (),
            "windows-guest-logs",
            "x/",
            "windows",
        ),
        (
            ["C:\\WindowsAzure\\Logs\\WaAppAgent.log", "C:\\Windows\\System32\\drivers\\etc\\hosts"],
            (),
            "windows-guest-logs",
            "C:/",
            "windows",
        ),
        (["VM_evt_System.evtx", "VM_reg_Vss.txt"], (), "tss", "", "windows"),
        (["System.evtx", "Application.csv"], (), "event-export", "", "windows"),
        (["System.xml"], ("events-xml",), "event-export", "", "windows"),
        (["writers.txt"], ("windows-command",), "file", "", "windows"),
        (["vmassist.log"], ("text-log",), "file", "", "windows"),
        (["notes.log"], ("waagent", "events-xml"), "file", "", "linux"),
        (["notes.log"], ("text-log",), "file", "", "unknown"),
        (["var/log/waagent.log", "var/log/old/System.evtx"], (), "support-tarball", "", "linux"),
    ],
)
def test_layouts(paths: list[str], kinds: tuple[str, ...], layout: str, root: str, system: str) -> None:
    for order in (paths, paths[::-1]):
        found = recognise(order, kinds)
        assert (found.kind, found.root, found.os) == (layout, root, system)


EVT = "device_0/Windows/System32/winevt/Logs/"
SETS = {
    "normal": [
        f"device_0/{LOGS}/IaaSBcdrExtension1.log",
        EVT + "System.evtx",
        "device_0/WindowsAzure/Logs/WaAppAgent.log",
    ],
    "agents": [EVT + "Microsoft-Windows-CAPI2%4Operational.evtx", "device_0/WindowsAzure/Logs/WaAppAgent.log"],
    "diagnostic": [
        "diskinfo.txt",
        "device_0/Windows/System32/config/SYSTEM",
        "device_0/Windows/Logs/CBS/CBS.log",
        f"device_0/{LOGS}/CommandExecution.log",
    ],
    "min-diagnostic": ["diskinfo.txt", "device_0/Windows/System32/config/SYSTEM", "device_0/Windows/Logs/CBS/CBS.log"],
    "vmdiagnostic": [
        "diskinfo.txt",
        "device_0/Windows/System32/config/SYSTEM",
        f"device_0/{LOGS}/CommandExecution.log",
    ],
    "windowsupdate": ["diskinfo.txt", "device_0/Windows/Logs/CBS/CBS.log", f"device_0/{HOME}/Status/1.status"],
    "eg": ["diskinfo.txt", EVT + "System.evtx", f"device_0/{LOGS}/CommandExecution.log"],
    "rdp-registry": ["device_0/registry.json", "results.txt"],
    "asc-vmhealth": ["results.txt", "device_0/WindowsAzure/Logs/TransparentInstaller.log"],
}


@pytest.mark.parametrize("name", SETS)
def test_sets_of_the_disk_inspection_service(name: str) -> None:
    found = recognise([*SETS[name], "device_0/WindowsAzure/x.txt"])
    assert found.kind == "disk-inspection"
    assert f"set {name}" in found.words


def test_a_set_says_what_it_never_holds() -> None:
    assert "IaaSBcdrExtension" in recognise(SETS["diagnostic"]).words
    assert "set normal or agents" in recognise(SETS["diagnostic"]).words
    assert inspection.lacks("agents", windows=True) == []
    assert "never" not in recognise(SETS["normal"]).words
    assert "/var/log/azure" in inspection.words("normal", windows=False)


@given(st.text(alphabet="ab/\\.:WindowsAzure ", max_size=60))
def test_any_path_has_a_place(path: str) -> None:
    place = canonical(path)
    assert canonical(place) == canonical(canonical(place))
    identify(path, b"")


@pytest.mark.parametrize(
    "unit",
    [
        b"x: 'y'" + b"\n" * 60_000,
        b"Name : x\n" + b"  a:b\n" * 9_000,
        b"1" * 64_000,
        b"   x" + b" ." * 30_000,
        b"=" * 64_000,
        b"= " * 32_000,
        b"C:\\" * 16_000,
        b'a="' * 20_000,
        (b"a=b " * 100 + b"\n") * 160,
        b"(C:)\\\\?\\Volume" * 4_000,
        b"Name : x\n" * 7_000,
        b"    a    REG_SZ" * 4_000,
    ],
)
def test_a_hostile_head_takes_no_time(unit: bytes) -> None:
    begun = time.process_time()
    identify("attachment-1", unit[:65_536])
    assert time.process_time() - begun < 5
