"""Text on its way from a state file into a fact or an event: bounded, valid Unicode, without secrets.

State files are the one place where secrets stand in fixed fields (SAS links, protected settings, passwords), so
they are taken out here already; the redaction pass over the whole document comes on top of this one.
"""

from __future__ import annotations

import re

MAX_TEXT = 32_768  # characters of an event or a fact; an agent cuts what it reports at 4 KiB to 128 KiB

_GONE = "<redacted>"
_SECRET_WORDS = (
    r"account[_-]?key|shared_?access_?key|shared_?access_?signature|client[_-]?secret|"  # noqa: S105
    r"passw(?:or)?d|pwd|pass[_-]?phrase|secret|sas[_-]?token|api[_-]?key|access[_-]?token|credstring"
)
_QUERY = re.compile(r"\?[^\s\"'<>\\]+")
_QUERY_SECRET = re.compile(rf"(?i)(?:^\?|[&;])(?:sig|se|sp|sv|sr|st|skoid|sktid|code|token|key|{_SECRET_WORDS})=")
_SIGNATURE = re.compile(r"(?i)((?:\b|%3f|%26)sig(?:=|%3d))[^&\s\"'<>;\\]+")
_ASSIGNED = re.compile(rf"(?i)\b({_SECRET_WORDS})(\s?=\s?)(?:\"[^\"]*\"|'[^']*'|[^\s;,\"'&<>]+)")
_JSON_VALUE = re.compile(rf"(?i)(\\*\"(?:protectedsettings|userpassword|{_SECRET_WORDS})\\*\"\s?:\s?\\*\")[^\"\\]*")
_XML_VALUE = re.compile(r"(?i)(<(?:\w{1,20}:)?(?:userpassword|adminpassword|password|customdata)>)[^<]*")
_OPTION = re.compile(rf"(?i)(\s--?(?:{_SECRET_WORDS}|token)[ =])\S+")
_USER_INFO = re.compile(r"://[^/\s:@]{1,256}:[^/\s@]{1,256}@")
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,20}KEY-----|\Z)", re.DOTALL)
_CMS_BLOB = re.compile(r"\bMI[IM][A-Za-z0-9+/]{60,}={0,2}")


def scrub(text: str, limit: int = MAX_TEXT) -> str:
    """`text` without secrets, cut at `limit` characters; control bytes that no log keeps (NUL) and lone surrogates,
    which no encoder takes, are gone."""
    if len(text) > limit:
        text = text[:limit] + " [cut]"
    text = text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    text = _PRIVATE_KEY.sub(_GONE, text)
    text = _QUERY.sub(_query, text)
    text = _SIGNATURE.sub(rf"\1{_GONE}", text)
    text = _JSON_VALUE.sub(rf"\1{_GONE}", text)
    text = _XML_VALUE.sub(rf"\1{_GONE}", text)
    text = _ASSIGNED.sub(rf"\1\2{_GONE}", text)
    text = _OPTION.sub(rf"\1{_GONE}", text)
    text = _USER_INFO.sub(f"://{_GONE}@", text)
    return _CMS_BLOB.sub(_GONE, text)


def without_query(url: str) -> str:
    """A link without its query string, which is where a SAS stands."""
    return scrub(url.partition("?")[0], 2_048)


def _query(found: re.Match[str]) -> str:
    return f"?{_GONE}" if _QUERY_SECRET.search(found.group()) else found.group()
