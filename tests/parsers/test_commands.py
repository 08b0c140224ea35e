"""Outputs of commands: events for lines, facts for disks, mounts, network, packages."""

from __future__ import annotations

import pytest

from analyzer.parsers import diskinfo, supportconfig
from analyzer.parsers.base import FactValue
from analyzer.parsers.command_output import MAX_LINES, command_name, parse_command


def facts(command: str, text: str) -> dict[str, FactValue]:
    return parse_command(command, f"sos_commands/x/{command}", text.encode()).facts


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("df", "df"),
        ("/bin/df -h", "df"),
        ("df_-al_-x_autofs", "df"),
        ("/proc/mounts", "mount"),
        ("proc_mounts", "mount"),
        ("sh -c 'rpm -qa'", "rpm"),
        ("sudo iptables-save -c", "iptables"),
        ("timeout 30 nft list ruleset", "nft"),
        ("findmnt --all", "mount"),
        ("", "command"),
    ],
)
def test_command_names(command: str, name: str) -> None:
    assert command_name(command) == name


def test_lines_are_events_with_their_place() -> None:
    result = parse_command(
        "iptables -S", "iptables.txt", b"-P INPUT ACCEPT\n\n-A OUTPUT -d 168.63.129.16/32 -j DROP\r\n"
    )
    assert [(event.text, event.line, event.component, event.source) for event in result.events] == [
        ("-P INPUT ACCEPT", 1, "iptables", "command-output"),
        ("-A OUTPUT -d 168.63.129.16/32 -j DROP", 3, "iptables", "command-output"),
    ]


def test_lines_are_capped_and_the_rest_is_counted() -> None:
    result = parse_command("ps aux", "ps", b"root 1 init\n" * (MAX_LINES + 7))
    assert len(result.events) == MAX_LINES
    assert result.problems == [f"7 lines of ps behind the first {MAX_LINES} were left out"]


def test_secrets_of_command_lines_are_gone() -> None:
    line = b"root 9 tool --password hunter2 --account-key=hunter2 https://u:hunter2@h/x https://h/y?sig=hunter2&se=1\n"
    assert "hunter2" not in parse_command("ps aux", "ps", line).events[0].text


def test_df_in_its_forms() -> None:
    human = """Filesystem      Size  Used Avail Use% Mounted on
/dev/sda1        30G   30G   20K 100% /
tmpfs           1.6G     0  1.6G   0% /run/user/0
/dev/loop3       64M   64M     0 100% /snap/core/1
df: /mnt/x: Stale file handle
"""
    assert facts("df -h", human) == {
        "disk[/].use_percent": 100,
        "disk[/].available_kb": 20,
        "disk[/run/user/0].use_percent": 0,
        "disk[/run/user/0].available_kb": 1677721,
    }
    long_device = (
        "Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/mapper/vg-long\n   100 60 40 60% /data disk\n"
    )
    assert facts("df", long_device) == {"disk[/data disk].use_percent": 60, "disk[/data disk].available_kb": 40}
    german = "Dateisystem 1M-Blöcke Benutzt Verfügbar Verw% Eingehängt auf\n/dev/sda1 100 60 40 60% /\n"
    assert facts("df -m", german)["disk[/].available_kb"] == 40 * 1024
    typed = "Filesystem Type 1024-blocks Used Available Capacity% Mounted on\n/dev/sda1 xfs 100 60 40 60% /\n"
    assert facts("df -PT", typed)["disk[/].fstype"] == "xfs"
    inodes = "Filesystem Inodes IUsed IFree IUse% Mounted on\n/dev/sda1 100 100 0 100% /\nudev 10 - - - /dev\n"
    assert facts("df -i", inodes) == {"disk[/].inode_percent": 100}


def test_mounts() -> None:
    mounted = """/dev/sda1 on / type ext4 (rw,relatime)
proc on /proc type proc (rw)
/dev/sdb1 on /var/lib/my data type xfs (ro,noexec)
"""
    assert facts("mount", mounted) == {
        "disk[/].fstype": "ext4",
        "disk[/].options": "rw,relatime",
        "disk[/var/lib/my data].fstype": "xfs",
        "disk[/var/lib/my data].options": "ro,noexec",
    }
    table = "/dev/sda1 /my\\040data ext4 rw,noexec 0 0\n"
    assert facts("/proc/mounts", table)["disk[/my data].options"] == "rw,noexec"
    tree = "TARGET SOURCE FSTYPE OPTIONS\n/ /dev/sda1 ext4 rw,relatime\n├─/var /dev/sdb1 xfs ro,noexec\n"
    assert facts("findmnt", tree)["disk[/var].options"] == "ro,noexec"


