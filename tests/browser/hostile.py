"""A bundle, and a document, whose every word tries to become markup, script, a template or an order to a terminal.

What ran would set `window.owned`; what was loaded would be asked for at 192.0.2.1, an address of documentation.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, MutableMapping, MutableSequence
from datetime import timedelta
from typing import Any

from jsonschema import Draft202012Validator

from tests.generator import (
    Agent,
    Extension,
    Files,
    Step,
    Syslog,
    Vm,
    agent_conf,
    goal_state_files,
    handler_files,
    os_files,
    stamps,
)
from tests.generator.faults import LOCK
from tests.generator.healthy import SCRIPT
from tests.shared import ROOT

RUN = "window.owned=1"
AWAY = "http://192.0.2.1/x"
MARKUP = (
    f"<script>{RUN};alert(1)</script>",
    f"</script><script>{RUN}</script>",
    f"<img src={AWAY} onerror={RUN}>",
    f"<svg/onload={RUN}><animate onbegin={RUN} attributeName=x dur=1s>",
    f"</style><style>body{{display:none;background:url({AWAY})}}</style>",
    f"]]><script>{RUN}</script><![CDATA[",
    f"--><!-- <iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f'"\'` onmouseover={RUN} onfocus={RUN} autofocus x="',
    f"javascript:{RUN}",
    f'<a href="javascript:{RUN}" ping={AWAY}>click</a>',
    f"<meta http-equiv=refresh content='0;url={AWAY}'><base href={AWAY}><link rel=stylesheet href={AWAY}>",
    "</title><title>owned</title></textarea><noscript><template>",
    f"<form action={AWAY}><button formaction={AWAY}>send</button></form>",
    "{{7*7}} {% for x in () %}{{ cycler.__init__.__globals__ }} ${7*7} #{7*7} <%= 7*7 %>",
    "&lt;script&gt; &amp;lt; &#60;b&#62; &nbsp;",
    "%s %(x)s {0} {x} {n!r} \\u003cscript\\u003e",
    "__proto__ constructor toString",
)
UNSEEN = (
    "\u202egnp.exe\u202c \u2066isolated\u2069",
    "\x1b[31mred\x1b[0m \x1b]8;;http://192.0.2.1/x\x07link\x1b]8;;\x07 \x9b2J",
    "nul \x00 backspace \x08\x08 delete \x7f",
    "paragraph \u2028 separators \u2029 and \ufeff marks \u200b",
)
"""What changes how the text around it is read, and must be made visible."""
PAYLOADS = MARKUP + UNSEEN
EVIL = Extension("Evil.Corp.<img src=x onerror=window.owned=1>", "1.0.<b>0</b>", "bin/run <script>")
PROTO = Extension("__proto__.constructor", "1.0.0")


def hostile() -> Files:
    """An installation that fails on dpkg's lock, so that there is a cause with evidence, effects and remedies."""
    vm = Vm("hostile", "host-01")
    agent, syslog = Agent(vm, "2.13.1.1"), Syslog(vm)
    start = stamps.utc("2025-03-18 05:02:17")
    ready = agent.boot(start)
    said = "\n".join([LOCK, *PAYLOADS])
    for number, payload in enumerate(PAYLOADS):
        at = ready + timedelta(seconds=30 + number)
        syslog.write(at, f"kernel<{number}>", f"error: failed to read {payload.replace(chr(0), '')}")
    names = [Step(PROTO, install=True, stdout=said), Step(EVIL, install=True, stdout=said)]
    agent.goal_state(ready + timedelta(minutes=10), 2, names)
    failed = Step(SCRIPT, install=True, exit_code=100, stdout=said, stderr=said)
    end = agent.goal_state(ready + timedelta(minutes=20), 3, [failed])
    agent.heartbeats(end, end + timedelta(hours=2))
    syslog.days(start, end + timedelta(hours=2))
    spoken = f"failed: {LOCK} {' '.join(PAYLOADS)} \ud800 \udfff"
    result = {"status": "error", "code": 1, "formattedMessage": {"lang": "<b>", "message": spoken}, "name": spoken}
    files = agent.files() | syslog.files() | os_files(vm) | agent_conf(Extensions_Enabled="y", **{MARKUP[0]: MARKUP[2]})
    files |= handler_files(EVIL, ready, "NotReady", 1, spoken, result) | handler_files(PROTO, ready, "Ready", 0, spoken)
    files |= handler_files(SCRIPT, end, "NotReady", 1, spoken, result)
    files |= goal_state_files(vm, end, 3, [EVIL, PROTO, SCRIPT], agent.version)
    files["etc/os-release"] = f'PRETTY_NAME="{MARKUP[0]}"\nID=ubuntu\nVERSION_ID="{MARKUP[13]}"\n'.encode()
    files["etc/hostname"] = (MARKUP[2] + "\n").encode()
    for number, payload in enumerate(PAYLOADS):
        name = payload.replace("/", "\u2215").replace("\x00", "")[:90]
        files[f"var/log/{name}.log"] = _log(number, payload)
        files[f"commands/{name}.txt"] = payload.encode("utf-8", "surrogatepass")
    files["var/log/raw.log"] = (
        b"2025-03-18 05:10:00 ERROR \xff\xfe\xed\xa0\x80 <script>window.owned=1</script> \x1b[2J\n"
    )
    return files


def _log(number: int, payload: str) -> bytes:
    stamp = f"2025-03-18T05:{12 + number}:00.000001Z"
    return "".join(
        f"{stamp} {level} ExtHandler ExtHandler [{EVIL.full}] {payload}\n" for level in ("ERROR", "WARNING", "INFO")
    ).encode("utf-8", "surrogatepass")


KEPT = {
    "id",
    "cause",
    "incident",
    "explained_by",
    "explains",
    "language",
    "source",
    "state",
    "kind",
    "levels",
    "roles",
    "qualities",
}
"""Names and choices of ours; the rest of a document's strings may come from a bundle."""


def poisoned(document: dict[str, Any]) -> dict[str, Any]:
    """The document with every payload behind every string of it, but for those to which its schema leaves no choice."""
    schema = json.loads((ROOT / "templates" / "report.schema.json").read_text("utf-8"))
    result = copy.deepcopy(document)
    for parent, key in list(_strings(result)):
        parent[key] = f"{parent[key]} {' '.join(PAYLOADS)}"
    for error in list(Draft202012Validator(schema).iter_errors(result)):
        steps = list(error.absolute_path)
        parent, true = result, document
        for step in steps[:-1]:
            parent, true = parent[step], true[step]
        if steps:
            parent[steps[-1]] = copy.deepcopy(true[steps[-1]])
    return result


def _strings(value: Any, name: str = "") -> Iterator[tuple[Any, Any]]:
    if isinstance(value, MutableMapping):
        for key, item in value.items():
            if isinstance(item, str) and key not in KEPT:
                yield value, key
            elif not isinstance(item, str) and key not in KEPT:
                yield from _strings(item, key)
    elif isinstance(value, MutableSequence):
        for number, item in enumerate(value):
            if isinstance(item, str):
                yield value, number
            else:
                yield from _strings(item, name)
