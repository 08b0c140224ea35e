"""Files that hold what a command printed (sosreport, supportconfig, hand-made bundles).

Every physical line becomes an event, so that signatures can match firewall rules or unit states; the readers of
`*_commands.py` take the facts. Commands come as a command line ('/bin/df -h') or as a sosreport's file name
('df_-al_-x_autofs'). An empty output is an answer (no rules, no routes) and no fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from analyzer.parsers import network_commands, package_commands, storage_commands, system_commands
from analyzer.parsers.base import FactValue, StateEvent, StateResult, first, shortened
from analyzer.parsers.content import UnreadableError, decode, unreadable
from analyzer.parsers.scrub import scrub

SOURCE = "command-output"
NOTHING = "no output"
MAX_LINES = 5_000
MAX_LINE = 2_000  # characters

_CARRIERS = frozenset(["sudo", "sh", "bash", "cat", "chroot", "env", "nice", "timeout", "proc", "root", "-c", "-n"])
_ALIASES = {
    "iptables-save": "iptables",
    "iptables-legacy": "iptables",
    "iptables-legacy-save": "iptables",
    "iptables-nft": "iptables",
    "iptables-nft-save": "iptables",
    "ip6tables-save": "ip6tables",
    "dpkg-query": "dpkg",
    "mounts": "mount",
    "findmnt": "mount",
}
_READERS: dict[str, Callable[[list[str], str, list[str]], dict[str, FactValue]]] = {
    "df": lambda lines, command, problems: storage_commands.df(lines, problems),
    "mount": lambda lines, command, problems: storage_commands.mount(lines, problems),
    "ip": network_commands.ip,
    "ifconfig": lambda lines, command, problems: network_commands.ifconfig(lines, problems),
    "route": lambda lines, command, problems: network_commands.route(lines),
    "netstat": lambda lines, command, problems: network_commands.route(lines),
    "dpkg": lambda lines, command, problems: package_commands.dpkg(lines),
    "rpm": lambda lines, command, problems: package_commands.rpm(lines),
    "timedatectl": lambda lines, command, problems: system_commands.timedatectl(lines),
    "uname": lambda lines, command, problems: system_commands.uname(lines),
    "hostname": lambda lines, command, problems: system_commands.hostname(lines),
    "hostnamectl": lambda lines, command, problems: system_commands.hostnamectl(lines),
}
_TOLD = frozenset(
    [
        "iptables",
        "ip6tables",
        "nft",
        "firewall-cmd",
        "ps",
        "top",
        "systemctl",
        "sestatus",
        "getenforce",
        "lsblk",
        "free",
        "uptime",
        "date",
    ]
)


def parse_command(command: str, path: str, data: bytes) -> StateResult:
    """The output of `command` in the file at `path`."""
    try:
        lines = decode(data).split("\n")
    except UnreadableError as error:
        return unreadable(SOURCE, path, error, command_name(command))
    return tell_command(command, lines)


def tell_command(command: str, lines: list[str], first_line: int = 1, most: int = MAX_LINES) -> StateResult:
    """`lines` of a command's output as events and facts; the first of them is line `first_line` of its file."""
    name = command_name(command)
    result = StateResult()
    lines = shortened((line.rstrip("\r") for line in lines), MAX_LINE, result.problems)
    reader = _READERS.get(name)
    if reader:
        result.facts = reader(lines, command, result.problems)
    filled = [(number, line) for number, line in enumerate(lines, first_line) if line.strip()]
    for number, line in first(filled, most, f"lines of {name}", result.problems):
        result.events.append(StateEvent(SOURCE, scrub(line.rstrip()), component=name, line=number))
    if not filled:
        result.problems.append(f"{name}: {NOTHING}")
    return result


def command_name(command: str) -> str:
    """'df' of '/bin/df -h', 'df_-al_-x_autofs', 'sh -c "rpm -qa"'; 'mount' of '/proc/mounts'."""
    words = [word.strip("\"'").rpartition("/")[2] for word in re.split(r"[\s_]+", command.strip()[:500])]
    for word in words:
        if word and word not in _CARRIERS and not word.isdigit() and "=" not in word:
            return _ALIASES.get(word, scrub(word, 60))
    return scrub(command.strip(), 60) or "command"


def is_known(command: str) -> bool:
    """Whether the output of `command` is worth telling when a file holds that of hundreds of commands."""
    name = command_name(command)
    return name in _READERS or name in _TOLD
