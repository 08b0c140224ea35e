"""What each member of a bundle is: by its place on the VM, else by its name, else by its first bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from analyzer.bundle import magic
from analyzer.bundle.encoding import decode_head, utf16_of
from analyzer.bundle.eventlog import kind_of
from analyzer.bundle.layout import canonical as place_on_vm
from analyzer.bundle.names import by_name, unmarked
from analyzer.bundle.rules import SKIP
from analyzer.bundle.sniff import by_content, command_in, is_stamped

# Commands whose output people and tools put into files; others only count below sos_commands/.
COMMANDS = re.compile(
    r"(?:apt|arp|blkid|chronyc|curl|date|df|dig|dmidecode|dmsetup|dnf|dpkg|du|ethtool|findmnt|firewall-cmd"
    r"|free|getenforce|getfacl|hostname|hostnamectl|ifconfig|ip|ip6tables|ipset|iptables|iptables-save|last"
    r"|locale|ls|lsattr|lsblk|lscpu|lsmod|lsof|lvs|mdadm|mount|multipath|ncat|netstat|nft|nmcli|nslookup"
    r"|ntpq|ping|ps|pvs|python|resolvectl|route|rpm|sestatus|ss|stat|sysctl|systemctl|systemd-analyze"
    r"|timedatectl|top|ufw|ulimit|uname|uptime|vgs|vmstat|waagent|yum|zypper)"
)
RENAMED = {"installed-rpms": "rpm", "installed-debs": "dpkg", "package-data": "rpm", "chkconfig": "systemctl"}
WRAPPER = re.compile(r"^(?:(?:sh|bash)_-l?c_|sudo[_ ]|usr\.s?bin\.|s?bin\.)+")
SOS = re.compile(r"(?:^|/)sos_commands/")
SUPPORTCONFIG = re.compile(r"(?:^|/)scc_[^/]+/[^/]+\.txt$")
VM_PATH = re.compile(r"^(?:var|etc|usr|opt|home|boot|lib|root)/")
TEXT_LOG = re.compile(r"^var/log/|\.(?:log|out|err|trace)$|(?:^|/)log[^/]*\.txt$|log\.txt$", re.IGNORECASE)

# Commands of Windows whose output people put into files under the command's name.
WINDOWS_COMMANDS = re.compile(
    r"(?:vssadmin|systeminfo|tasklist|ipconfig|netsh|w32tm|tzutil|bcdedit|wmic|sc|net|nbtstat|fltmc|driverquery"
    r"|diskshadow|wbadmin|manage-bde|fsutil|gpresult|certutil|schtasks|whoami|get-\w+|test-netconnection)",
    re.IGNORECASE,
)

_BLANK = b"\0 \t\r\n"  # a head of nothing else says nothing, and would take long to search
# Names that say where a log comes from but not in which format it is.
CONTENT_FIRST = frozenset({"extension-log", "text-log", "plugin-log", "command-execution"})
# Formats that tell their source themselves, wherever they lie.
OWN_SOURCE = frozenset({"waagent", "vmsnapshot", "vmsnapshot-shell", "windows-backup"})
# Formats of handlers on Windows, which any handler's folder may hold.
PLUGIN_FORMATS = frozenset({"windows-agent", "plugin-log", "trace-log", "command-execution"})


@dataclass(frozen=True)
class Identity:
    """What a member is."""

    kind: str  # of a log, of an export of events ('events-…'), of a state file, 'skip' or 'unknown'
    source: str  # the logical source of its events; '' for skip and unknown
    canonical: str  # its path on the VM
    reason: str = ""  # why a member is skipped


def identify(path: str, head: bytes, root: str = "") -> Identity:
    """What the member at `path` is, which begins with `head` (64 KiB are enough). `root` as in `Layout`."""
    place = place_on_vm(path, root)
    kind, source = _kind(place, head)
    if kind == SKIP:
        return Identity(kind, "", place, source)
    return Identity(kind, source, place)


def _kind(place: str, head: bytes) -> tuple[str, str]:
    named = by_name(place)
    if named is not None and named[0] == SKIP:
        return named
    export = kind_of(head) if head else ""  # an archive may hold empty files by the hundred thousand
    if export:
        return export, "event"
    if words := magic.binary_log(head):
        return SKIP, words
    if _is_binary(head):
        return SKIP, magic.foreign(head[:300]).partition(":")[0] or "not text"
    if named is not None and named[0] not in CONTENT_FIRST:
        return named
    text = decode_head(head)
    found = by_content(text) if text.strip(_BLANK) else None
    if named is not None:
        return _in_format(named, found)
    if SOS.search(place) or SUPPORTCONFIG.search(place):
        return found if found is not None and found[0] in ("supportconfig", "journal") else _command()
    if found is not None:
        return found
    command = command_of(place)
    if not VM_PATH.match(place) and COMMANDS.fullmatch(command):
        return _command()
    if WINDOWS_COMMANDS.fullmatch(re.split(r"[_. ]", unmarked(place).rpartition("/")[2], maxsplit=1)[0]):
        return "windows-command", "command-output"
    if TEXT_LOG.search(unmarked(place)) or is_stamped(text):
        return "text-log", "other"
    return "unknown", ""


def _in_format(named: tuple[str, str], found: tuple[str, str] | None) -> tuple[str, str]:
    """A handler's folder may hold the agent's or the backup's own format under any name, and handlers of Windows
    write in each other's formats."""
    if found is not None and found[0] in OWN_SOURCE:
        return found
    if found is not None and found[0] in PLUGIN_FORMATS and named[0] != "command-execution":
        # what stamps as the agent does is still the handler's own
        return "plugin-log" if found[0] == "windows-agent" else found[0], named[1]
    return named


def _command() -> tuple[str, str]:
    return "command-output", "command-output"


def _is_binary(head: bytes) -> bool:
    """A disk image, a program, a database. A log of a crashed VM may hold runs of zero bytes and is none."""
    return bool(head) and head.strip(b"\0") != b"" and utf16_of(head) is None and bool(magic.foreign(head))


def command_of(path: str, head: bytes = b"") -> str:
    """The command whose output a file holds, by its name as sos, supportconfig and people write them
    ('iptables_-t_filter_-nvL', 'df -h.txt', 'installed-rpms'), else by its first bytes; '' where neither says."""
    name = unmarked(path).rpartition("/")[2]
    name = WRAPPER.sub("", name)
    word = re.split(r"[_. ]", name, maxsplit=1)[0]
    if word in RENAMED:
        return RENAMED[word]
    if COMMANDS.fullmatch(word) or (word and SOS.search(path)):
        return word
    short = word.partition("-")[0]
    return short if COMMANDS.fullmatch(short) else command_in(decode_head(head))
