"""What a member is, by its place, its name or its bytes; and the tool that made a bundle."""

from __future__ import annotations

import pytest

from analyzer.bundle import Identity, canonical, command_of, decode_blocks, identify, recognise

WAAGENT = b"2026-11-21T03:17:16.370753Z INFO ExtHandler ExtHandler Fetched a new incarnation\n"
BACKUP = b"2026-11-21 03:40:41.779981 [Microsoft.Azure.RecoveryServices.VMSnapshotLinux-1.0] configfile /etc/azure\n"
HANDLER = "Microsoft.Azure.RecoveryServices.VMSnapshotLinux"
LIB = f"var/lib/waagent/{HANDLER}-1.0.9184.0"

BY_PLACE = {
    "var/log/waagent.log": ("waagent", "waagent"),
    "var/log/waagent.log.1": ("waagent", "waagent"),
    "var/log/waagent.log.3.gz": ("waagent", "waagent"),
    "var/log/waagent.log-2025-11-21-1763690000.gz": ("waagent", "waagent"),
    "waagent(2).log": ("waagent", "waagent"),
    "waagent - Copy.log": ("waagent", "waagent"),
    "waagent - Copy (3).log": ("waagent", "waagent"),
    "waagent.log (2)": ("waagent", "waagent"),
    "waagent.log.txt": ("waagent", "waagent"),
    "truncated_var_log_waagent.log": ("waagent", "waagent"),
    f"var/log/azure/{HANDLER}/CommandExecution.log": ("waagent", "waagent"),
    "var/log/azure/A.B/CommandExecution_first.log": ("waagent", "waagent"),
    f"var/log/azure/{HANDLER}/extension.log": ("vmsnapshot", "vmsnapshot"),
    f"truncated_var_log_azure_{HANDLER}_extension.log": ("vmsnapshot", "vmsnapshot"),
    f"var/log/azure/{HANDLER}/1.0.9112.0/extension.log": ("vmsnapshot", "vmsnapshot"),
    f"var/log/azure/{HANDLER}/host_based_extension.log": ("vmsnapshot", "vmsnapshot"),
    f"var/log/azure/{HANDLER}/shell.log": ("vmsnapshot-shell", "vmsnapshot-shell"),
    f"var/log/azure/{HANDLER}/events/1795233960811299.json": ("telemetry", "telemetry"),
    "var/log/azure/custom-script/handler.log": ("extension-log", "extension:custom-script"),
    "var/log/azure/Microsoft.CPlat.Core.LinuxPatchExtension/1.6.2/1.core.log": (
        "extension-log",
        "extension:Microsoft.CPlat.Core.LinuxPatchExtension",
    ),
    "var/log/azure-proxy-agent/ProxyAgent.log": ("extension-log", "extension:azure-proxy-agent"),
    "var/lib/waagent/custom-script/download/3/stderr": ("extension-log", "extension:custom-script"),
    "var/log/syslog": ("syslog", "syslog"),
    "var/log/messages-20251116.xz": ("syslog", "syslog"),
    "var/log/auth.log.2.gz": ("syslog", "syslog"),
    "var/log/kern.log": ("kernel", "kernel"),
    "var/log/dmesg.0": ("kernel", "kernel"),
    "var/log/cloud-init.log": ("cloud-init", "cloud-init"),
    "var/log/cloud-init-output.log": ("cloud-init", "cloud-init"),
    "var/log/audit/audit.log.4": ("audit", "audit"),
    "var/log/dpkg.log": ("packages", "packages"),
    "var/log/apt/history.log.1.gz": ("packages", "packages"),
    "sos_commands/logs/journalctl_--no-pager_--boot": ("journal", "syslog"),
    "vm01-serialconsole.log": ("serial-console", "serial-console"),
    "results.txt": ("log-collector", "log-collector"),
    "var/lib/waagent/GoalState.1.xml": ("goal-state", "goal-state"),
    "var/lib/waagent/history/2026-11-21T03-17-16__1.zip/ExtensionsConfig.xml": ("extensions-config", "goal-state"),
    "var/lib/waagent/VmSettings.7.json": ("vm-settings", "goal-state"),
    "var/lib/waagent/SharedConfig.xml": ("shared-config", "goal-state"),
    "var/lib/waagent/HostingEnvironmentConfig.xml": ("hosting-environment", "goal-state"),
    "var/lib/waagent/Certificates.xml": ("certificates", "goal-state"),
    f"var/lib/waagent/{'AB12' * 10}.crt": ("certificate", "goal-state"),
    "var/lib/waagent/ovf-env.xml": ("ovf-env", "ovf-env"),
    "var/lib/waagent/waagent_status.3.json": ("agent-status", "agent-status"),
    f"{LIB}/config/HandlerState": ("handler-state", "handler-state"),
    f"{LIB}/config/first.HandlerState": ("handler-state", "handler-state"),
    f"{LIB}/config/HandlerStatus": ("handler-status", "handler-status"),
    f"{LIB}/config/104.settings": ("settings", "settings"),
    f"{LIB}/status/first.104.status": ("extension-status", "extension-status"),
    f"{LIB}/heartbeat.log": ("heartbeat", "heartbeat"),
    f"{LIB}/HandlerEnvironment.json": ("handler-environment", "handler-manifest"),
    f"{LIB}/HandlerManifest.json": ("handler-manifest", "handler-manifest"),
    f"{LIB}/mrseq": ("marker", "marker"),
    "var/lib/waagent/WALinuxAgent-2.15.0.1/error.json": ("error-json", "marker"),
    "var/lib/waagent/events/1795233960811299.waagent.tld": ("telemetry", "telemetry"),
    "var/lib/waagent/disable_agent": ("marker", "marker"),
    "etc/waagent.conf": ("waagent-conf", "config"),
    "etc/azure/vmbackup.conf": ("vmbackup-conf", "config"),
    "etc/azure/VMSnapshotScriptPluginConfig.json": ("script-plugin-config", "config"),
    "etc/waagent_policy.json": ("policy", "config"),
    "etc/os-release": ("os-release", "os"),
    "usr/lib/os-release": ("os-release", "os"),
    "etc/redhat-release": ("os-release", "os"),
    "sos_commands/filesys/df_-al_-x_autofs": ("command-output", "command-output"),
    "df -h.txt": ("command-output", "command-output"),
    "WindowsAzure/Logs/Plugins/A.B/1.0.0.0/x.log": ("plugin-log", "extension:A.B"),
}
SKIPPED = [
    f"var/lib/waagent/{'AB12' * 10}.prv",
    "var/lib/waagent/TransportPrivate.pem",
    "var/lib/waagent/Certificates.p7m",
    "var/lib/waagent/WALinuxAgent-2.15.0.1.zip",
    "var/lib/waagent/WALinuxAgent-2.15.0.1/bin/WALinuxAgent-2.15.0.1-py3.9.egg",
    "var/lib/waagent/core.1234",
    "var/lib/waagent/ManagedIdentity-abc.json",
    "var/log/wtmp",
    "etc/ssh/ssh_host_rsa_key",
    "screenshot.png",
    "__MACOSX/var/log/._waagent.log",
    "var/log/journal/abc/system.journal",
]


