"""The state files of /var/lib/waagent and /etc that a bundle carries beside the logs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from . import stamps
from .agentlog import number
from .archives import Files
from .vm import Extension, Vm


def agent_conf(**options: str) -> Files:
    """/etc/waagent.conf; `Provisioning_Agent="cloud-init"` overrides Provisioning.Agent."""
    defaults = {
        "Provisioning.Agent": "cloud-init",
        "Extensions.Enabled": "y",
        "ResourceDisk.Format": "n",
        "ResourceDisk.EnableSwap": "n",
        "Logs.Verbose": "n",
        "OS.EnableFirewall": "y",
        "AutoUpdate.Enabled": "y",
    }
    options = defaults | {name.replace("_", "."): value for name, value in options.items()}
    lines = ["# Microsoft Azure Linux Agent Configuration", *(f"{name}={value}" for name, value in options.items())]
    return {"etc/waagent.conf": _text(lines)}


def os_files(vm: Vm) -> Files:
    """os-release, the host name, and the zone where the VM is not on UTC."""
    distro = vm.distro
    release = [f'PRETTY_NAME="{distro.pretty}"', f"ID={distro.id}", f'VERSION_ID="{distro.version}"']
    files = {"etc/os-release": _text(release), "etc/hostname": _text([vm.name])}
    return files | ({"etc/timezone": _text([vm.zone])} if vm.zone != "UTC" else {})


def handler_files(
    extension: Extension,
    at: datetime,
    status: str = "Ready",
    code: int = 0,
    message: str = "Plugin enabled",
    result: dict[str, Any] | None = None,
) -> Files:
    """HandlerState, HandlerStatus and the status file; `result` overrides fields of the latter's status."""
    handler = {"name": extension.name, "version": extension.version, "status": status, "code": code, "message": message}
    text = {"lang": "en-US", "message": "Enable succeeded"}
    own = {"name": extension.name, "operation": "Enable", "status": "success", "code": 0, "formattedMessage": text}
    report = [{"version": 1.0, "timestampUTC": stamps.iso_short(at), "status": own | (result or {})}]
    return {
        f"{extension.home}/config/HandlerState": b"Enabled" if status == "Ready" else b"Installed",
        f"{extension.home}/config/HandlerStatus": _json(handler),
        f"{extension.home}/status/{extension.sequence}.status": _json(report),
    }


def goal_state_files(vm: Vm, at: datetime, incarnation: int, extensions: Sequence[Extension], agent: str) -> Files:
    """The last goal state: numbered files up to agent 2.7, from 2.8 on the newest folder of history/, with the status
    that was reported last."""
    common = {"var/lib/waagent/provisioned": vm.id.encode()}
    goal_state, config = _goal_state(vm, incarnation), _extensions_config(vm, at, incarnation, extensions)
    if number(agent) < (2, 8):
        return common | {
            f"var/lib/waagent/GoalState.{incarnation}.xml": goal_state,
            f"var/lib/waagent/ExtensionsConfig.{incarnation}.xml": config,
            "var/lib/waagent/Incarnation": str(incarnation).encode(),
        }
    folder = f"var/lib/waagent/history/{stamps.history(at)}__{incarnation}"
    return common | {
        f"{folder}/GoalState.xml": goal_state,
        f"{folder}/ExtensionsConfig.xml": config,
        f"{folder}/Certificates.json": _json([{"thumbprint": vm.thumbprint, "hasPrivateKey": True}]),
        f"{folder}/waagent_status.json": _json(_reported(vm, at, extensions, agent)),
        "var/lib/waagent/GoalState.1.xml": b"<xml>empty placeholder file</xml>",
    }


def _goal_state(vm: Vm, incarnation: int) -> bytes:
    return _text(
        [
            '<?xml version="1.0" encoding="utf-8"?>',
            f"<GoalState><Version>2015-04-05</Version><Incarnation>{incarnation}</Incarnation>",
            "<Machine><ExpectedState>Started</ExpectedState></Machine>",
            f"<Container><ContainerId>{vm.container}</ContainerId><RoleInstanceList><RoleInstance>",
            f"<InstanceId>{vm.role_instance}</InstanceId><State>Started</State>",
            "</RoleInstance></RoleInstanceList></Container></GoalState>",
        ]
    )


def _extensions_config(vm: Vm, at: datetime, incarnation: int, extensions: Sequence[Extension]) -> bytes:
    plugins = "".join(
        f'<Plugin name="{e.name}" version="{e.version}" state="enabled" isJson="true"/>' for e in extensions
    )
    settings = ""
    for e in extensions:
        secret = {"protectedSettingsCertThumbprint": vm.thumbprint, "protectedSettings": "***REDACTED***"}
        body: dict[str, Any] = {
            "runtimeSettings": [{"handlerSettings": (secret if e.protected else {}) | {"publicSettings": {}}}]
        }
        settings += f'<Plugin name="{e.name}" version="{e.version}"><RuntimeSettings seqNo="{e.sequence}">'
        settings += f"{json.dumps(body)}</RuntimeSettings></Plugin>"
    return _text(
        [
            f'<Extensions version="1.0.0.0" goalStateIncarnation="{incarnation}">',
            f'<StatusUploadBlob statusBlobType="BlockBlob">https://{vm.storage}/$system/{vm.name}.status</StatusUploadBlob>',
            f"<Plugins>{plugins}</Plugins><PluginSettings>{settings}</PluginSettings>",
            f'<InVMMetadata subscriptionId="{vm.subscription}" resourceGroupName="{vm.resource_group}" '
            f'vmName="{vm.name}" location="{vm.location}" vmId="{vm.id}" vmSize="{vm.size}" osType="Linux"/>',
            f'<InVMGoalStateMetaData inSvdSeqNo="{incarnation}" createdOnTicks="{stamps.ticks(at)}"/></Extensions>',
        ]
    )


def _reported(vm: Vm, at: datetime, extensions: Sequence[Extension], agent: str) -> dict[str, Any]:
    def said(text: str) -> dict[str, str]:
        return {"lang": "en-US", "message": text}

    handlers = [
        {
            "handlerName": e.name,
            "handlerVersion": e.version,
            "status": "Ready",
            "code": 0,
            "formattedMessage": said("Plugin enabled"),
        }
        for e in extensions
    ]
    guest = {"version": agent, "status": "Ready", "formattedMessage": said("Guest Agent is running")}
    return {
        "version": "1.1",
        "timestampUTC": stamps.iso_short(at),
        "aggregateStatus": {"guestAgentStatus": guest, "handlerAggregateStatus": handlers},
        "guestOSInfo": {
            "computerName": vm.name,
            "osName": vm.distro.id,
            "osVersion": vm.distro.version,
            "version": agent,
        },
    }


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _text(lines: Sequence[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()
