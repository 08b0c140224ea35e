"""Where names stand: contexts in which a word is a host, a user, a domain or a resource, and what tells itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from analyzer.bundle.syslog_sniff import ISO_ZONE, MONTH_DAY, SHORT_FULL
from analyzer.redaction.secrets.forms import GT, LT, QUOTES

GUID = r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"
_HOST = r"(?P<name>[A-Za-z0-9][\w-]*+(?:\.[\w-]++)*+)"
_USER = r"(?P<name>[A-Za-z_][\w-]*+(?:\.[\w-]++)*+\$?)"
_DOMAIN = r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9-]|\.(?=[A-Za-z0-9])){1,100})"
_LEVEL = r"(?!(?:INFO|WARN\w*|ERROR|DEBUG|VERBOSE|TRACE|CRITICAL|FATAL|EVENT|NOTICE)\b)"
_MONTH_DAY = MONTH_DAY.decode() + r"(?:\.\d{1,9})?"
_ISO = ISO_ZONE.decode()
_SHORT_FULL = SHORT_FULL.decode()


@dataclass(frozen=True)
class Context:
    """A place where a name stands (group `name`)."""

    kind: str
    triggers: tuple[str, ...]  # words in lower case, one of which is in every match; none: to be looked for always
    pattern: re.Pattern[str]
    telling: bool = False  # only names that are odd enough to be nothing else


def _context(kind: str, triggers: tuple[str, ...], pattern: str, *, telling: bool = False) -> Context:
    return Context(kind, triggers, re.compile(pattern, re.IGNORECASE | re.MULTILINE), telling)


def _keyed(kind: str, words: tuple[str, ...], value: str) -> Context:
    """JSON, XML elements, `<Data Name='…'>` and `key=value` under one of these names."""
    names = "(?:" + "|".join(words) + ")"
    return _context(
        kind,
        tuple(re.sub(r"\W", "", word.lower()) for word in words),
        rf"(?:{QUOTES}{names}{QUOTES}\s{{0,8}}:\s{{0,8}}{QUOTES}|{LT}(?:\w{{1,8}}:)?{names}{GT}"
        rf"|Name={QUOTES}{names}{QUOTES}{GT}|\b{names}=(?:{QUOTES})?){value}",
    )


CONTEXTS = (
    _context(
        "email",
        ("@",),
        r"(?<![\w.%+/:-])(?P<name>[A-Za-z0-9][\w.%+-]{0,63}@(?!example\.invalid)(?:[A-Za-z0-9-]{1,63}\.){1,8}"
        r"(?!(?:service|socket|slice|target|timer|mount|scope)\b)[A-Za-z]{2,24})(?![\w-])",
    ),
    _context(
        "host",
        (),
        rf"^(?:<\d{{1,3}}>)?(?-i:{_MONTH_DAY}|{_ISO}|\d{{10}}\.\d{{6}}|{_SHORT_FULL})"
        rf" {_LEVEL}{_HOST} (?=[\w./()@-]{{1,60}}(?:\[\d+\])?: )",
    ),
    _context("host", (), rf"^(?:<\d{{1,3}}>)?1 {_ISO} {_HOST} \S{{1,48}} \S{{1,128}} \S{{1,32}} (?:-|\[)"),
    _context(
        "host",
        ("]: ", "kernel: "),
        rf"^\[ *\d+\.\d{{6}}[^\]\r\n]{{0,30}}\] {_HOST} (?=kernel: |[\w./()@-]{{1,60}}\[\d+\]: )",
    ),
    _keyed(
        "host",
        ("_hostname", "hostname", "computername", "computer", "machinename", "vmname", "roleinstancename"),
        _HOST,
    ),
    _context(
        "host",
        ("host name", "hostname", "computer name", "computer:", "computername"),
        rf"^[ \t]{{0,40}}(?:Host ?Name|(?:Static|Transient|Pretty) hostname|Computer ?Name|Computer)"
        rf"[ .\t]{{0,40}}:[ \t]{{0,40}}{_HOST}",
    ),
    _context("host", ("linux ",), rf"\bLinux {_HOST} \d+\.\d+\.\d+"),
    _context("host", ("$system/",), rf"\$system/(?P<name>[A-Za-z0-9][\w.-]{{0,63}}?)\.(?={GUID}|<)"),
    _context("host", ("node=",), rf"\bnode={_HOST} type="),
    _context(
        "host",
        ("host",),
        rf"\b(?:set|setting|new|published|changed) host ?name(?: to|:|=| is)?\s{{1,3}}(?:{QUOTES})?{_HOST}",
    ),
    _context("host", ("virtualmachines/",), rf"/virtualMachines/{_HOST}"),
    _context("host", ("\\\\",), rf"(?<![\\\w:])\\{{2,8}}{_HOST}(?=\\{{1,4}}[A-Za-z])", telling=True),
    _context(
        "user",
        ("/home/", "users\\", "users/", "settings\\"),
        rf"(?:(?<![\w.])/home/|\b[A-Z]:(?:\\{{1,8}}|/)(?:Users|Documents and Settings)(?:\\{{1,8}}|/)){_USER}",
    ),
    _context("user", ("sudo:",), rf"\bsudo:\s{{1,20}}{_USER} : "),
    _context("user", (" user ", " user="), rf"\b(?:for|of|invalid|illegal|by|to|as|unknown) user (?:{QUOTES})?{_USER}"),
    _context(
        "user",
        ("accepted ", "failed ", "for "),
        rf"\b(?:Accepted|Failed|Postponed) [\w/-]{{1,40}} for (?!invalid ){_USER} from ",
    ),
    _context("user", ("acct=", "uid=", "user="), rf"\b(?:acct={QUOTES}|[ue]?uid=\d+\(|; USER=|\bruser=){_USER}"),
    _context("user", ("cron",), rf"\bCRON\[\d+\]: \({_USER}\)"),
    _context(
        "user", ("su:", "su["), rf"\bsu(?:\[\d+\])?: (?:\(to [\w.-]{{1,40}}\) |pam_unix[^\r\n]{{1,60}} by ){_USER}"
    ),
    _context(
        "user",
        ("user:", "name:", "account"),
        rf"\b(?:new user: name=|Account Name:[ \t]{{1,20}}|User ?name:?[ \t]{{1,20}}){_USER}",
    ),
    _keyed(
        "user",
        ("adminusername", "username", "targetusername", "subjectusername", "accountname", "samaccountname"),
        _USER,
    ),
    _keyed(
        "domain",
        ("userdnsdomain", "userdomain", "targetdomainname", "subjectdomainname", "domainname", "default_realm"),
        _DOMAIN,
    ),
    _context(
        "domain",
        ("domain", "search ", "suffix"),
        rf"^[ \t]{{0,40}}(?:search|domain|Domain:|(?:Primary |Connection-specific )?DNS Suffix[ .]{{0,40}}:"
        rf"|DNS Domain:?)"
        rf"[ \t]{{1,40}}{_DOMAIN}[ \t\r]{{0,9}}$",
    ),
    _context(
        "domain", ("internal.cloudapp.net",), r"(?P<name>[a-z0-9]{10,40})(?=\.(?:\w{1,4}\.)?internal\.cloudapp\.net)"
    ),
    _context("resource-group", ("resourcegroups/",), r"/resourceGroups/(?P<name>[\w.()-]{1,90})"),
    _keyed("resource-group", ("resourcegroupname", "resource_group", "resourcegroup"), r"(?P<name>[\w.()-]{1,90})"),
    _context(
        "resource",
        ("/providers/microsoft.",),
        r"/providers/Microsoft\.[\w.]{1,60}/(?!virtualMachines/)\w{1,60}/(?P<name>[\w.-]{1,90})",
    ),
    _context(
        "account",
        (
            ".windows.net",
            ".azure.com",
            ".azure.net",
            ".azure.us",
            ".azure.cn",
            ".azurecr.",
            ".core.",
            ".azurewebsites.",
            ".cloudapp.",
            ".trafficmanager.",
            ".azurefd.",
            ".azmk8s.",
            ".onmicrosoft.",
        ),
        r"(?<![\w.%-])(?!internal\.)(?P<name>(?-i:[a-z0-9][a-z0-9-]{1,62}))(?=\.(?:z\d{1,2}\.)?(?:(?:blob|queue|table"
        r"|file|dfs|web)\.(?:core|storage)\."
        r"|(?:database|servicebus|redis\.cache)\.windows\.net|(?:vault|documents|azconfig)\.azure\.|azurecr\.|"
        r"(?:[a-z0-9]{3,30}\.)?cloudapp\.azure\.|azurewebsites\.|cloudapp\.net|trafficmanager\.|azurefd\."
        r"|onmicrosoft\.|(?:[\w-]{1,40}\.){1,3}azmk8s\.))",
    ),
    _context(
        "link",
        ("://",),
        r"(?<=://)(?:[^\s/@\"'<>]{1,200}@)?(?P<name>[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8})(?![\w.])",
    ),
    _context("sid", ("s-1-5-21-",), r"S-1-5-21-(?!1-1-)(?P<name>\d{1,10}-\d{1,10}-\d{1,10})(?=-\d|\b)"),
    _context(
        "mac",
        ("mac",),
        rf"mac_?address(?:{QUOTES})?\s{{0,8}}[:=]\s{{0,8}}(?:{QUOTES})?(?P<name>[0-9A-F]{{12}})(?!\w)",
    ),
    # What an id is, by the word in front of it.
    *(
        _context(kind, triggers, rf"{words}{QUOTES}?\s{{0,4}}[:=/>]\s{{0,4}}{QUOTES}?(?P<name>{GUID})")
        for kind, triggers, words in (
            ("subscription", ("subscription",), r"subscription(?:s|_?id)?"),
            ("tenant", ("tenant",), r"tenant(?:_?id)?"),
            ("vm-id", ("vmid", "vm_id"), r"vm_?id"),
            ("container", ("containerid", "container_id"), r"container_?id"),
        )
    ),
)

ID = re.compile(rf"(?<![0-9A-Za-z]){GUID}(?![0-9A-Za-z])")
MAC = re.compile(r"(?<![\w:-])(?P<name>[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\2){4}[0-9A-Fa-f]{2})(?![\w:-])")
V4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
V6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{1,4})?(?::{1,2}[0-9A-Fa-f]{1,4}){2,7}(?:::)?(?![\w:])")
VERSION = re.compile(
    r"(?:version|release|build|agent|kernel|driver|installed|\bv|ver)[\"'\\=: (>\]-]{0,8}(?:is |to |from )?$|[-_]$",
    re.IGNORECASE,
)
"""What stands in front of four numbers that are a version."""
FOLDER = re.compile(r"[A-Za-z][\w.-]*[\\/]{1,4}$")
"""A folder in front of them, whose parts are named by versions, unless the numbers are of a private network."""
PRIVATE = re.compile(r"10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.")
NETWORK = re.compile(
    r"(?:://|addr(?:ess)?|inet|from|src=|dst=|via|gateway|host|server|ip|peer|listen)\W{0,4}$", re.IGNORECASE
)
BARE_HOST = re.compile(
    r"(?<![\w.@/\\-])(?P<name>(?:[a-z0-9][a-z0-9-]{0,62}\.){1,6}(?:com|net|org|local|lan|corp|intra|eu|de|fr|nl"
    r"|ru|cz|jp|tw|uk))"
    r"(?![\w-]|\.\w)"
)
FULL_NAME = re.compile(
    r"\.(?P<name>(?:[A-Za-z0-9-]{1,63}\.){1,6}(?!(?:log|gz|xz|bz2|zip|tar|tgz|xml|json|txt|csv|evtx|status"
    r"|settings|conf|html|md)\b)"
    r"[A-Za-z]{2,24})(?![\w-])"
)
SMALL = 4  # below it, the first of four numbers is that of a version rather than of an address
PORT = re.compile(r":\d|/\d\d?\b")
ACCOUNT = re.compile(r"(?P<slashes>\\{1,8})(?P<name>[A-Za-z_][\w-]*+(?:\.[\w-]++)*+\$?)(?!\w|\\)")
"""A user behind the name of a domain or a machine."""