def test_network() -> None:
    links = "1: lo: <LOOPBACK,UP> mtu 65536\n2: eth0: <BROADCAST,UP> mtu 1500\n3: vlan1@eth0: <UP> mtu 1500\n"
    assert facts("ip addr", links) == {"net.interfaces": ["eth0", "vlan1"]}
    routes = "default via 10.0.0.1 dev eth0\n10.0.0.0/24 dev eth0 scope link\n"
    assert facts("ip_route_show", routes) == {"net.default_route": True}
    assert facts("ip", routes.partition("\n")[2]) == {"net.default_route": False}
    assert facts("ip route", "") == {"net.default_route": False}
    assert facts("ip -6 route", "::1 dev lo\n") == {}
    assert facts("ip", "") == {}
    table = "Iface\tDestination\tGateway\neth0\t00000000\t0100000A\t0003\n"
    assert facts("/proc/net/route", table) == {"net.default_route": True}
    assert facts("route -n", "Destination Gateway Genmask\n10.0.0.0 0.0.0.0 255.255.255.0\n") == {
        "net.default_route": False
    }
    old = "eth0      Link encap:Ethernet\nlo        Link encap:Local\n"
    assert facts("ifconfig", old) == {"net.interfaces": ["eth0"]}


def test_packages() -> None:
    dpkg = """ii  walinuxagent  2.9.1.1-0ubuntu1  amd64  Azure
ii  openssl:amd64 3.0.2 amd64 x
rc  iptables 1.8 amd64 x
ii vim 9 a b
"""
    assert facts("dpkg -l", dpkg) == {"package[walinuxagent]": "2.9.1.1-0ubuntu1", "package[openssl]": "3.0.2"}
    rpm = "WALinuxAgent-2.7.0.6-8.el8.noarch   Tue 4 Mar\npython3-3.6.8-51.el8.x86_64\nbash-4.4-1.x86_64\nodd\n\n"
    assert facts("rpm -qa", rpm) == {
        "package[WALinuxAgent]": "2.7.0.6-8.el8",
        "package[python3]": "3.6.8-51.el8",
    }


def test_system() -> None:
    assert facts("timedatectl", "      Time zone: Europe/Berlin (CET, +0100)\n") == {"os.timezone": "Europe/Berlin"}
    assert facts("uname -a", "Linux vm1 5.15.0-1050-azure #57 SMP\n") == {"os.kernel": "5.15.0-1050-azure"}
    assert facts("hostname", "vm1\n") == {"os.hostname": "vm1"}
    control = " Static hostname: vm1\nOperating System: Demo 9\n          Kernel: Linux 5.14.0-70.el9\n"
    assert facts("hostnamectl", control) == {"os.hostname": "vm1", "os.pretty": "Demo 9", "os.kernel": "5.14.0-70.el9"}


def test_an_empty_output_is_no_fault() -> None:
    result = parse_command("nft list ruleset", "nft", b"")
    assert (result.events, result.problems) == ([], ["nft: no output"])


def test_supportconfig() -> None:
    data = b"""#==[ Command ]======================================#
# /bin/df -h
Filesystem Size Used Avail Use% Mounted on
/dev/sda1 30G 29G 1.0G 97% /

#==[ Log File ]=====================================#
# /var/log/messages
noise
#==[ Configuration File ]===========================#
# /etc/os-release
ID=sles
VERSION_ID="15.5"
#==[ Command ]======================================#
# /usr/bin/obscure
noise
"""
    result = supportconfig.parse("scc_vm/fs-diskio.txt", data)
    assert result.facts == {
        "disk[/].use_percent": 97,
        "disk[/].available_kb": 1048576,
        "os.id": "sles",
        "os.version": "15.5",
    }
    assert [(event.text.split()[0], event.line) for event in result.events] == [("Filesystem", 3), ("/dev/sda1", 4)]
    assert supportconfig.parse("x.txt", b"nothing").problems


def test_diskinfo_tells_the_vms_disks_not_the_inspectors() -> None:
    data = b"""Windows drive letter mappings [Inspect skipped]:
C: /dev/sda2

Filesystem      Size  Used Avail Use% Mounted on
/dev/root       4.0G  4.0G     0 100% /

[Device: /dev/sda1, mountpoint: / ]
bsize: 4096
frsize: 4096
blocks: 1000
bfree: 100
bavail: 50
files: 200
ffree: 0
favail: 0

[Device: /dev/sda2, mountpoint: /sysroot ]
frsize: 4096
blocks: 1000
bfree: 500
bavail: 500
files: 0
ffree: 0
"""
    result = diskinfo.parse("diskinfo.txt", data)
    assert result.facts == {
        "disk[/].use_percent": 95,
        "disk[/].available_kb": 200,
        "disk[/].inode_percent": 100,
        "disk[C:].use_percent": 50,
        "disk[C:].available_kb": 2000,
    }
    assert result.events[0].text == "/dev/sda1 use 95% available 200 KiB inodes 100% mounted on /"
    assert result.events[0].component == "df"
