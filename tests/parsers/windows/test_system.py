"""What commands tell of the system, its clock, zone and network; consoles with many commands in one file."""

from __future__ import annotations

import tomllib
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.parsers.base import FactValue
from analyzer.parsers.windows.commands import MAX_EVENTS, parse
from analyzer.parsers.windows.zones import of_display, of_key
from tests.shared import ROOT

ENGLISH = """
Host Name:                 WEB-07
OS Name:                   Microsoft Windows Server 2019 Datacenter
OS Version:                10.0.17763 N/A Build 17763
OS Manufacturer:           Microsoft Corporation
Original Install Date:     3/12/2021, 6:49:41 AM
System Boot Time:          1/20/2024, 7:51:23 PM
Windows Directory:         C:\\Windows
Input Locale:              de;German (Germany)
Time Zone:                 (UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna
Hotfix(s):                 2 Hotfix(s) Installed.
                           [01]: KB5034619
"""
GERMAN = """
Hostname:                                      WEB-07
Betriebssystemname:                            Microsoft Windows Server 2019 Datacenter
Betriebssystemversion:                         10.0.17763 Nicht zutreffend Build 17763
Betriebssystemhersteller:                      Microsoft Corporation
Ursprüngliches Installationsdatum:             12.03.2021, 06:49:41
Systemstartzeit:                               20.01.2024, 19:51:23
Zeitzone:                                      (UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien
Hotfix(es):                                    2 Hotfix(e) installiert.
                                               [01]: KB5034619
"""


def facts(text: str, name: str = "x.txt") -> dict[str, FactValue]:
    return parse(name, text.encode()).facts


@pytest.mark.parametrize(("text", "boot"), [(ENGLISH, "1/20/2024, 7:51:23 PM"), (GERMAN, "20.01.2024, 19:51:23")])
def test_systeminfo(text: str, boot: str) -> None:
    assert facts(text) == {
        "os.id": "windows",
        "os.name": "Microsoft Windows Server 2019 Datacenter",
        "os.version": "10.0.17763",
        "os.hostname": "WEB-07",
        "os.boot_time": boot,
        "os.utc_offset": "+01:00",
        "os.timezone": "Europe/Berlin",
    }
    assert "Microsoft Windows Server 2019 Datacenter" in parse("x", text.encode()).events[1].text


def test_a_zone_that_could_be_several_is_none() -> None:
    assert "os.timezone" not in facts(ENGLISH.replace("Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Nirgendwo"))
    assert of_display("+01:00", "Paris, Berlin") == ""


def test_the_table_of_zones_names_real_ones() -> None:
    rows = tomllib.loads((ROOT / "signatures" / "timezones.toml").read_text("utf-8"))["zone"]
    assert len(rows) > 130
    for row in rows:
        ZoneInfo(row["iana"])
        assert of_key(row["key"]) == row["iana"]
        assert of_display(row["offset"], row["shown"]) == row["iana"], row


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tzutil.txt", "W. Europe Standard Time\n"),
        ("zone.txt", "\nId                         : W. Europe Standard Time_dstoff\nDisplayName : x\n"),
    ],
)
def test_keys_of_zones(name: str, text: str) -> None:
    assert facts(text, name)["os.timezone"] == "Europe/Berlin"


@pytest.mark.parametrize("source", ["Source", "Quelle"])
def test_time_service(source: str) -> None:
    text = (
        f"Leap Indicator: 3(not synchronized)\nStratum: 0 (x)\nPrecision: -23\n{source}: Local CMOS Clock\nx: 10 (y)\n"
    )
    assert facts(text) == {
        "windows.time_leap": 3,
        "windows.time_stratum": 0,
        "windows.time_source": "Local CMOS Clock",
    }


PROXY = """
Current WinHTTP proxy settings:

    Proxy Server(s) :  proxy.contoso.com:8080
    Bypass List     :  168.63.129.16;<local>
"""


