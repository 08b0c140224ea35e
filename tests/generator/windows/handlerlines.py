"""The agent's lines about one handler, from its download to the end of its command."""

from __future__ import annotations

from .agentlog import Said
from .vm import Plugin

FRAME = "Microsoft.WindowsAzure.GuestAgent.ContainerStateMachine.HandlerStateMachine.InvokeCommand"


def thread(plugin: Plugin) -> int:
    """A handler keeps to one thread."""
    return 12 + sum(map(ord, plugin.name)) % 20


def _short(plugin: Plugin) -> str:
    return plugin.name.rpartition(".")[2]


def installed(plugin: Plugin) -> list[Said]:
    state = f"{plugin.name}_{plugin.version}"
    return [
        Said(0, f"Downloading the plugin zip of {plugin.name} version {plugin.version}"),
        Said(2.2, f"Test extract the plugin zip C:\\Packages\\{state}.zip"),
        Said(0.9, f"Setting the install state of the handler {state} to Installing"),
        Said(6.0, f"Installed plugin (name: {plugin.name}, version: {plugin.version}), Code: 0", "WARN"),
        Said(0.1, f"Setting the install state of the handler {state} to Installed"),
    ]


def begun(plugin: Plugin) -> list[Said]:
    command = plugin.program + plugin.command
    wanted = f"version {plugin.version}, state: enabled, autoupgrade: True, isJson: True"
    named = f"'HandlerName: '{plugin.name}', ExtensionName: '{_short(plugin)}'''"
    return [
        Said(0, f"Starting extension processing for extension {named}"),
        Said(0.05, f"Processing plugin {plugin.name} {wanted}"),
        Said(0.1, f"Beginning enable of plugin {plugin.name}."),
        Said(0.2, f"Started a process with the launch command {command}, params: "),
        Said(0.05, f"Waiting for command {command}"),
    ]


def enabled(plugin: Plugin) -> list[Said]:
    named = f"(handler name: {plugin.name}, extension name: {_short(plugin)}, version: {plugin.version})"
    return [
        Said(0, f"Command {plugin.program}{plugin.command} of {plugin.name} has exited with Exit code: 0"),
        Said(0.1, f"Plugin enabled {named}., Code: 0", "WARN"),
        Said(0.1, f"Successfully enabled plugin {plugin.name}."),
        Said(0.1, f"Setting the install state of the handler {plugin.name}_{plugin.version} to Enabled"),
    ]


def failed(plugin: Plugin, code: int | None, verb: str = "Enable", number: int = 1009) -> list[Said]:
    """The command ended with a code, or with none: it was killed after its time limit."""
    command = f"{plugin.program}{plugin.command}"
    what = f"Command {command} timed out" if code is None else f"Command {command} has exited with exit code {code}"
    exception = f"Microsoft.WindowsAzure.GuestAgent.Exceptions.PluginInvokeException: {what}"
    named, ended = f"(name: {plugin.name}, version {plugin.version})", -2 if code is None else code
    state = f"{plugin.name} version {plugin.version}, state: enabled"
    killed = Said(0, f"Command {command} of {plugin.name} has not exited on time! Killing it..", "ERROR")
    return [
        *([killed] if code is None else []),
        Said(0, f"Command {command} of {plugin.name} has exited with Exit code: {ended}"),
        Said(0.2, f"{verb} failed for plugin {named} with exception {exception}, Code: {number}", "ERROR"),
        Said(0.1, f"Error while processing plugin {state}, error: {exception}\n   at {FRAME}(String command)", "ERROR"),
    ]
