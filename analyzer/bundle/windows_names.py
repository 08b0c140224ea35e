"""What a member is by its path on a Windows VM: the guest agent's folders, those of its handlers and of Windows.

Sources: the Windows manifests of azure-diskinspect-service, knowledge/windows.md (3.1, 3.5, 4.2). Event logs are told
by their content and are not named here; so is what the engineers' own commands printed.
"""

from __future__ import annotations

from analyzer.bundle.rules import HANDLER, SKIP, VERSION, rules

_FOLDER = r"(?:^|/)Logs/Plugins/(?P<folder>[^/]+)/"
_BY_HAND = rf"^(?!var/|usr/|opt/|home/)(?:.*/)?(?P<folder>{HANDLER})/(?:{VERSION[1:]}/)?"
HIVE = "a registry hive: export its keys with 'reg query KEY /s' or 'reg export KEY FILE'"

SKIPPED = rules(
    (
        r"(?:^|/)System32/config/(?:RegBack/)?(?:SYSTEM|SOFTWARE|SAM|SECURITY|DEFAULT|COMPONENTS|DRIVERS|BCD)$",
        SKIP,
        HIVE,
    ),
    (r"(?:^|/)System32/config/\w+\.(?:LOG\d?|SAV)$|(?:^|/)NTUSER\.DAT$", SKIP, "a part of a registry hive"),
    (r"(?:^|/)(?:auto)?unattend[^/]*\.xml$", SKIP, "holds secrets"),
    (r"\.etl$", SKIP, "a binary trace"),
    (r"\.mta$", SKIP, "the texts of an event log, which its events do not need"),
    (r"\.(?:trc|xel)$", SKIP, "a trace of SQL Server"),
)

RULES = rules(
    # --- the agent
    (r"(?:^|[/_ ])TransparentInstaller[^/]*\.(?:log|txt)$", "windows-agent", "transparent-installer"),
    (r"(?:^|[/_ ])WaAppAgent[^/]*\.(?:log|txt)$", "windows-agent", "waappagent"),
    (r"^(?!var/)(?:.*/)?(?:Telemetry|AppAgentRuntime)[^/]*\.log$", "windows-agent", "waappagent"),
    (r"(?:^|/)(?:MonitoringAgent|MonAgentHost)[^/]*\.log$", "plugin-log", "monitoring-agent"),
    (r"(?:^|/)ProxyAgent/Logs/[^/]+$", "guest-proxy-agent", "guest-proxy-agent"),
    (r"(?:^|/)CommonAgentConfig\.config$", "agent-config", "config"),
    (r"(?:^|/)(?:WaSetup|VmAgentInstaller)[^/]*\.xml$", "setup-events", "setup"),
    # --- handlers
    (r"(?:^|[/_ ])IaaSBcdrExtension[^/]*\.(?:log|txt)$", "windows-backup", "vmsnapshot"),
    (_FOLDER + r"(?:.*/)?CommandExecution[^/]*\.log$", "command-execution", "extension:{folder}"),
    (_BY_HAND + r"CommandExecution[^/]*\.log$", "command-execution", "extension:{folder}"),
    (r"^(?!var/)(?:.*/)?CommandExecution[^/]*\.log$", "command-execution", "command-execution"),
    (_FOLDER + r"(?:.*/)?DiagnosticsPlugin[^/]*\.log$", "trace-log", "extension:{folder}"),
    (_FOLDER, "plugin-log", "extension:{folder}"),
    (rf"(?:^|/)Packages/Plugins/(?P<folder>{HANDLER})/.*\.log$", "plugin-log", "extension:{folder}"),
    (r"(?:^|/)DiagnosticsPlugin[^/]*\.log$", "trace-log", "extension:Microsoft.Azure.Diagnostics.IaaSDiagnostics"),
    (r"(?:^|/)JsonVMAccessExtension[^/]*\.log$", "plugin-log", "extension:Microsoft.Compute.VMAccessAgent"),
    (r"(?:^|/)BGInfo[^/]*\.log$", "plugin-log", "extension:Microsoft.Compute.BGInfo"),
    (r"(?:^|/)CustomScriptHandler[^/]*\.log$", "plugin-log", "extension:Microsoft.Compute.CustomScriptExtension"),
    (r"(?:^|/)ADDomainExtension[^/]*\.log$", "plugin-log", "extension:Microsoft.Compute.JsonADDomainExtension"),
    (r"(?:^|/)DscExtensionHandler[^/]*\.log$", "plugin-log", "extension:Microsoft.Powershell.DSC"),
    # --- Windows
    (r"(?:^|/)vmassist[^/]*\.(?:log|txt)$", "text-log", "vmassist"),
    (r"(?:^|/)(?:setupact|setuperr|setupapi)[^/]*\.log$", "windows-setup", "setup"),
    (r"(?:^|/)(?:CBS|CbsPersist\w*|DISM|NetSetup|DCPROMO|dcpromoui|WaSetup)\.log$", "windows-setup", "setup"),
    (r"(?:^|/)(?:msiexec|MSI[0-9a-f]{3,6}|WindowsUpdate[^/]*)\.log$", "windows-setup", "setup"),
    (r"(?:^|/)Windows/(?:Panther|INF|debug|Logs/(?:CBS|DISM))/.*\.log$", "windows-setup", "setup"),
    (r"(?:^|/)machine\.config$", "machine-config", "config"),
    (r"(?:^|/)registry\.json$", "registry-export", "registry"),
    (r"\.reg$", "registry-export", "registry"),
    (r"(?:^|/)ERRORLOG(?:\.\d+)?$", "text-log", "sql-errorlog"),
)
