"""Secrets that tell themselves by their form, and those that a command's arguments hold."""

from __future__ import annotations

import re
from urllib.parse import unquote

from analyzer.redaction.secrets.forms import ARGUMENT, BARE, BASE64, BREAK, ESCAPED, QUERY, QUOTES, START, rule

_SIG = re.compile(r"(?:^|[?&;]|u0026)sig=([^&;\s]*)", re.IGNORECASE)
_EQUALS = r"(?:=|%(?:25){0,3}3d|\\{1,15}u003d)"
_LABEL = r"[A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)? ?-{4,5}"


def _signature(secret: str) -> str:
    """A SAS is the same one when its signature is, whatever surrounds it."""
    found = _SIG.search(secret.replace("&amp;", "&"))
    return unquote(found[1]) if found else secret


KEYS = (
    rule(
        "private-key",
        ("private key",),
        rf"(?P<secret>-{{4,5}} ?BEGIN {_LABEL}(?:(?!-----)[\s\S]){{0,20000}}(?:-{{4,5}} ?END {_LABEL})?)",
    ),
    rule(
        "private-key",
        ("private key",),
        rf"(?P<secret>(?<![A-Za-z0-9+/=])(?:[A-Za-z0-9+/=]{{1,76}}{BREAK}{{1,2}}){{1,60}})-----END {_LABEL}",
    ),
    rule(
        "private-key",
        ("private-lines",),
        rf"Private-Lines:[ \t]{{0,4}}\d{{1,4}}{BREAK}{{1,2}}(?P<secret>(?:"
        rf"[A-Za-z0-9+/=]{{1,76}}{BREAK}{{1,2}}){{1,80}})",
        inner=rf"(?P<secret>(?:(?<=\\[nr])|(?<=;)|(?<![A-Za-z0-9+/=\\])){BASE64}{{4,76}}={{0,2}})",
    ),
    rule(
        "protected-settings",
        ("mii",),
        rf"(?<!{BASE64})(?P<secret>MII{BASE64}{{29,}}={{0,2}}"
        rf"(?:(?:{BREAK}|[ \t]){{1,2}}{BASE64}{{60,76}}={{0,2}}(?!{BASE64}))*)",
    ),
)
"""Keys come first: what else matches inside them is a part of them."""

