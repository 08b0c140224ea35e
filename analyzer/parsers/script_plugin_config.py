"""Azure Backup's script configuration: `VMSnapshotScriptPluginConfig.json` and `VMSnapshotPluginHost.conf`.

Pre- and post-scripts make a snapshot application-consistent. When the JSON does not parse, the backup goes on
without them and only says code 305 (VMBackup/main/ScriptRunner.py). Script parameters stay in the file.
"""

from __future__ import annotations

from posixpath import basename
from typing import Any

from analyzer.parsers.base import StateEvent, StateResult
from analyzer.parsers.content import UnreadableError, config_unreadable, filled
from analyzer.parsers.ini import read_ini
from analyzer.parsers.jsonload import load_json
from analyzer.parsers.scrub import scrub
from analyzer.parsers.values import as_text

SOURCE = "config"
_HOST_SECTION = "pre_post"  # VMBackup/main/PluginHost.py load_modules
_NEUTRAL = (
    "pluginName",
    "preScriptLocation",
    "postScriptLocation",
    "preScriptNoOfRetries",
    "postScriptNoOfRetries",
    "timeoutInSeconds",
    "continueBackupOnFailure",
    "fsFreezeEnabled",
)


def parse(path: str, data: bytes) -> StateResult:
    try:
        is_json = basename(path).lower().endswith(".json")
        options = _script_options(data) if is_json else _host_options(data)
    except UnreadableError as error:
        return config_unreadable(path, error)
    name = basename(path)
    texts = (f"config {name}: {key}={value}" for key, value in options)
    return StateResult(events=[StateEvent(SOURCE, text, component=name) for text in texts])


def _script_options(data: bytes) -> list[tuple[str, str]]:
    content: Any = load_json(data)
    if not isinstance(content, dict):
        raise UnreadableError("not an object")
    return [(key, as_text(content[key])) for key in _NEUTRAL if key in content]


def _host_options(data: bytes) -> list[tuple[str, str]]:
    ini = read_ini(filled(data))
    if _HOST_SECTION not in ini.sections:
        raise UnreadableError(f"no [{_HOST_SECTION}] section")
    return [(scrub(option.key), scrub(option.value, 1_000)) for option in ini.options[:200]]
