"""The way to the platform's address is cut: DHCP, firewall, proxy."""

from __future__ import annotations

from datetime import datetime

from ..archives import Files
from ..event_xml import Exporter
from ..stamps import seconds, utc
from . import commands, dotnet, scm
from .agent import ADAPTER, HOST
from .agentlog import Said
from .layouts import by_hand, disk_inspection, zipped_azure
from .scenario import minutes, scenario
from .story import Story
from .vm import (
    AGENT_2020_Z,
    AGENT_2021,
    AGENT_2024,
    AGENT_2025,
    SERVER_2016,
    SERVER_2019,
    SERVER_2022,
    WinVm,
)

PLUGIN_DOWN = (
    "WriteGAPluginHeartbeat: HostGAPluginServiceClient is not initialized so setting isCurrentlyHealthy as false"
)
VERSIONS = "(Ignoring) Exception while fetching supported versions from HostGAPlugin: "


def cut(s: Story, hours: float, why: str, ports: tuple[int, ...] = (80, 32526)) -> None:
    """The agent cannot reach the platform and says so every few minutes; its heartbeats go on."""
    at = s.now + seconds(31)
    s.rest(hours)
    while at < s.now:
        _refused(s, at, why, ports)
        at += minutes(s.vm.rng.uniform(3, 6))


def _refused(s: Story, at: datetime, why: str, ports: tuple[int, ...]) -> None:
    if 80 in ports:
        text = dotnet.exception(dotnet.CONNECT, f"{why}{HOST}:80", frames=dotnet.SOCKET_FRAMES)
        s.agent.say(at, Said(0, f"Failed to get goal state from the fabric: {text}", "ERROR"), thread=5)
    if 32526 in ports:
        text = dotnet.exception(dotnet.CONNECT, f"{why}{HOST}:32526", frames=dotnet.SOCKET_FRAMES)
        s.agent.say(at + seconds(3), Said(0, VERSIONS + text, "WARN"), Said(0.2, PLUGIN_DOWN, "WARN"), thread=11)


@scenario("dhcp-option-245", "network/dhcp-option-245-missing")
def no_option_245() -> Files:
    """A static address was set in Windows: after a restart no adapter gives option 245."""
    vm = WinVm("dhcp-static", "PLANTCTL1", "Europe/Berlin", SERVER_2016, AGENT_2021)
    s = Story(vm, utc("2024-08-05 05:30:00"))
    s.nights(2)
    at = s.now + minutes(420)
    s.restart(at, r"C:\Windows\Explorer.EXE", rf"{vm.name}\ops2", "Other (Unplanned)", "0x5000000", ready=False)
    at = s.now
    s.installer.adapters[0] |= {"dhcpEnabled": False, "ipAddress": ["10.44.0.20"], "dnsServers": ["10.9.0.4"]}
    s.rest(30)
    while at < s.now:
        for adapter in (ADAPTER, "Npcap Loopback Adapter"):
            at = s.agent.say(
                at,
                Said(0.1, f"Attempting to discover fabric address on interface {adapter}."),
                Said(1.3, "Empty DHCP option data returned", "WARN"),
                Said(0.1, f"Did not discover fabric address on interface {adapter}", "ERROR"),
                thread=3,
            )
        at += minutes(10)
    texts = {"ipconfig.txt": commands.static_ipconfig(vm, "10.44.0.20")}
    return by_hand(s, "format-list", texts | {"systeminfo.txt": commands.systeminfo(vm, s.booted)})


@scenario("firewall-forbidden", "windows/firewall-blocked")
def firewall_forbidden() -> Files:
    """A filter product forbids connections to 168.63.129.16, ports 80 and 32526 (10013)."""
    vm = WinVm("firewall-forbidden", "DMZWEB4", "UTC", SERVER_2022, AGENT_2025)
    s = Story(vm, utc("2025-09-15 06:00:00"))
    s.nights(3)
    s.rest(9)
    program = r"C:\Program Files\Northgate\Filter\ngfilter.exe"
    scm.installed(s.log, s.now - minutes(2), "Northgate Filter Service", program, "auto")
    counted = Said(0, "Reached Maximim error count:1000", "WARN")
    triggered = Said(0.1, "Error state triggered for caller:GAPluginPinger", "WARN")
    s.agent.say(s.now + minutes(40), counted, triggered, thread=11)
    cut(s, 32, dotnet.FORBIDDEN)
    return disk_inspection(s, "agents")


@scenario("firewall-drops", "windows/firewall-blocked")
def firewall_drops() -> Files:
    """An outbound rule drops 168.63.129.16: connections time out from one moment on (10060)."""
    vm = WinVm("firewall-drops", "LEGALDMS", "America/Chicago", SERVER_2019, AGENT_2021)
    s = Story(vm, utc("2022-10-03 11:00:00"), hour=7)
    s.nights(3)
    s.rest(6)
    cut(s, 44, dotnet.SILENT)
    return zipped_azure(s, "json-7", {"systeminfo.txt": commands.systeminfo(vm, s.booted)})


@scenario("hostplugin-blocked", "windows/firewall-blocked", "network/hostgaplugin-blocked")
def host_plugin_only() -> Files:
    """Only 168.63.129.16:32526 is forbidden; the status does not reach the platform."""
    vm = WinVm("hostplugin-blocked", "MAILRLY2", "Europe/London", SERVER_2019, AGENT_2024)
    s = Story(vm, utc("2025-02-10 07:00:00"))
    s.nights(2)
    s.rest(5)
    at = s.now
    cut(s, 30, dotnet.FORBIDDEN, ports=(32526,))
    text = (
        "Failed to upload the aggregate status: HostGAPlugin is not healthy and the direct upload to the status blob "
        "failed: System.Net.WebException: The operation has timed out"
    )
    while at < s.now:
        s.agent.say(at, Said(0, text, "ERROR"), thread=8)
        at += minutes(7)
    return by_hand(s, "viewer-xml", {"systeminfo.txt": commands.systeminfo(vm, s.booted)})


@scenario("proxy-answers", "network/proxy-intercepts")
def proxy_answers() -> Files:
    """A proxy set for WinHTTP answers 503 in place of the platform; events exported on a workstation in India."""
    vm = WinVm("proxy-answers", "SAPGW02", "Europe/Paris", SERVER_2016, AGENT_2020_Z, domain="siege.example")
    s = Story(vm, utc("2021-03-08 06:00:00"))
    s.nights(2)
    s.rest(8)
    at = s.now
    s.rest(28)
    unavailable = (
        "Microsoft.ServiceModel.Web.WebProtocolException: Server Error: Service Unavailable (ServiceUnavailable)"
    )
    web = "System.Net.WebException: The remote server returned an error: (503) Server Unavailable."
    text = dotnet.exception(unavailable, web, frames=("System.Net.HttpWebRequest.GetResponse()",))
    title = "<html><head><title>Access to this address is restricted</title></head>"
    html = f"{title}<body>proxy.siege.example</body></html>"
    while at < s.now:
        s.agent.say(at, Said(0, f"GetVersions() failed with exception: {text} http://{HOST}:32526/versions", "ERROR"))
        state = f"Failed to get goal state from the fabric: unexpected answer 503: {html}"
        s.agent.say(at + seconds(2), Said(0, state, "ERROR"))
        at += minutes(5)
    texts = {"winhttp.txt": commands.winhttp_proxy(vm, "proxy.siege.example:8080")}
    texts["systeminfo.txt"] = commands.systeminfo(vm, s.booted)
    return by_hand(s, "viewer-csv", texts, by=Exporter(zone="Asia/Kolkata"))