TOLD = (
    rule("token", ("bearer",), r"\bbearer\s{1,4}(?P<secret>[A-Za-z0-9._~+/=-]{8,})"),
    rule("auth-header", ("basic",), rf"\bbasic\s{{1,4}}(?=\S{{0,400}}[0-9=])(?P<secret>{BASE64}{{12,}}={{0,2}})"),
    rule("auth-header", ("sharedkey",), r"\bSharedKey(?:Lite)?\s{1,4}[\w-]{1,40}:(?P<secret>[A-Za-z0-9+/=%]{8,})"),
    rule("token", ("eyj",), r"(?:\b|(?<=\\[nrt]))(?P<secret>eyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)?)"),
    rule(
        "token",
        ("gh", "glpat", "npm_", "pypi-", "xox", "sg.", "sk_live_", "rk_live_", "dop_v1_", "hf_", "aiza"),
        rf"{START}(?P<secret>gh[pousr]_[A-Za-z0-9]{{30,}}|github_pat_\w{{22,}}|glpat-[\w-]{{20,}}|npm_[A-Za-z0-9]{{36}}"
        r"|pypi-AgE[\w-]{20,}|xox[abeoprs]-[\w-]{10,}|SG\.[\w-]{16,32}\.[\w-]{32,64}|[rs]k_live_[A-Za-z0-9]{16,}"
        r"|dop_v1_[0-9a-f]{64}|hf_[A-Za-z]{30,}|(?-i:AIza)[\w-]{34,36})",
    ),
    rule("token", ("akia", "asia"), r"(?<![A-Za-z0-9])(?P<secret>(?-i:A[KS]IA[A-Z0-9]{16}))(?![A-Za-z0-9])"),
    rule("token", ("azdo",), r"(?P<secret>[A-Za-z0-9]{76}(?-i:AZDO)[A-Za-z0-9]{4})"),
    rule(
        "token",
        ("hooks.slack.com", "webhook.office.com", "logic.azure.com"),
        rf"(?:hooks\.slack\.com|webhook\.office\.com)\\{{0,15}}/(?P<secret>{QUERY})",
    ),
    rule(
        "account-key",
        ("+asb", "+aeh", "+arm", "aiot"),
        rf"(?<!{BASE64})(?P<secret>(?-i:{BASE64}{{33}}(?:AIoT|\+(?:ASb|AEh|ARm)){BASE64}{{5,6}}=))",
    ),
    rule("account-key", ("==",), rf"(?<!{BASE64})(?P<secret>{BASE64}{{86}}==)"),
    rule("password", ("8q~",), r"(?<![\w~.-])(?P<secret>[\w~.-]{3}8Q~[\w~.-]{31,34})"),
    # A SAS goes whole, from '?' on or as a bare token: what it grants and until when helps who holds the rest.
    rule(
        "sig",
        ("sig=", "sig%", "sig\\", "sv=", "se="),
        rf"(?<=\?)(?P<secret>(?=[^\s\"'<>]{{0,4000}}?(?<![A-Za-z])(?:sig{_EQUALS}|sv=\d{{4}}-|se=\d{{4}}-)){QUERY})",
        _signature,
    ),
    rule("sig", ("sv=",), rf"(?<![\w?&])(?P<secret>sv=\d{{4}}-\d\d-\d\d&{QUERY})", _signature),
    rule("sig", ("sig=", "sig%", "sig\\"), rf"(?<![A-Za-z])sig{_EQUALS}(?P<secret>(?:[^\s\"'<>\\&;]|{ESCAPED})+)"),
    rule(
        "sig",
        ("sharedaccesssignature",),
        rf"SharedAccessSignature\s{{0,4}}=\s{{0,4}}(?P<secret>(?:[^;\"'\s<>\\]|{ESCAPED}|\\{{1,15}}u0026)+)",
        _signature,
    ),
    rule("token", ("code=",), r"[?&;]code=(?=\S{0,300}\d)(?P<secret>[A-Za-z0-9_%/+=-]{24,})"),
    rule("url-password", ("://",), r"://[^\s/@:\"'<>]{0,200}:(?P<secret>[^\s/\"'<>]{1,500})@"),
    rule("password", ("otpauth",), r"otpauth://(?P<secret>[^\s\"'<>\\]+)"),
    rule(
        "password-hash",
        ("$",),
        r"(?P<secret>\$(?:1|2[aby]|5|6|7|y|gy|apr1|argon2\w{1,2}|pbkdf2[\w-]{0,10}|scrypt)\$"
        r"[./A-Za-z0-9$=,+]{8,})",
    ),
    rule(
        "password",
        ("d08c9ddf", "aqaaancmnd8b", "76492d11"),
        r"(?P<secret>(?:01000000)?d08c9ddf0115d1118c7a00c04fc297eb[0-9a-f]*|AQAAANCMnd8BFdERjHoA[A-Za-z0-9+/=]*"
        r"|76492d1116743f0423413b16050a5345[A-Za-z0-9+/=|]*)",
    ),
)

RECOVERY = rule("recovery-key", (), r"(?<![\d-])(?P<secret>\d{6}(?:-\d{6}){7})(?![\d-])")
"""BitLocker's recovery password, which no word has to stand beside."""