@pytest.mark.parametrize("prefix", ["", "host-2026/", "device_0/", "case.zip/host/", "sosreport-x-1/"])
@pytest.mark.parametrize("path", BY_PLACE)
def test_by_place(path: str, prefix: str) -> None:
    found = identify(prefix + path, b"", prefix if prefix.startswith("host") else "")
    assert (found.kind, found.source) == BY_PLACE[path]


@pytest.mark.parametrize("path", SKIPPED)
def test_what_is_never_read(path: str) -> None:
    found = identify(path, b"text\n")
    assert found.kind == "skip"
    assert found.source == ""
    assert found.reason


def test_a_container_of_the_vm_is_not_the_vm() -> None:
    assert identify(
        "var/lib/docker/overlay2/1/merged/etc/os-release", b"ID=alpine\nVERSION_ID=3\n"
    ).canonical.startswith("var/lib/docker")


@pytest.mark.parametrize(
    ("head", "kind", "source"),
    [
        (WAAGENT, "waagent", "waagent"),
        (b"2019/11/17 00:03:18.094280 INFO Daemon Azure Linux Agent Version:2.2.45\n", "waagent", "waagent"),
        (b"2026/11/20 22:25:57 Azure Linux Agent Version: WALinuxAgent-2.0.18\n", "waagent", "waagent"),
        (BACKUP, "vmsnapshot", "vmsnapshot"),
        (BACKUP.replace(b"-11-", b"/11/").replace(b"-21 ", b"/21 "), "vmsnapshot", "vmsnapshot"),
        (b"Mon Nov 18 00:05:10 UTC 2019- python version unknown\n", "vmsnapshot-shell", "vmsnapshot-shell"),
        (b"2026/11/21 03:00:00 [Microsoft.Azure.X.Y-1.2.3] hello\n", "extension-log", "extension:Microsoft.Azure.X.Y"),
        (b"Nov 21 03:17:16 vm python3[1]: 2026-11-21T03:17:16.203469Z INFO Daemon Daemon x\n", "syslog", "syslog"),
        (b"2026-11-21T03:17:16.203469+01:00 vm kernel: x\n", "syslog", "syslog"),
        (b"[    0.000000] Linux version 6.1\n", "kernel", "kernel"),
        (b"[    0.1] x\n[    0.100000] Linux\n[  OK  ] Started x\nvm login: ", "serial-console", "serial-console"),
        (b"type=AVC msg=audit(1700000000.123:1): avc: denied\n", "audit", "audit"),
        (b"2026-11-21 03:17:16,123 - util.py[DEBUG]: Reading\n", "cloud-init", "cloud-init"),
        (b'{"version": "1.1", "aggregateStatus": {}}', "agent-status", "agent-status"),
        (b'[{"version":1.0,"timestampUTC":"x","status":{"name":"a"}}]', "extension-status", "extension-status"),
        (b'<?xml version="1.0"?>\n<GoalState xmlns:x="y">', "goal-state", "goal-state"),
        (b"-----BEGIN RSA PRIVATE KEY-----\n", "skip", ""),
        (
            b"Filesystem     1K-blocks  Used Available Use% Mounted on\n/dev/sda1 1 1 1 1% /\n",
            "command-output",
            "command-output",
        ),
        (b"#==[ Command ]======================================#\n# /bin/df -h\n", "supportconfig", "command-output"),
        (b"2026-11-21 03:00:00 something happened\n", "text-log", "other"),
        (b'time="2026-11-21T03:00:00Z" level=info msg="a \\"b\\" c"\n', "extension-log", "extension:unknown"),
        (b"time=2026-11-21T03:00:00Z version=v2.1/git@x operation=enable\n", "extension-log", "extension:unknown"),
        (b'level=error msg="x y" ts=2026-11-21T03:00:00Z\n', "extension-log", "extension:unknown"),
        (b"seq=0 event=start time=2026-11-21T03:00:00Z\n", "extension-log", "extension:unknown"),
        (b'time="2026-11-21T03:00:00Z" level=info msg="starting containerd"\n', "text-log", "other"),
        (b"nothing that we know\n", "unknown", ""),
        (b"\x7fELF\x02\x01\x01" + bytes(60), "skip", ""),
    ],
)
def test_by_content(head: bytes, kind: str, source: str) -> None:
    found = identify("notes/attachment-1", head)
    assert (found.kind, found.source) == (kind, source)
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        if kind not in ("skip", "unknown"):
            again = identify("notes/attachment-1", head.decode().encode(encoding))
            assert (again.kind, again.source) == (kind, source)


