"""A file of every kind that the program reads, with any words in every place that has room for words."""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import escape, quoteattr

HANDLER = "var/lib/waagent/Evil.Corp.Handler-1.0.0"
BACKUP = "var/lib/waagent/Microsoft.Azure.RecoveryServices.VMSnapshotLinux-1.0.9184.0"
TIME = "2030-01-01T00:00:00Z"
_FORBIDDEN = dict.fromkeys((*range(9), 11, 12, *range(14, 32)))


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _text(words: str) -> str:
    return escape(words.translate(_FORBIDDEN))


def _value(words: str) -> str:
    return quoteattr(words.translate(_FORBIDDEN))


def states(words: str, time: str = TIME, number: Any = 1) -> dict[str, tuple[str, bytes]]:
    """kind -> (path in a bundle, content): every state format, with these words, this time and this number."""
    line, text, value = words.replace("\n", " "), _text(words), _value(words)
    message = {"lang": words, "message": words}
    status = {
        "name": words,
        "operation": words,
        "status": "error",
        "code": number,
        "formattedMessage": message,
        "substatus": [{"name": words, "status": words, "code": number, "formattedMessage": message}] * 3,
    }
    agent = {
        "timestampUTC": time,
        "aggregateStatus": {
            "guestAgentStatus": {"version": words, "status": words, "formattedMessage": message, "osname": words},
            "handlerAggregateStatus": [
                {
                    "handlerName": words,
                    "handlerVersion": words,
                    "status": words,
                    "code": number,
                    "formattedMessage": message,
                    "runtimeSettingsStatus": {"sequenceNumber": number, "settingsStatus": {"status": status}},
                }
            ],
        },
    }
    extension = f'<Plugin name={value} version={value} location={value} state={value} isJson="true"/>'
    runtime = _text(json.dumps({"runtimeSettings": [{"handlerSettings": {"publicSettings": {words: words}}}]}))
    xml: dict[str, tuple[str, str]] = {
        "goal-state": (
            "var/lib/waagent/GoalState.1.xml",
            f"<GoalState><Version>{text}</Version><Incarnation>{text}</Incarnation><Machine><ExpectedState>{text}"
            f"</ExpectedState></Machine><Container><ContainerId>{text}</ContainerId><RoleInstanceList><RoleInstance>"
            f"<InstanceId>{text}</InstanceId><State>{text}</State></RoleInstance></RoleInstanceList></Container></GoalState>",
        ),
        "extensions-config": (
            "var/lib/waagent/ExtensionsConfig.1.xml",
            f"<Extensions version={value} goalStateIncarnation={value}><GuestAgentExtension><GAFamilies><GAFamily>"
            f"<Name>{text}</Name><Version>{text}</Version><Uris><Uri>{text}</Uri></Uris></GAFamily></GAFamilies>"
            f"</GuestAgentExtension><Plugins>{extension}</Plugins><PluginSettings><Plugin name={value} version={value}>"
            f"<RuntimeSettings seqNo={value}>{runtime}</RuntimeSettings></Plugin></PluginSettings>"
            f"<StatusUploadBlob>{text}</StatusUploadBlob><InVMGoalStateMetaData correlationId={value} "
            f"createdOnTicks={_value(str(number))}/></Extensions>",
        ),
        "shared-config": (
            "var/lib/waagent/SharedConfig.xml",
            f"<SharedConfig><Incarnation number={_value(str(number))} instance={value}/></SharedConfig>",
        ),
        "hosting-environment": (
            "var/lib/waagent/HostingEnvironmentConfig.xml",
            f"<HostingEnvironmentConfig><Incarnation number={value} instance={value}/><Role name={value}/>"
            "</HostingEnvironmentConfig>",
        ),
        "ovf-env": (
            "var/lib/waagent/ovf-env.xml",
            f"<Environment><ProvisioningSection><LinuxProvisioningConfigurationSet><HostName>{text}</HostName>"
            "</LinuxProvisioningConfigurationSet></ProvisioningSection><PlatformSettingsSection><PlatformSettings>"
            f"<ProvisionGuestAgent>{text}</ProvisionGuestAgent></PlatformSettings></PlatformSettingsSection></Environment>",
        ),
        "machine-config": (
            "Windows/Microsoft.NET/Framework64/v4.0.30319/Config/machine.config",
            f"<configuration><system.net><defaultProxy enabled={value}><proxy proxyaddress={value}/></defaultProxy>"
            f"</system.net><appSettings><add key={value} value={value}/></appSettings><{'x' * 40}/></configuration>",
        ),
        "agent-config": (
            "WindowsAzure/CommonAgentConfig.config",
            f"<configuration><appSettings><add key={value} value={value}/></appSettings></configuration>",
        ),
        "setup-events": (
            "WindowsAzure/Logs/WaSetup.xml",
            f"<Events><Event><Time>{_text(time)}</Time><Message>{text}</Message><Level>{text}</Level></Event></Events>",
        ),
    }
    documents: dict[str, tuple[str, Any]] = {
        "handler-status": (
            f"{HANDLER}/config/HandlerStatus",
            {"name": words, "version": words, "status": words, "code": number, "message": words},
        ),
        "extension-status": (f"{HANDLER}/status/1.status", [{"timestampUTC": time, "status": status}]),
        "agent-status": ("var/lib/waagent/history/waagent_status.1.json", agent),
        "settings": (
            f"{HANDLER}/config/1.settings",
            {"runtimeSettings": [{"handlerSettings": {"publicSettings": {words: words, "n": number}}}]},
        ),
        "heartbeat": (
            f"{HANDLER}/heartbeat.log",
            [{"version": words, "heartbeat": {"status": words, "code": number, "formattedMessage": message}}],
        ),
        "handler-environment": (
            f"{HANDLER}/HandlerEnvironment.json",
            [{"version": words, "handlerEnvironment": {"logFolder": words, "statusFolder": words, words: words}}],
        ),
        "handler-manifest": (
            f"{HANDLER}/HandlerManifest.json",
            [{"version": words, "handlerManifest": {"installCommand": words, "reportHeartbeat": words, words: words}}],
        ),
        "vm-settings": (
            "var/lib/waagent/VmSettings.1.json",
            {
                "hostGAPluginVersion": words,
                "vmSettingsSchemaVersion": words,
                "extensionsLastModifiedTickCount": number,
                "extensionGoalStatesSource": words,
                "statusUploadBlob": {"value": words},
                "requiredFeatures": [{"name": words}],
                "gaFamilies": [{"name": words, "version": words, "uris": [words]}],
                "inVMMetadata": {"subscriptionId": words, "resourceGroupName": words, "vmId": words},
                "extensionGoalStates": [
                    {"name": words, "version": words, "state": words, "settingsSeqNo": number, "settings": [message]}
                ],
            },
        ),
        "certificates": (
            "var/lib/waagent/Certificates.json",
            [{"name": words, "thumbprint": words, "hasPrivateKey": words}],
        ),
        "telemetry": (
            "var/lib/waagent/events/1.tld",
            {
                "eventId": number,
                "providerId": words,
                "parameters": [
                    {"name": name, "value": words} for name in ("Operation", "Message", "OpcodeName", words)
                ],
            },
        ),
        "script-plugin-config": (
            "etc/azure/VMSnapshotScriptPluginConfig.json",
            {"pluginName": words, "preScriptLocation": words, "postScriptLocation": words, "timeoutInSeconds": number},
        ),
        "policy": (
            "etc/waagent_policy.json",
            {"policyVersion": "1.0", "extensionPolicies": {"extensions": {words: {"signatureRequired": True}}}},
        ),
        "error-json": (
            "var/lib/waagent/WALinuxAgent-2.9.1.1/error.json",
            {"last_failure": number, "failure_count": number, "was_fatal": words, "reason": words},
        ),
        "registry-export": ("registry.json", {words: {words: words, "n": number}, "HKLM\\SYSTEM": [words, number]}),
        "health-report": ("health.json", {"Services": [{"Name": words, "State": words, "n": number}]}),
    }
    plain: dict[str, tuple[str, str]] = {
        "handler-state": (f"{HANDLER}/config/HandlerState", line),
        "certificate": (
            "var/lib/waagent/0123456789ABCDEF0123456789ABCDEF01234567.crt",
            f"-----BEGIN CERTIFICATE-----\n{words}\n-----END CERTIFICATE-----\n",
        ),
        "waagent-conf": (
            "etc/waagent.conf",
            f"Provisioning.Agent={line}\nHttpProxy.Host={line}\n{line}={line}\n{line}\n",
        ),
        "vmbackup-conf": ("etc/azure/vmbackup.conf", f"[SnapshotThread]\n{line}={line}\ntimeout={line}\n[{line}]\n"),
        "marker": ("var/lib/waagent/disable_agent", line),
        "os-release": ("etc/os-release", f'NAME="{line}"\nID={line}\nVERSION_ID="{line}"\nPRETTY_NAME={line}\n'),
        "supportconfig": (
            "scc_x/basic-environment.txt",
            f"#==[ Command ]======#\n# /bin/{line}\n{line}\n#==[ Command ]=====#\n# /bin/df -h\n{line}\n",
        ),
        "diskinfo": (
            "diskinfo.txt",
            f"[Device: {line[:150]}, mountpoint: {line[:300]} ]\nblocks: {number}\nbfree: {number}\nbavail: 1\n",
        ),
        "windows-command": (
            "vssadmin_list_writers.txt",
            f"vssadmin 1.1\n\nWriter name: '{line}'\n   Writer Id: {{{line}}}\n   State: [{line}] {line}\n"
            f"   Last error: {line}\n\n",
        ),
        "command-output": (
            "sos_commands/filesys/df_-al",
            f"Filesystem 1K-blocks Used Available Use% Mounted on\n{line} 1 1 1 99% {line}\n",
        ),
    }
    result = {kind: (path, _json(document)) for kind, (path, document) in documents.items()}
    for kind, (path, content) in {**xml, **plain}.items():
        result[kind] = (path, content.encode("utf-8", "surrogatepass"))
    return result