@pytest.mark.parametrize(
    ("text", "server", "bypass"),
    [
        (PROXY, "proxy.contoso.com:8080", "168.63.129.16;<local>"),
        (PROXY.replace("168.63.129.16;<local>", "(none)"), "proxy.contoso.com:8080", "none"),
        (
            PROXY.replace("Proxy Server(s)", "Serveur proxy").replace("Bypass List", "Liste"),
            "proxy.contoso.com:8080",
            "168.63.129.16;<local>",
        ),
        ("\nCurrent WinHTTP proxy settings:\n\n    Direct access (no proxy server).\n", "none", "none"),
        ("\nAktuelle WinHTTP-Proxyeinstellungen:\n\n    Direktzugriff (kein Proxyserver).\n", "none", "none"),
    ],
)
def test_proxy(text: str, server: str, bypass: str) -> None:
    result = parse("proxy.txt", text.encode())
    assert result.facts == {"windows.winhttp_proxy": server, "windows.winhttp_bypass": bypass}
    assert result.events[0].text == f"winhttp proxy {server}, bypass {bypass}"


IPCONFIG = """
Windows IP Configuration

   Host Name . . . . . . . . . . . . : vm1
   IP Routing Enabled. . . . . . . . : No

Ethernet adapter Ethernet 2:

   Connection-specific DNS Suffix  . : x.internal.cloudapp.net
   Description . . . . . . . . . . . : Microsoft Hyper-V Network Adapter #2
   Physical Address. . . . . . . . . : 00-0D-3A-11-22-33
   DHCP Enabled. . . . . . . . . . . : Yes
   Autoconfiguration Enabled . . . . : Yes
   Link-local IPv6 Address . . . . . : fe80::1%4(Preferred)
   IPv4 Address. . . . . . . . . . . : 10.0.0.4(Preferred)
   Subnet Mask . . . . . . . . . . . : 255.255.255.0
   Lease Obtained. . . . . . . . . . : Saturday, January 20, 2024 7:51:41 PM
   Lease Expires . . . . . . . . . . : Tuesday, February 26, 2160 2:24:12 AM
   Default Gateway . . . . . . . . . : 10.0.0.1
   DHCP Server . . . . . . . . . . . : 168.63.129.16
   DNS Servers . . . . . . . . . . . : 168.63.129.16
                                       10.0.0.10
   NetBIOS over Tcpip. . . . . . . . : Enabled
"""
STATIC = IPCONFIG.replace("DHCP Enabled. . . . . . . . . . . : Yes", "DHCP aktiviert. . . . . . . . . . : Nein")
STATIC = "\n".join(line for line in STATIC.split("\n") if "Lease" not in line and "DHCP Server" not in line)


def test_adapters() -> None:
    name = "windows.adapter[Ethernet adapter Ethernet 2]"
    assert facts(IPCONFIG) == {
        f"{name}.dhcp": True,
        f"{name}.addresses": ["10.0.0.4"],
        f"{name}.gateway": ["10.0.0.1"],
        f"{name}.dhcp_server": "168.63.129.16",
    }
    static = parse("ipconfig.txt", STATIC.encode())
    assert static.facts == {
        f"{name}.dhcp": False,
        f"{name}.addresses": ["10.0.0.4"],
        f"{name}.gateway": ["10.0.0.1"],
    }
    assert static.events[0].text == (
        "adapter Ethernet adapter Ethernet 2: dhcp disabled, addresses 10.0.0.4, gateway 10.0.0.1, dhcp server none"
    )


def test_an_adapter_without_a_gateway() -> None:
    text = IPCONFIG.replace(": 10.0.0.1\n", ":\n")
    found = facts(text)
    assert found["windows.adapter[Ethernet adapter Ethernet 2].gateway"] == []
    assert found["windows.adapter[Ethernet adapter Ethernet 2].dhcp_server"] == "168.63.129.16"


CONFIG = """
Configuration for interface "Ethernet"
    DHCP enabled:                         No
    IP Address:                           10.0.0.4
    Subnet Prefix:                        10.0.0.0/24 (mask 255.255.255.0)
    Default Gateway:                      10.0.0.1
    Gateway Metric:                       0
"""


def test_configuration_of_netsh() -> None:
    assert facts("C:\\>netsh int ipv4 show config\n" + CONFIG) == {
        "windows.adapter[Ethernet].dhcp": False,
        "windows.adapter[Ethernet].addresses": ["10.0.0.4"],
        "windows.adapter[Ethernet].gateway": ["10.0.0.1"],
    }


