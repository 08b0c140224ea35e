"""What looks like an identity and is none: names that every machine has, addresses that carry diagnosis, public hosts.

Words that the signatures look for are never taken for a name outside the places that only names have, so that hiding a
host called 'backup' cannot change what is found.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

from analyzer import resources


def _words(text: str) -> list[str]:
    return text.split()


ACCOUNTS = frozenset(
    _words("""
    root system daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats nobody syslog
    messagebus sshd ntp chrony polkitd dbus tss rpc rpcuser nfsnobody postfix apache nginx mysql postgres oracle
    waagent omsagent omi azure-proxy-agent walinuxagent lxd landscape pollinate uuidd tcpdump fwupd-refresh usbmux
    administrator administrators guest defaultaccount wdagutilityaccount krbtgt public default defaultuser0
    networkservice localservice localsystem trustedinstaller everyone users anonymous sshusers adm wheel sudo shadow
    unknown none null user username name root@localhost default.migrated all
    """)
)
DOMAINS = frozenset(
    _words("""
    nt builtin workgroup hklm hkcu hku hkcr authority service apppool iis windows system software registry device
    root manager font umfd dwm virtual machine localhost microsoftaccount azuread mssql sam security
    """)
)
_COMMON = frozenset(
    _words("""
    localhost local default public home data server host master node none null unknown test admin temp internal
    domain group computer machine name prod dev main info true false self email account
    resource subscription tenant container address
    """)
)
PUBLIC = re.compile(
    r"(?:^|\.)(?:microsoft|windows|azure|windowsazure|msftncsi|msftconnecttest|azureedge|akamai\w*|office|live"
    r"|visualstudio"
    r"|microsoftonline|windowsupdate|digicert|verisign|entrust|globalsign|letsencrypt|ubuntu|canonical|debian|redhat"
    r"|centos|fedoraproject|suse|opensuse|oracle|almalinux|rockylinux|kernel|python|pypi|pythonhosted|github"
    r"|githubusercontent|docker|npmjs|w3|xmlsoap|openssl|gnu|freedesktop|systemd|launchpad|cloudapp|trafficmanager"
    r"|azurewebsites|snapcraft|apache|mozilla|ntp|ietf|iana|google|cloudflare|amazon(?:aws|trust)?|openxmlformats)"
    r"\.(?:com|net|org|io|us|cn|de|edu|arpa|test)$|(?:^|\.)(?:localhost|localdomain|invalid)$",
    re.IGNORECASE,
)
"""Hosts that everybody talks to, by the end of their name."""

_KEPT_NETWORKS = tuple(
    ipaddress.ip_network(text)
    for text in (
        "168.63.129.16/32",
        "169.254.0.0/16",
        "127.0.0.0/8",
        "0.0.0.0/8",
        "224.0.0.0/3",
        "::/127",
        "ff00::/8",
        "198.18.0.0/15",
        "2001:2::/48",  # stand-ins
    )
)
KEPT_MACS = frozenset({"000000000000", "ffffffffffff", "123456789abc"})
_WORD = re.compile(r"[a-z][a-z0-9_-]{2,}")
_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


@lru_cache(maxsize=4096)
def is_kept_address(text: str) -> bool:
    """Loopback, link-local, multicast, masks, Azure's own and documentation addresses; also what is no address."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return True
    return any(address in network for network in _KEPT_NETWORKS if network.version == address.version)


@lru_cache(maxsize=1)
def _knowledge() -> tuple[frozenset[str], frozenset[str]]:
    words: set[str] = set()
    guids: set[str] = set()
    for path in sorted(resources.folder("signatures").rglob("*.toml")):
        text = path.read_text("utf-8").partition("\n[[test]]")[0].lower()  # lines of invented machines come last
        words.update(_WORD.findall(text))
        words.update(part for word in _WORD.findall(text) for part in re.split(r"[_-]", word))
        guids.update(_GUID.findall(text))
    return frozenset(words), frozenset(guids)


def public_ids() -> frozenset[str]:
    """Ids that the signatures know, such as those of event providers."""
    return _knowledge()[1]


def is_telling(name: str) -> bool:
    """Whether a name is odd enough to be looked for outside the places that only names have."""
    folded = name.lower()
    return (
        len(folded) >= 3
        and not folded.replace(".", "").replace("-", "").isdigit()
        and folded not in _COMMON
        and folded not in _knowledge()[0]
    )
