"""Files of state that the Windows agent and its handlers leave: settings, status, heartbeats, the aggregate status."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ..archives import Files
from ..stamps import iso_short
from .vm import Plugin, WinVm

BOM = b"\xef\xbb\xbf"


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def said(text: str) -> dict[str, str]:
    return {"lang": "en-US", "message": text}


def settings(vm: WinVm, plugin: Plugin, public: dict[str, Any]) -> Files:
    """RuntimeSettings\\N.settings; what is protected is noise in base64."""
    own: dict[str, Any] = {"publicSettings": public}
    if plugin.protected:
        blob = base64.b64encode(vm.rng.randbytes(240)).decode()
        own = {"protectedSettingsCertThumbprint": vm.thumbprint, "protectedSettings": blob} | own
    return {
        f"{plugin.home}/RuntimeSettings/{plugin.sequence}.settings": _json(
            {"runtimeSettings": [{"handlerSettings": own}]}
        )
    }


def status(
    plugin: Plugin, at: datetime, state: str, code: int, message: str, substatus: Sequence[dict[str, Any]] = ()
) -> Files:
    """Status\\N.status; `state` is success, error, transitioning or warning."""
    own: dict[str, Any] = {
        "name": plugin.name,
        "operation": "Enable",
        "configurationAppliedTime": iso_short(at),
        "status": state,
        "code": code,
        "formattedMessage": said(message),
    }
    if substatus:
        own["substatus"] = list(substatus)
    report = [{"version": "1.0", "timestampUTC": iso_short(at), "status": own}]
    return {f"{plugin.home}/Status/{plugin.sequence}.status": BOM + _json(report)}


def handler(vm: WinVm, plugin: Plugin, heartbeat: str = "") -> Files:
    """What every handler's folder holds; `heartbeat` is Ready or NotReady."""
    home = plugin.program.rstrip("\\")
    environment = {
        "logFolder": rf"C:\WindowsAzure\Logs\Plugins\{plugin.name}\{plugin.version}",
        "configFolder": rf"{home}\RuntimeSettings",
        "statusFolder": rf"{home}\Status",
        "heartbeatFile": rf"{home}\Status\HeartBeat.Json",
        "deploymentid": vm.container,
        "rolename": f"_{vm.name}",
        "instance": vm.role_instance,
        "hostResolverAddress": "168.63.129.16",
    }
    commands = {
        f"{verb}Command": plugin.command.replace("enable", verb)
        for verb in ("install", "enable", "update", "disable", "uninstall")
    }
    manifest = {
        "version": 1.0,
        "handlerManifest": commands | {"rebootAfterInstall": False, "reportHeartbeat": bool(heartbeat)},
    }
    files = {
        f"{plugin.home}/HandlerEnvironment.json": _json(
            [{"name": plugin.name, "version": 1.0, "handlerEnvironment": environment}]
        ),
        f"{plugin.home}/HandlerManifest.json": _json([manifest]),
    }
    if heartbeat:
        files[f"{plugin.home}/Status/HeartBeat.Json"] = _json(
            [
                {
                    "version": "1.0",
                    "heartbeat": {"status": heartbeat, "code": "0", "formattedMessage": said("Sending heartbeat")},
                }
            ]
        )
    return files


def aggregate(vm: WinVm, at: datetime, handlers: Sequence[tuple[Plugin, str, str]], agent: str = "Ready") -> Files:
    """aggregatestatus.json as it was last uploaded; a handler is (plugin, status, message)."""
    rows = [
        {
            "handlerName": plugin.name,
            "handlerVersion": plugin.version,
            "status": state,
            "code": 0 if state == "Ready" else 1,
            "formattedMessage": said(message),
            "runtimeSettingsStatus": {"sequenceNumber": str(plugin.sequence)},
        }
        for plugin, state, message in handlers
    ]
    text = "GuestAgent is running and processing the extensions." if agent == "Ready" else "GuestAgent is not ready."
    guest = {"version": vm.agent.version, "status": agent, "formattedMessage": said(text)}
    body = {"guestAgentStatus": guest, "handlerAggregateStatus": rows}
    report = {"version": "1.1", "timestampUTC": iso_short(at), "aggregateStatus": body}
    return {"WindowsAzure/Logs/AggregateStatus/aggregatestatus.json": _json(report)}


def goal_state(vm: WinVm, incarnation: int) -> Files:
    """C:\\WindowsAzure\\config: a copy of the last goal state."""
    text = (
        '<?xml version="1.0" encoding="utf-8"?>\r\n<GoalState xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<Version>2015-04-05</Version><Incarnation>{incarnation}</Incarnation><Machine><ExpectedState>Started</ExpectedState>"
        f"</Machine><Container><ContainerId>{vm.container}</ContainerId><RoleInstanceList><RoleInstance>"
        f"<InstanceId>{vm.role_instance}</InstanceId><State>Started</State></RoleInstance></RoleInstanceList></Container></GoalState>"
    )
    return {f"WindowsAzure/config/{vm.container}.{incarnation}.GoalState.xml": text.encode()}
