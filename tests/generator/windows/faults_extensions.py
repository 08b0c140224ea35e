"""Another extension fails or holds up everything, or the guest did all that it could."""

from __future__ import annotations

from datetime import timedelta

from ..archives import Files
from ..stamps import seconds, utc
from . import handlerlines, state
from .agent import Step
from .agentlog import Said
from .layouts import by_hand, disk_inspection, zipped_azure
from .scenario import minutes, scenario
from .story import Story
from .vm import (
    AGENT_2016,
    AGENT_2021,
    AGENT_2024,
    AGENT_2025,
    BGINFO,
    MONITOR,
    SERVER_2012_R2,
    SERVER_2019,
    SERVER_2022,
    Plugin,
    WinVm,
)

PROVISIONING = "UserErrorVmProvisioningStateFailed"
DSC = Plugin("Microsoft.Powershell.DSC", "2.83.5", r"bin\enable.cmd", 7, protected=True)
DSC_SAYS = r"""VERBOSE: [WEBFARM3]: LCM:  [ Start  Resource ]  [[File]WebContent]
VERBOSE: [WEBFARM3]:                            [[File]WebContent] Accessing \\fs-old\web$"""
ANTIMALWARE = Plugin("Microsoft.Azure.Security.IaaSAntimalware", "1.7.0.3", "AntimalwareHandlerEnable.cmd", 2)
SCRIPT = Plugin("Microsoft.Compute.CustomScriptExtension", "1.10.18", r"bin\enable.cmd", 3, protected=True)
SCRIPT_SAYS = r"""Set-Acl : Cannot find path 'D:\agent\_work' because it does not exist.
At C:\Packages\Plugins\Microsoft.Compute.CustomScriptExtension\1.10.18\Downloads\3\prepare.ps1:41 char:1"""
NON_ZERO = "Command execution finished, but failed because it returned a non-zero exit code of: '1'"
CHEF = Plugin("Chef.Bootstrap.WindowsAzure.ChefClient", "1210.12.110.1000", r"bin\chef-enable.cmd", protected=True)


@scenario("dsc-killed", "extension/timeout", "extension/never-completed", symptom=PROVISIONING)
def dsc_killed() -> Files:
    """DSC waits for a share that is gone: its enable command is killed, and the VM's provisioning state is failed."""
    vm = WinVm("dsc-killed", "WEBFARM3", "Europe/Berlin", SERVER_2019, AGENT_2021, domain="werk.example")
    s = Story(vm, utc("2022-06-13 06:00:00"))
    s.nights(3)
    s.rest(10)
    killed = Step(DSC, took=300.1, code=None, output=DSC_SAYS)
    end = s.agent.goal_state(s.now, [Step(MONITOR), killed])
    s.extra |= state.handler(vm, DSC) | state.settings(vm, DSC, {"wmfVersion": "latest"})
    s.extra |= state.status(DSC, end - minutes(5), "transitioning", 0, "Applying the configuration.")
    s.rest(15)
    return by_hand(s, "wevtutil-xml", azure=s.azure({DSC.name: ("NotReady", "Command timed out.")}))


@scenario("handler-transitioning", "extension/never-completed", "extension/timeout", symptom=PROVISIONING)
def holding_up() -> Files:
    """The antimalware handler stays transitioning for a day, and no restore point is begun meanwhile."""
    vm = WinVm("handler-transitioning", "SHOPWEB6", "UTC", SERVER_2022, AGENT_2025)
    s = Story(vm, utc("2025-11-03 06:00:00"), hour=14)
    s.nights(2)
    s.rest(3)
    began = s.agent.begin(s.agent.new_goal_state(s.now, 1), ANTIMALWARE)
    s.extra |= state.handler(vm, ANTIMALWARE, "NotReady")
    s.extra |= state.settings(vm, ANTIMALWARE, {"AntimalwareEnabled": True})
    s.extra |= state.status(ANTIMALWARE, began, "transitioning", 0, "Installing the antimalware engine.")
    waits = f"Waiting for the status of plugin {ANTIMALWARE.name}: status file is still transitioning."
    s.agent.say(began + seconds(31), Said(0, waits), thread=14)
    s.rest(26)
    return by_hand(s, "viewer-xml-plain", azure=s.azure({ANTIMALWARE.name: ("NotReady", "Transitioning")}))