STAMPED = {
    "waagent": ("var/log/waagent.log", "{iso}.000001Z ERROR ExtHandler ExtHandler [{words}] {words}"),
    "vmsnapshot": (
        "var/log/azure/Microsoft.Azure.RecoveryServices.VMSnapshotLinux/extension.log",
        "{slash}  ERROR:[Microsoft.Azure.RecoveryServices.VMSnapshotLinux-1.0.9184.0] {words}",
    ),
    "extension-log": ("var/log/azure/Evil.Corp.Handler/extension.log", "{slash} ERROR:[Evil.Corp-1.0] {words}"),
    "syslog": ("var/log/syslog", "Jan  1 00:00:00 {word} {word}[1]: error: {words}"),
    "journal": ("sos_commands/logs/journalctl_--no-pager", "Jan 01 00:00:00 {word} {word}[1]: failed: {words}"),
    "kernel": ("var/log/dmesg", "[    1.000000] error: {words}"),
    "audit": ("var/log/audit/audit.log", 'type=AVC msg=audit(1893456000.000:1): avc: denied comm="{words}" {words}'),
    "cloud-init": ("var/log/cloud-init.log", "{day} 00:00:00,000 - util.py[ERROR]: {words}"),
    "packages": ("var/log/dpkg.log", "{day} 00:00:00 status installed {words}"),
    "serial-console": ("serial-console.log", "[    1.000000] error {words}\n[FAILED] {words}"),
    "log-collector": ("results.txt", "{iso}Z ERROR {words}"),
    "text-log": ("var/log/other.log", "{iso} ERROR {words}\n{words}"),
    "windows-agent": ("WindowsAzure/Logs/WaAppAgent.log", "[00000001] [01/01/2030 00:00:00.00] [ERROR] {words}"),
    "windows-backup": ("IaaSBcdrExtension1.log", "{iso}.0000000Z [{word}] {words}"),
    "command-execution": (
        "WindowsAzure/Logs/Plugins/Evil.Corp/1.0/CommandExecution.log",
        "[01/01/2030 00:00:00.00] Execution of {words}",
    ),
    "vmsnapshot-shell": (
        "var/log/azure/Microsoft.Azure.RecoveryServices.VMSnapshotLinux/shell.log",
        "Tue Jan  1 00:00:00 UTC 2030- {words}",
    ),
    "trace-log": (
        "WindowsAzure/Logs/Plugins/Microsoft.Azure.Diagnostics.IaaSDiagnostics/1.0/DiagnosticsPlugin.log",
        "DiagnosticsPlugin.exe Error: 0 : [1/1/2030 0:00:00 AM] {words}",
    ),
    "plugin-log": ("WindowsAzure/Logs/Plugins/Evil.Corp/1.0/CommandX.log", "[01/01/2030 00:00:00.00] [ERROR] {words}"),
    "windows-setup": ("Windows/Panther/setupact.log", "{day} 00:00:00, Error   CBS {words}"),
    "guest-proxy-agent": ("WindowsAzure/ProxyAgent/Logs/ProxyAgent.log", "{iso}.000Z [ERROR] {words}"),
}
"""Logs: kind -> (path in a bundle, a line)."""


def logs(words: str, day: str = "2030-01-01") -> dict[str, tuple[str, bytes]]:
    """kind -> (path, content): every log format, with these words on that day."""
    said = words.replace("\n", " ")
    fields = {
        "iso": f"{day}T00:00:00",
        "slash": f"{day.replace('-', '/')} 00:00:00",
        "day": day,
        "words": said,
        "word": said.replace(" ", "_"),
    }
    return {
        kind: (path, (line.format(**fields) + "\n").encode("utf-8", "surrogatepass") * 3)
        for kind, (path, line) in STAMPED.items()
    }


def bundle(*parts: dict[str, tuple[str, bytes]]) -> dict[str, bytes]:
    """Files by path, as the builders of archives take them."""
    return {path: content for part in parts for path, content in part.values()}
