"""Secrets that a name gives away: in JSON, XML, settings, options of commands and connection strings."""

from __future__ import annotations

from analyzer.redaction.secrets.forms import ARGUMENT, ESCAPED, GT, LT, QUOTE, QUOTES, SPACE, one_of, rule

_WORDS = (
    "password", "passwd", "passphrase", "userpassword", "adminpassword", "pwd", "secret", "secretvalue", "clientsecret",
    "accountkey", "accesskey", "sharedkey", "storagekey", "storage_key", "sharedaccesskey", "sharedsecret", "apikey",
    "privatekey", "subscriptionkey", "subscription-key", "sastoken", "sas_token", "sasuri", "accesstoken",
    "access_token", "refresh_token", "refreshtoken", "id_token", "bearertoken", "client_secret", "api_key",
    "account_key", "account-key", "access_key", "access-key", "private_key", "connectionstring", "connection_string",
    "sharedaccesssignature", "customdata", "protectedsettings", "protected_settings", "authorization", "credential",
    "credentials", "authtoken", "auth_token", "azp_token", "identity_header", "instrumentationkey", "psk",
    "presharedkey", "pre_shared_key", "pre-shared-key", "keymaterial", "validationkey", "decryptionkey", "bindpw",
    "workspacekey", "workspace_key", "mysql_pwd",
)  # fmt: skip
NAME = one_of(_WORDS)
ASSIGNED = (
    "passw", "passphrase", "pwd", "secret", "accountkey", "accesskey", "sharedkey", "storagekey", "storage_key",
    "apikey", "privatekey", "subscriptionkey", "subscription-key", "api_key", "account_key", "account-key",
    "access_key", "access-key", "private_key", "token", "sasuri", "connectionstring", "connection_string",
    "sharedaccess", "customdata", "protectedsettings", "protected_settings", "authorization", "credential",
    "identity_header", "instrumentationkey", "psk", "presharedkey", "pre_shared_key", "pre-shared-key", "keymaterial",
    "validationkey", "decryptionkey", "bindpw", "workspacekey", "workspace_key",
)  # fmt: skip
"""One of these is in every word of `_WORDS`."""

_OBJECT = r"\{(?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\})*+\})*+\}"  # to the second level of what it holds

