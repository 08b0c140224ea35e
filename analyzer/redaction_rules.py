"""What a secret looks like in the logs and files of an Azure VM: one rule a shape, each with the words that trigger it.

Every pattern names its secret part `secret`. Patterns are anchored on a literal and walk forward over one character
class, so that hostile text cannot make them slow.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

_WORDS = (
    "password", "passwd", "passphrase", "userpassword", "adminpassword", "pwd", "secret", "secretvalue", "clientsecret",
    "accountkey", "accesskey", "sharedkey", "storagekey", "sharedaccesskey", "sharedsecret", "apikey", "privatekey",
    "subscriptionkey", "sastoken", "sas_token", "sasuri", "accesstoken", "access_token", "refresh_token",
    "refreshtoken", "id_token", "bearertoken", "client_secret", "api_key", "account_key", "account-key", "access_key",
    "access-key", "private_key", "connectionstring", "connection_string", "sharedaccesssignature", "customdata",
    "protectedsettings", "protected_settings", "authorization", "credential", "credentials",
)  # fmt: skip
_NAME = r"(?:" + "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True)) + r")"
_ASSIGNED = (
    "passw", "passphrase", "pwd", "secret", "accountkey", "accesskey", "sharedkey", "storagekey", "apikey",
    "privatekey", "subscriptionkey", "api_key", "account_key", "account-key", "access_key", "access-key",
    "private_key", "token", "sasuri", "connectionstring", "connection_string", "sharedaccess", "customdata",
    "protected", "authorization", "credential",
)  # fmt: skip
_KEY_KINDS = (
    ("customdata", "custom-data"), ("protected", "protected-settings"), ("connection", "connection-string"),
    ("authorization", "auth-header"), ("token", "token"), ("sas", "sas"), ("sharedaccesssignature", "sas"),
    ("key", "account-key"), ("secret", "password"), ("pass", "password"), ("pwd", "password"), ("cred", "password"),
)  # fmt: skip
_SENSITIVE_KEY = re.compile(rf"(?:^|[._\-\s\]A-Za-z]){_NAME}$", re.IGNORECASE)
_SIG = re.compile(r"(?:^|[?&;])sig=([^&;\s]*)", re.IGNORECASE)
_LINE_OF_KEY = re.compile(r"[A-Za-z0-9+/]{60,}={0,2}")
_HEX = re.compile(r"[0-9a-fA-F]+")


TRIGGERS: list[str] = []
"""Words in lower case, one of which is in every text that a rule could match."""


def _same(secret: str) -> str:
    return secret


def _signature(secret: str) -> str:
    """A SAS is the same one when its signature is, whatever surrounds it."""
    found = _SIG.search(secret.replace("&amp;", "&"))
    return unquote(found[1]) if found else secret


@dataclass(frozen=True)
class Rule:
    """One shape of secret. `identity` gives what makes two of them the same."""

    kind: str
    trigger_ids: frozenset[int]  # indexes into TRIGGERS
    pattern: re.Pattern[str]
    identity: Callable[[str], str] = _same


def _rule(kind: str, triggers: tuple[str, ...], pattern: str, identity: Callable[[str], str] = _same) -> Rule:
    TRIGGERS.extend(trigger for trigger in triggers if trigger not in TRIGGERS)
    ids = frozenset(TRIGGERS.index(trigger) for trigger in triggers)
    return Rule(kind, ids, re.compile(pattern, re.IGNORECASE), identity)


_BASE64 = r"[A-Za-z0-9+/]"
_BREAK = r"(?:\\r|\\n|\r|\n|[ \t])"  # a line break as it is, or as JSON writes it
_LT, _GT = r"(?:<|&lt;)", r"(?:>|&gt;)"

RULES = (
    _rule("private-key", ("private key",),
          r"(?P<secret>-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
          r"(?:(?!-----)[\s\S]){0,20000}(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?)"),
    _rule("private-key", ("private key",),
          r"(?P<secret>(?<![A-Za-z0-9+/=])(?:[A-Za-z0-9+/=]{1,76}(?:\\r|\\n|\r|\n){1,2}){1,60})"
          r"-----END [A-Z0-9 ]{0,30}PRIVATE KEY"),
    _rule("protected-settings", ("mii",),
          rf"(?<!{_BASE64})(?P<secret>MII{_BASE64}{{29,}}={{0,2}}"
          rf"(?:{_BREAK}{{1,2}}{_BASE64}{{60,76}}={{0,2}}(?!{_BASE64}))*)"),
    # XML, as it is or escaped, any namespace; the value may be CDATA or sit in an inner <Value> (unattend.xml).
    _rule("custom-data", ("customdata",),
          rf"{_LT}(?:[\w.-]+:)?CustomData(?:\s[^<>&]{{0,300}})?{_GT}(?P<secret>[^<&]+)"),
    _rule("password", ("passw", "secret"),
          rf"{_LT}(?:[\w.-]+:)?[\w.-]{{0,60}}(?:Password|Passwd|Secret)(?:\s[^<>&]{{0,300}})?{_GT}\s{{0,80}}"
          rf"(?:{_LT}(?:[\w.-]+:)?Value{_GT})?"
          rf"(?P<secret><!\[CDATA\[(?:(?!\]\]>)[\s\S])*(?:\]\]>)?|(?:(?!{_LT})[\s\S])+)"),
    # <Setting name="…ConnectionString" value="…"/>
    _rule("connection-string", _ASSIGNED,
          rf"(?:name|key)\s{{0,4}}=\s{{0,4}}[\"'][^\"'<>]{{0,200}}{_NAME}[\"']\s{{1,20}}value\s{{0,4}}=\s{{0,4}}"
          r"(?P<q>[\"'])(?P<secret>(?:(?!(?P=q)).)+)"),
    # JSON and Python dicts, also JSON inside JSON: the quote is whatever run of backslashes and quote stands there.
    *(
        _rule(kind, triggers,
              rf"(?P<q>\\{{0,15}}[\"'])[\w.\- ]{{0,60}}{words}(?P=q)\s{{0,20}}[:,]\s{{0,20}}(?P=q)"
              r"(?P<secret>(?:(?!(?<!\\)(?P=q))[\s\S])+)")
        for kind, triggers, words in (
            ("protected-settings", ("protected",), "protected_?settings"),
            ("custom-data", ("customdata",), "customdata"),
            ("account-key", ("key",), r"(?:(?:account|access|shared|sharedaccess|storage)[_-]?key)"),
            ("auth-header", ("authorization",), "authorization"),
            ("password", _ASSIGNED, rf"(?:{_NAME}|token)"),
        )
    ),
    _rule("password", ("passw", "pwd", "secret"),
          r"[\"'][\w.\- ]{0,60}(?:password|passwd|pwd|secret)\\{0,15}[\"']\s{0,20}:\s{0,20}(?P<secret>\d+)"),
    _rule("auth-header", ("authorization", "x-ms-"),
          r"(?:\bauthorization|x-ms-[a-z-]{0,60}(?:authorization|auth|token|key|secret|signature)[a-z-]{0,40})\b\\{0,15}[\"']?"
          r"\s{0,4}[:=,]\s{0,4}\\{0,15}[\"']?(?P<secret>[^\"'\r\n\\]+)"),
    _rule("token", ("bearer",), r"\bbearer\s{1,4}(?P<secret>[A-Za-z0-9._~+/=-]{8,})"),
    _rule("auth-header", ("sharedkey",), r"\bSharedKey(?:Lite)?\s{1,4}[\w-]{1,40}:(?P<secret>[A-Za-z0-9+/=%]{8,})"),
    _rule("token", ("eyj",), r"\b(?P<secret>eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)?)"),
    # A SAS goes whole, from '?' on or as a bare token: what it grants and until when helps who holds the rest.
    _rule("sig", ("sig=", "sig%3d", "sv=", "se="),
          r"(?<=\?)(?P<secret>(?=[^\s\"'<>\\]{0,4000}?(?<![A-Za-z])(?:sig=|sig%3d|sv=\d{4}-|se=\d{4}-))"
          r"[^\s\"'<>\\]+)", _signature),
    _rule("sig", ("sv=",), r"(?<![\w?&])(?P<secret>sv=\d{4}-\d\d-\d\d&[^\s\"'<>\\]+)", _signature),
    _rule("sig", ("sig=", "sig%3d"), r"(?<![A-Za-z])sig(?:=|%3d)(?P<secret>[^\s\"'<>\\&;]+)"),
    _rule("account-key", ("accountkey", "accesskey", "sharedsecret"),
          r"(?:AccountKey|SharedAccessKey|SharedSecretValue|SharedSecret)\s{0,4}=\s{0,4}(?P<secret>[^;\"'\s<>&\\]+)"),
    _rule("sig", ("sharedaccesssignature",),
          r"SharedAccessSignature\s{0,4}=\s{0,4}(?P<secret>[^;\"'\s<>\\]+)", _signature),
    _rule("url-password", ("://",), r"://[^\s/@:\"'<>]{0,200}:(?P<secret>[^\s/\"'<>]{1,500})@"),
    _rule("password", _ASSIGNED,
          rf"(?<![\w-])(?:--?|/)(?:\w{{0,40}}-)?(?:{_NAME}|token|sas-token|account-key)(?:[ \t]{{1,8}}|[=:])(?!=)"
          r"(?P<secret>\"[^\"\r\n]*\"|'[^'\r\n]*'|[^\s\"']+)"),
    _rule("password", ("curl", "wget"),
          r"\b(?:curl|wget)\b[^\r\n]{0,400}?\s(?:-u|--user)[ =]{1,4}[^\s:]{1,100}:(?P<secret>[^\s\"']+)"),
    _rule("password", ("chpasswd", "sshpass", "net user"),
          r"(?:\bsshpass\s{1,4}-p\s{0,4}"
          r"|\becho\s{1,4}[\"']?[\w.-]{1,60}:(?=[^\r\n|]{1,200}\|\s{0,4}(?:sudo\s)?\s{0,4}chpasswd)"
          r"|\bnet\s{1,4}user\s{1,4}[\w.-]{1,60}\s{1,4}(?=[^/\s]))(?P<secret>[^\s\"'|]+)"),
    # name=value and name: value. sudo logs its folder as PWD=/…, which is no secret.
    _rule("password", _ASSIGNED,
          rf"(?<![A-Za-z<])(?:[A-Za-z0-9]{{0,40}}[_.-])?(?:{_NAME}|[A-Za-z]{{0,40}}password)"
          r"\\{0,15}[\"']?\s{0,3}[=:](?!=|\d+>)[ \t]{0,4}(?!(?<=pwd=)/)(?P<q>\\{0,15}[\"'])?"
          r"(?P<secret>(?(q)(?:(?!(?<!\\)(?P=q))[^\r\n])+|(?:(?!</|&lt;)[^\s\"';\\])+))"),
    _rule("password-hash", ("$",), r"(?P<secret>\$(?:1|2[aby]|5|6|y)\$[./A-Za-z0-9$=,]{8,})"),
    _rule("account-key", ("==",), rf"(?<!{_BASE64})(?P<secret>{_BASE64}{{86}}==)"),
    _rule("password", ("8q~",), r"(?<![\w~.-])(?P<secret>[\w~.-]{3}8Q~[\w~.-]{31,34})"),
)  # fmt: skip


def kind_of_key(key: str) -> str:
    """The kind of secret that a value under this key is ('conf.Proxy.Password'), or '' for none."""
    if not _SENSITIVE_KEY.search(key):
        return ""
    folded = key.lower().rsplit(".", 1)[-1]
    return next((kind for word, kind in _KEY_KINDS if word in folded), "password")


def is_key_material(text: str) -> bool:
    """Whether a line of `text` is nothing but base64, as the body of a key is; hashes in hex are not."""
    if len(text) < 60:
        return False
    if "\n" in text:
        return any(is_key_material(line) for line in text.split("\n"))
    line = text.strip()
    if _HEX.fullmatch(line) or not _LINE_OF_KEY.fullmatch(line):
        return False
    return any(char.isdigit() for char in line) and any(char.isupper() for char in line) and line != line.upper()