def test_a_renamed_log_is_told_by_its_content() -> None:
    assert identify("mylog.txt", WAAGENT * 3) == Identity("waagent", "waagent", "mylog.txt")
    assert identify("log/extension.log", BACKUP).kind == "vmsnapshot"
    assert identify("var/log/azure/whatever/extension.log", BACKUP).kind == "vmsnapshot"


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("sos_commands/filesys/df_-al_-x_autofs", "df"),
        ("sos_commands/networking/iptables_-t_filter_-nvL", "iptables"),
        ("sos_commands/firewall_tables/nft_list_ruleset", "nft"),
        ("sos_commands/networking/ip_-o_addr", "ip"),
        ("sos_commands/rpm/sh_-c_rpm_--nodigest_-qa_--qf", "rpm"),
        ("sos_commands/systemd/systemctl_list-units", "systemctl"),
        ("sos_commands/systemd/systemd-analyze_blame", "systemd-analyze"),
        ("sos_commands/unknown/weird_-x", "weird"),
        ("installed-rpms", "rpm"),
        ("df-h.txt", "df"),
        ("df -h.txt", "df"),
        ("iptables-save.txt", "iptables-save"),
        ("notes.txt", ""),
    ],
)
def test_command_of(path: str, command: str) -> None:
    assert command_of(path) == command