NAMED = (
    # XML, as it is or escaped, any namespace; the value may be CDATA or sit in an inner <Value> (unattend.xml).
    rule(
        "custom-data",
        ("customdata",),
        rf"{LT}(?:[\w.-]+:)?CustomData(?:\s[^<>&]{{0,300}})?{GT}(?P<secret>(?:(?!{LT})[^<&])+)",
    ),
    rule(
        "password",
        ("passw", "secret", "keymaterial", "sharedkey", "productkey"),
        rf"{LT}(?:[\w.-]+:)?[\w.-]{{0,60}}(?:Password|Passwd|Secret|KeyMaterial|PreSharedKey|ProductKey)"
        rf"(?:\s[^<>&]{{0,300}})?{GT}{SPACE}{{0,80}}(?:{LT}(?:[\w.-]+:)?Value{GT})?"
        rf"(?P<secret><!\[CDATA\[(?:(?!\]\]>)[\s\S])*(?:\]\]>)?|(?:(?!{LT})[\s\S])+)",
    ),
    # <Setting name="…ConnectionString" value="…"/> and <Data Name='Password'>…
    rule(
        "connection-string",
        ASSIGNED,
        rf"(?:name|key)\s{{0,4}}=\s{{0,4}}[\"'][^\"'<>]{{0,200}}{NAME}[\"']\s{{1,20}}value\s{{0,4}}=\s{{0,4}}"
        r"(?P<q>[\"'])(?P<secret>(?:(?!(?P=q)).)+)",
    ),
    rule(
        "password",
        ASSIGNED,
        rf"(?:name|key)\s{{0,4}}=\s{{0,4}}{QUOTES}[^\"'<>&]{{0,200}}{NAME}{QUOTES}\s{{0,20}}{GT}"
        rf"(?P<secret>(?:(?!{LT})[^<>])+)",
    ),
    # JSON and Python dicts, also JSON inside JSON: the quote is whatever stands there.
    rule(
        "protected-settings",
        ("protectedsettings", "protected_settings"),
        rf"{QUOTE}protected_?settings(?P=q)\s{{0,20}}:\s{{0,20}}(?P<secret>{_OBJECT})",
        quoted=True,
    ),
    *(
        rule(
            kind,
            triggers,
            rf"{QUOTE}[\w.\- ]{{0,60}}{words}(?P=q){SPACE}{{0,20}}[:,]{SPACE}{{0,20}}(?P=q)"
            r"(?P<secret>(?:(?!(?<!\\)(?P=q))[\s\S])+)",
        )
        for kind, triggers, words in (
            ("protected-settings", ("protectedsettings", "protected_settings"), "protected_?settings"),
            ("custom-data", ("customdata",), "customdata"),
            ("account-key", ("key",), r"(?:(?:account|access|shared|sharedaccess|storage)[_-]?key)"),
            ("auth-header", ("authorization",), "authorization"),
            ("password", ASSIGNED, rf"(?:{NAME}|token)"),
        )
    ),
    rule(
        "account-key",
        ("key",),
        rf"{QUOTE}[\w.\- ]{{0,60}}key\d?(?P=q)\s{{0,20}}[:,]\s{{0,20}}(?P=q)"
        r"(?P<secret>(?=[A-Za-z0-9+/\\]{30,400}=)[A-Za-z0-9+/=\\]+?)(?P=q)",
    ),
    rule(
        "password",
        ("auth",),
        rf"{QUOTE}auth(?P=q)\s{{0,20}}:\s{{0,20}}(?P=q)(?P<secret>(?-i:(?=[^\"']{{0,200}}[A-Z])(?="
        rf"[^\"']{{0,200}}[a-z]))"
        r"[A-Za-z0-9+/]{16,}={0,2})(?P=q)",
    ),
    rule(
        "password",
        ("passw", "pwd", "secret"),
        rf"{QUOTE}[\w.\- ]{{0,60}}(?:password|passwd|pwd|secret)(?P=q)\s{{0,20}}:\s{{0,20}}(?P<secret>\d+)",
        quoted=True,
    ),
    # Headers.
    rule(
        "auth-header",
        ("authorization", "x-ms-"),
        r"(?:\bauthorization|x-ms-[a-z-]{0,60}(?:authorization|auth|token|key|secret|signature)[a-z-]{0,40})"
        r"\b\\{0,15}[\"']?"
        r"\s{0,4}[:=,]\s{0,4}\\{0,15}[\"']?(?P<secret>[^\"'\r\n\\<]+)",
    ),
    rule(
        "auth-header",
        ("-key",),
        rf"\bx-[a-z]{{1,30}}(?:-[a-z]{{1,30}}){{0,5}}-key(?:{QUOTES})?\s{{0,4}}[:=,]\s{{0,4}}{ARGUMENT}",
    ),
    # Connection strings.
    rule(
        "account-key",
        ("accountkey", "accesskey", "sharedsecret"),
        r"(?:AccountKey|SharedAccessKey|SharedSecretValue|SharedSecret)\s{0,4}=\s{0,4}"
        rf"(?P<secret>(?:[^;\"'\s<>&\\]|{ESCAPED})+)",
    ),
    # Options of commands.
    rule(
        "password",
        (*ASSIGNED, "pass", "authtok"),
        rf"(?<![\w-])(?:--?|/)(?:\w{{0,40}}-)?(?:\w{{0,40}}{NAME}|token|sas-token|account-key|pass|passin|passout)"
        rf"(?:[ \t]{{1,8}}|[=:])(?!=){ARGUMENT}",
    ),
    # A value of the registry, as `reg query` lists it.
    rule(
        "password",
        ("reg_",),
        r"[A-Za-z]{0,40}(?:password|passwd|secret|pwd|passphrase)[ \t]{1,20}REG_[A-Z_]{1,20}[ \t]{1,20}"
        r"(?P<secret>[^\r\n\"'<\\]+)",
    ),
    rule(
        "password",
        ("bindpw", "rootpw", "authtok"),
        rf"\b(?:bindpw|rootpw|ldap_default_authtok)\s{{1,4}}(?!=){ARGUMENT}",
    ),
    rule(
        "password", ("psk", "xauth", "eap"), rf":\s{{0,4}}(?:PSK|XAUTH|EAP)\s{{1,4}}{QUOTE}(?P<secret>(?:(?!(?P=q)).)+)"
    ),
    rule("token", ("_token",), rf"(?-i:\b[A-Z][A-Z0-9_]{{0,40}}_TOKEN)=(?![=$%]){ARGUMENT}"),
    # name=value and name: value. sudo logs its folder as PWD=/…, which is no secret.
    rule(
        "password",
        ASSIGNED,
        rf"(?:(?<![A-Za-z<])(?<!lt;)(?<!u003c){NAME}|(?<=[A-Za-z])password)"
        rf"(?:{QUOTES})?\s{{0,3}}[=:](?!=|\d+>)[ \t]{{0,4}}(?!(?<=pwd=)/)"
        r"(?!(?<=(?:ings|tial|ials): )[A-Za-z]{2,20} [A-Za-z])"
        rf"(?:{QUOTE}(?!(?<=\"\")\s))?"  # two quotes and a space are an empty value, not a quote as CSV doubles it
        rf"(?P<secret>(?(q)(?:(?!(?<!\\)(?P=q))[^\r\n])+|(?:(?!</|&lt;)(?:[^\s\"';\\]|{ESCAPED}))+))",
    ),
)