@scenario("script-fails", "extension/script-failed")
def script_fails() -> Files:
    """The customer's custom script returned 1."""
    vm = WinVm("script-fails", "BUILDAG4", "America/New_York", SERVER_2022, AGENT_2024)
    s = Story(vm, utc("2025-04-07 11:00:00"))
    s.rest(20)
    ran = Step(SCRIPT, took=38, install=True, output="Finished executing command", error=SCRIPT_SAYS)
    end = s.agent.goal_state(s.now, [Step(MONITOR), ran])
    said = (
        (20, "INFO", "Starting to download files"),
        (22, "INFO", "Files downloaded"),
        (23, "INFO", "Executing command: powershell -ExecutionPolicy Unrestricted -File prepare.ps1"),
        (37, "ERROR", NON_ZERO),
    )
    moments = [(s.now + timedelta(seconds=count), level, text) for count, level, text in said]
    log = "".join(f"[2352+00000001] [{at:%m/%d/%Y %H:%M:%S}.11] [{level}] {text}\r\n" for at, level, text in moments)
    s.extra[f"{SCRIPT.logs}/CustomScriptHandler.log"] = log.encode()
    uris = {"fileUris": ["https://scripts.contoso.example/prepare.ps1"]}
    s.extra |= state.handler(vm, SCRIPT) | state.settings(vm, SCRIPT, uris)
    stderr = {"name": "StdErr", "status": "success", "code": 0, "formattedMessage": state.said(SCRIPT_SAYS)}
    s.extra |= state.status(SCRIPT, end, "error", 1, NON_ZERO, [stderr])
    s.rest(5)
    return by_hand(s, "evtx", azure=s.azure({SCRIPT.name: ("Ready", "Plugin enabled")}))


@scenario("install-busy-1618", "extension/package-manager-locked", "extension/install-failed")
def install_busy() -> Files:
    """The monitoring agent's setup finds Windows Installer busy three times (1618): another setup hangs for an hour."""
    vm = WinVm("install-busy", "TRADEGW1", "Europe/London", SERVER_2019, AGENT_2021)
    s = Story(vm, utc("2022-09-19 07:00:00"), plugins=(BGINFO,))
    s.rest(9)
    package = [r"C:\Deploy\LedgerClient.msi", vm.pid()]
    s.log.add(s.now - minutes(4), "MsiInstaller", 1040, package)
    fetches = Said(0.3, f"Downloading the plugin zip of {MONITOR.name} version {MONITOR.version}")
    installs = Said(9, f"Setting the install state of the handler {MONITOR.name}_{MONITOR.version} to Installing")
    s.agent.new_goal_state(s.now, 1)
    for count in range(3):
        tried = s.agent.say(s.now + minutes(12 * count + 0.1), fetches, installs, thread=21)
        s.agent.say(tried + seconds(18), *handlerlines.failed(MONITOR, 1618, "Install", 1007), thread=21)
    s.log.add(s.now + minutes(68), "MsiInstaller", 1042, package)
    s.rest(11)
    return zipped_azure(s, "viewer-xml", azure=s.azure({MONITOR.name: ("NotReady", "Install failed")}))


@scenario("enable-fails-2016", "extension/enable-failed", pack="tar")
def old_agent() -> Files:
    """An extension's enable command ends with 100, on an agent of 2016 whose log knows no threads."""
    vm = WinVm("enable-fails-2016", "OLDWEB01", "America/Chicago", SERVER_2012_R2, AGENT_2016)
    s = Story(vm, utc("2016-06-20 15:00:00"), plugins=(BGINFO,))
    s.rest(7)
    error = "ERROR: 403 Forbidden: your client key is not accepted by the server"
    failing = Step(CHEF, took=61, code=100, install=True, output="Starting Chef run...", error=error)
    end = s.agent.goal_state(s.now, [failing])
    s.extra |= state.handler(vm, CHEF) | state.settings(vm, CHEF, {"runlist": "recipe[base]"})
    s.extra |= state.status(CHEF, end, "error", 100, "Enable failed: chef-client exited with 100")
    s.rest(14)
    return by_hand(s, "viewer-csv", azure=s.azure({CHEF.name: ("NotReady", "Enable failed")}))


@scenario("guest-succeeded-windows", "platform/guest-succeeded", symptom="UserErrorRpCollectionLimitReached")
def guest_succeeded() -> Files:
    """Every backup succeeded in the guest; the portal says that the restore point collection is full."""
    vm = WinVm("guest-succeeded-win", "FINANCE2", "Europe/Paris", SERVER_2019, AGENT_2024)
    s = Story(vm, utc("2025-06-09 06:00:00"))
    s.nights(6)
    s.rest(5)
    return disk_inspection(s, "agents")
