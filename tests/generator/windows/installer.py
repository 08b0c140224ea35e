"""TransparentInstaller.log, with the VM health report: a table of services as it was in one moment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..archives import Files
from .agentlog import AgentLog, Said
from .services import SERVICES
from .vm import WinVm

REPORTED = [
    "RdAgent",
    "WindowsAzureGuestAgent",
    "IaasVmProvider",
    "VSS",
    "swprv",
    "COMSysApp",
    "EventSystem",
    "MSDTC",
    "CryptSvc",
    "KeyIso",
    "Winmgmt",
    "Dhcp",
    "Dnscache",
    "W32Time",
    "msiserver",
    "TrustedInstaller",
    "WinDefend",
]
IDLE = {"IaasVmProvider", "VSS", "swprv", "msiserver", "TrustedInstaller", "KeyIso"}


@dataclass(frozen=True)
class ServiceState:
    state: str = "Running"
    start: str = ""  # '' as the service is made
    code: int = 0


@dataclass
class Installer:
    vm: WinVm
    log: AgentLog = field(init=False)
    adapters: list[dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.log = AgentLog(self.vm.agent.stamps)
        adapter = {"name": "Microsoft Hyper-V Network Adapter", "macAddress": self.vm.mac, "dhcpEnabled": True}
        self.adapters = [adapter | {"ipAddress": [self.vm.address], "dnsServers": ["168.63.129.16"]}]

    def boot(self, at: datetime) -> datetime:
        version = self.vm.agent.version
        return self.log.say(
            at,
            [
                Said(0, "Transparent Installer starting."),
                Said(0.4, f"Installed agent version: {version}. Latest agent version: {version}"),
                Said(0.2, "No agent update is needed.", "WARN"),
            ],
            thread=1,
        )

    def report(self, at: datetime, changed: Mapping[str, ServiceState] | None = None) -> datetime:
        """The health report, which is written twice."""
        mark = f"{at:%Y-%m-%dT%H:%M:%S.%f}0Z"
        frame = "======== Microsoft Azure VM Health Report - "
        body = json.dumps(self._report(mark, changed or {}), separators=(",", ":"))
        for _ in range(2):
            text = f"\n{frame}Start {mark} =========\n{body}\n{frame}End {mark} ========="
            at = self.log.say(at, [Said(0.1, text)], thread=9)
        return at

    def _report(self, mark: str, changed: Mapping[str, ServiceState]) -> dict[str, Any]:
        rows = []
        for key in REPORTED:
            service = SERVICES[key]
            own = changed.get(key) or ServiceState("Stopped" if key in IDLE else "Running")
            if own.state == "Missing":
                continue
            start = {"auto": "Auto", "demand": "Manual", "disabled": "Disabled"}[own.start or service.start]
            running = own.state == "Running"
            rows.append(
                {
                    "name": key,
                    "state": own.state,
                    "startMode": start,
                    "startName": service.account,
                    "exitCode": own.code if not running else 0,
                    "processId": self.vm.pid() if running else 0,
                }
            )
        windows = {
            "osVersion": f"{self.vm.release.version}.{self.vm.release.build}",
            "safeBoot": False,
            "domainRole": 3 if self.vm.domain else 2,
        }
        return {
            "reportTime": mark,
            "services": rows,
            "networkAdapters": self.adapters,
            "accounts": {"administrators": 1},
            "firewallPolicy": {"domain": True, "private": True, "public": True},
            "systemInfo": {"computerName": self.vm.name, "windows": windows},
        }

    def files(self) -> Files:
        return {"WindowsAzure/Logs/TransparentInstaller.log": self.log.encode()}