def test_command_of_renamed_output() -> None:
    assert command_of("disk.txt", b"Filesystem  1K-blocks Used Available Use% Mounted on\n") == "df"


@pytest.mark.parametrize(
    ("path", "root", "expected"),
    [
        ("var/log/waagent.log", "", "var/log/waagent.log"),
        ("host/var/log/waagent.log", "host/", "var/log/waagent.log"),
        ("other/var/log/waagent.log", "host/", "var/log/waagent.log"),
        ("device_0/var/lib/waagent/logcollector/logs.zip/var/log/syslog", "", "var/log/syslog"),
        ("var/lib/waagent/history/x__1.zip/GoalState.xml", "", "var/lib/waagent/history/x__1/GoalState.xml"),
        ("var/lib/docker/1/etc/os-release", "", "var/lib/docker/1/etc/os-release"),
        ("var/log/waagent.log (2)", "", "var/log/waagent.log"),
        ("truncated_var_log_azure_A.B_extension.log", "", "var/log/azure/A.B/extension.log"),
        ("sos-1/sos_commands/filesys/df", "sos-1/", "sos_commands/filesys/df"),
        ("device_1/WindowsAzure/Logs/WaAppAgent.log", "", "WindowsAzure/Logs/WaAppAgent.log"),
    ],
)
def test_canonical(path: str, root: str, expected: str) -> None:
    assert canonical(path, root) == expected


@pytest.mark.parametrize(
    ("paths", "kind", "root", "system"),
    [
        (["var/log/waagent.log", "var/lib/waagent/provisioned"], "support-tarball", "", "linux"),
        (["h-1/var/log/waagent.log", "h-1/etc/waagent.conf", "h-1/readme.txt"], "support-tarball", "h-1/", "linux"),
        (["vm.tgz/h/var/log/waagent.log"], "support-tarball", "vm.tgz/h/", "linux"),
        (["waagent.log", "extension.log"], "flat", "", "linux"),
        (["logs/waagent.log", "logs/extension.log"], "flat", "logs/", "linux"),
        (["mylog.txt"], "file", "", "unknown"),
        (["results.txt", "var/log/waagent.log", "truncated_var_log_syslog"], "log-collector", "", "linux"),
        (["diskinfo.txt", "device_0/var/log/waagent.log"], "disk-inspection", "", "linux"),
        (["x/device_0/WindowsAzure/Logs/WaAppAgent.log", "x/results.txt"], "disk-inspection", "x/", "windows"),
        (["sosreport-a/sos_commands/filesys/df", "sosreport-a/var/log/messages"], "sosreport", "sosreport-a/", "linux"),
        (["scc_a_1/basic-environment.txt", "scc_a_1/messages.txt"], "supportconfig", "scc_a_1/", "linux"),
        (["WindowsAzure/Logs/WaAppAgent.log"], "windows-guest-logs", "", "windows"),
        (["System.evtx", "Application.evtx"], "event-export", "", "windows"),
        ([], "unknown", "", "unknown"),
    ],
)
def test_layouts(paths: list[str], kind: str, root: str, system: str) -> None:
    for order in (paths, paths[::-1]):
        found = recognise(order)
        assert (found.kind, found.root, found.os) == (kind, root, system)
        assert found.words


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100, 10_000])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_decode_blocks(encoding: str, size: int) -> None:
    text = "2026-11-21 line \u00e4\u20ac\U0001f600 of a log\r\n" * 300
    data = text.encode(encoding)
    blocks = (data[at : at + size] for at in range(0, len(data), size))
    assert b"".join(decode_blocks(blocks)) == text.encode()


def test_other_bytes_pass_unchanged() -> None:
    data = [b"\xff\x00\x80latin \xe4", b"", b"\x00" * 10]
    assert b"".join(decode_blocks(iter(data))) == b"".join(data)
    assert list(decode_blocks(iter([]))) == []