ROUTES = """===========================================================================
Interface List
 12...00 0d 3a 11 22 33 ......Microsoft Hyper-V Network Adapter
===========================================================================
IPv4-Routentabelle
===========================================================================
     Netzwerkziel    Netzwerkmaske          Gateway    Schnittstelle Metrik
          0.0.0.0          0.0.0.0         10.0.0.1         10.0.0.4     10
    168.63.129.16  255.255.255.255         10.0.0.1         10.0.0.4     11
===========================================================================
"""


def test_routes() -> None:
    assert facts(ROUTES) == {"net.default_route": True, "windows.wireserver_route": True}
    cut = "\n".join(line for line in ROUTES.split("\n") if " 0.0.0.0 " not in line)
    assert facts(cut)["net.default_route"] is False


FIREWALL = """
Domain Profile Settings:
----------------------------------------------------------------------
State                                 ON

Public Profile Settings:
----------------------------------------------------------------------
State                                 OFF
"""


def test_firewall() -> None:
    assert facts("C:\\>netsh advfirewall show allprofiles\n" + FIREWALL) == {
        "windows.firewall[domain]": "on",
        "windows.firewall[public]": "off",
    }


@pytest.mark.parametrize(("word", "reached"), [("True", True), ("False", False)])
def test_a_tested_connection(word: str, reached: bool) -> None:
    text = f"""WARNING: TCP connect to (168.63.129.16 : 32526) failed

ComputerName     : 168.63.129.16
RemoteAddress    : 168.63.129.16
RemotePort       : 32526
InterfaceAlias   : Ethernet
TcpTestSucceeded : {word}
"""
    result = parse("wire.txt", text.encode())
    assert result.facts == {"windows.reachable[168.63.129.16:32526]": reached}
    outcome = "succeeded" if reached else "failed"
    assert next(e.text for e in result.events) == f"connection to 168.63.129.16:32526 {outcome}"


@pytest.mark.parametrize(("line", "safe"), [("safeboot                Minimal", True), ("nx    OptIn", False)])
def test_boot_options(line: str, safe: bool) -> None:
    text = f"Windows Boot Loader\n-------\nidentifier              {{current}}\n{line}\n"
    assert facts(text) == {"os.safe_boot": safe}


def test_a_console_with_several_commands() -> None:
    text = (
        "Microsoft Windows [Version 10.0.17763.1]\n\nC:\\Users\\me>sc query RdAgent\n\nSERVICE_NAME: RdAgent\n"
        "        TYPE : 10 X\n        STATE : 4  RUNNING\n\nC:\\Users\\me>netsh winhttp show proxy\n"
        + PROXY
        + "\nPS C:\\Users\\me> curl.exe -m 5 http://168.63.129.16/\ncurl: (28) Connection timed out\n"
    )
    result = parse("console.txt", text.encode())
    assert [(event.text, event.component, event.line) for event in result.events] == [
        ("Microsoft Windows [Version 10.0.17763.1]", "console", 1),
        ("service RdAgent: running", "RdAgent", 5),
        ("winhttp proxy proxy.contoso.com:8080, bypass 168.63.129.16;<local>", "netsh", 11),
        ("curl: (28) Connection timed out", "curl", 17),
    ]


def test_lines_are_capped_and_the_rest_is_counted() -> None:
    result = parse("ipconfig.txt", b"some line\n" * (MAX_EVENTS + 3))
    assert result.problems == [f"3 lines of ipconfig behind the first {MAX_EVENTS} were left out"]


def test_secrets_do_not_leave() -> None:
    result = parse("x.txt", b"C:\\>net use * \\\\h\\s password=hunter2\nok https://h/x?sig=hunter2&se=1\n")
    assert not any("hunter2" in event.text + event.component for event in result.events)


@given(st.text(alphabet=" \n\t.:=[](){}\\'\"/-0123456789abcdefNSTAUERV_", max_size=400))
def test_any_text_is_read(text: str) -> None:
    result = parse("x.txt", text.encode())
    assert all(event.line >= 1 for event in result.events)