_FEEDS = (
    r"(?:sudo\s{1,4}(?:-\w{1,10}\s{1,4}){0,5}-\w{0,5}S\b|(?:sudo\s{1,4})?(?:cryptsetup|passwd|kinit|gpg2?"
    r"|openssl|su|docker)\b)"
)
COMMANDS = (
    rule(
        "password",
        ("curl", "wget"),
        rf"{START}(?:curl|wget)\b[^\r\n]{{0,400}}?\s(?:-u|--user)[ =]{{1,4}}(?:{QUOTES})?[^\s:\"']{{1,100}}:"
        rf"(?P<secret>{BARE})",
    ),
    rule("password", ("sshpass",), rf"{START}sshpass\s{{1,4}}-p\s{{0,4}}{ARGUMENT}"),
    rule(
        "password",
        ("mysql", "mariadb"),
        rf"{START}(?:mysql|mariadb)\w{{0,20}}\b[^\r\n|]{{0,300}}?\s-p(?P<secret>{BARE})",
    ),
    rule(
        "password",
        ("psexec", "az ", "docker ", "podman ", "smbclient", "winexe", "helm ", "oc login"),
        rf"{START}(?:az\s{{1,4}}(?:login|acr|vm|ad)|(?:docker|podman)\s{{1,4}}login|psexec\w{{0,4}}(?:\.exe)?|smbclient"
        rf"|winexe|helm|oc\s{{1,4}}login)\b[^\r\n|]{{0,400}}?\s-p\s{{1,4}}(?![$-]){ARGUMENT}",
    ),
    rule("password", ("/rp", "/p:"), rf"\s/(?:rp\s{{1,4}}|p:)(?![$%]){ARGUMENT}"),
    rule(
        "password",
        ("chpasswd",),
        rf"{START}echo\s{{1,4}}(?:-\w{{1,3}}\s{{1,4}})?+(?:{QUOTES})?[\w.-]{{1,60}}:"
        rf"(?=[^\r\n|]{{1,200}}\|\s{{0,4}}(?:sudo\s)?\s{{0,4}}chpasswd)(?P<secret>[^\s\"'|]+)",
    ),
    rule(
        "password",
        ("chpasswd",),
        rf"chpasswd\b[^\r\n]{{0,60}}?(?:<<<|(?:&(?:amp;)?lt;){{3}})\s{{0,4}}(?:{QUOTES})?[\w.-]{{1,60}}:"
        rf"(?P<secret>{BARE})",
    ),
    rule(
        "password",
        ("chpasswd",),
        rf"chpasswd:?(?:[^\r\n\\&]|&(?!#)){{0,60}}{BREAK}{{1,2}}"
        rf"(?P<secret>(?:[ \t\"'-]{{0,40}}[A-Za-z_][\w.-]{{0,60}}:(?:[^\r\n\\&]|&(?!#)){{0,200}}"
        rf"(?:{BREAK}{{1,2}}|\Z|(?=\\{{0,15}}[\"'])))+)",
        inner=r"(?:\A|(?<=[\r\n;])|(?<=\\[nr]))[ \t\"'-]{0,40}(?!(?:list|expire|users|name|type|password):)"
        r"[\w.-]{1,60}:[ \t]?(?!\|)(?P<secret>[^\s\"'\\<>]+(?:[ \t]+[^\s\"'\\<>]+)*)",  # blanks belong to a password
    ),
    rule(
        "password",
        ("net user",),
        rf"{START}net1?(?:\.exe)?\s{{1,4}}user\s{{1,4}}(?:{QUOTES})?[\w.-]{{1,60}}(?:{QUOTES})?\s{{1,4}}(?!"
        rf"[/*]){ARGUMENT}",
    ),
    rule(
        "password",
        ("net use",),
        rf"{START}net1?(?:\.exe)?\s{{1,4}}use\s[^\r\n\\]{{0,60}}\\{{2,16}}[^\s\"']{{1,200}}\s{{1,4}}(?![/*]){ARGUMENT}",
    ),
    rule(
        "password",
        ("securestring",),
        rf"ConvertTo-SecureString\s{{1,4}}(?:-String\s{{1,4}}|-AsPlainText\s{{1,4}}|-Force\s{{1,4}}){{0,3}}(?!"
        rf"[$(-]){ARGUMENT}",
    ),
    rule(
        "password",
        ("echo ", "printf "),
        rf"{START}(?:echo|printf)\s{{1,4}}(?:-\w{{1,3}}\s{{1,4}})?+(?=[^\r\n|]{{1,300}}\|\s{{0,4}}{_FEEDS}){ARGUMENT}",
    ),
)
