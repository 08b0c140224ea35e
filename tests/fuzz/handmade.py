"""Short files of the kinds that neither the samples nor the generated VMs hold, and what commands print: seeds."""

from __future__ import annotations

_LIB, _HANDLER = "var/lib/waagent", "var/lib/waagent/Contoso.Probe-1.0.2"
_PRINT = "0123456789ABCDEF0123456789ABCDEF01234567"
_WINDOWS = "http://schemas.microsoft.com/windowsazure"

FILES: dict[str, bytes] = {
    path: text.encode()
    for path, text in {
        f"{_LIB}/VmSettings.1.json": """{"hostGAPluginVersion": "1.0.8.126", "vmSettingsSchemaVersion": "0.0",
 "extensionsLastModifiedTickCount": 637726657706205217, "extensionGoalStatesSource": "FastTrack", "onHold": true,
 "statusUploadBlob": {"statusBlobType": "BlockBlob", "value": "https://a.blob.core.windows.net/c/v.status?sig=x"},
 "inVMMetadata": {"subscriptionId": "s", "resourceGroupName": "g", "vmId": "v"},
 "requiredFeatures": [{"name": "MultipleExtensionsPerHandler"}],
 "gaFamilies": [{"name": "Prod", "version": "9.9.9.9", "uris": ["https://a/m.xml"]}],
 "extensionGoalStates": [{"name": "A.B", "version": "1.2", "state": "enabled", "settingsSeqNo": 3,
  "settings": [{"protectedSettingsCertThumbprint": "PRINT", "publicSettings": "{}"}]},
  {"name": "A.C", "version": "1.0", "state": "enabled", "isMultiConfig": true, "settings": [{"extensionName": "one",
   "extensionState": "enabled", "seqNo": 4}], "dependsOn": [{"name": "one", "DependsOnExtension": [{"handler": "A.B",
   "extension": "A.B"}]}]}]}""".replace("PRINT", _PRINT),
        f"{_LIB}/SharedConfig.xml": '<SharedConfig><Incarnation number="2" instance="vm_0"/></SharedConfig>',
        f"{_LIB}/HostingEnvironmentConfig.xml": '<HostingEnvironmentConfig><Incarnation number="2" instance="vm_0"/>'
        '<Role name="R"/></HostingEnvironmentConfig>',
        f"{_LIB}/Certificates.json": f'[{{"thumbprint": "{_PRINT}", "hasPrivateKey": false}}]',
        f"{_LIB}/Certificates.xml": "<CertificateFile><Version>2012-11-30</Version><Incarnation>1</Incarnation>"
        "<Format>Pkcs7BlobWithPfxContents</Format><Data>AA==</Data></CertificateFile>",
        f"{_LIB}/{_PRINT}.crt": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        f"{_LIB}/ovf-env.xml": f'<Environment xmlns="http://schemas.dmtf.org/ovf/environment/1" xmlns:wa="{_WINDOWS}">'
        f'<wa:ProvisioningSection><LinuxProvisioningConfigurationSet xmlns="{_WINDOWS}"><HostName>h</HostName>'
        "</LinuxProvisioningConfigurationSet></wa:ProvisioningSection><wa:PlatformSettingsSection><wa:PlatformSettings>"
        "<wa:ProvisionGuestAgent>false</wa:ProvisionGuestAgent></wa:PlatformSettings></wa:PlatformSettingsSection>"
        "</Environment>",
        f"{_LIB}/events/1.tld": '{"eventId": 1, "parameters": [{"name": "Name", "value": "A.B"}, {"name": "Operation",'
        ' "value": "Enable"}, {"name": "OperationSuccess", "value": false}, {"name": "Message", "value": "m"},'
        ' {"name": "OpcodeName", "value": "2025-02-03T10:00:00.000001Z"}]}',
        f"{_LIB}/events/2.tld": '<Data><Param Name="Context1" Value="text" /><Param Name="CapabilityUsed" Value="Error"'
        ' /><Param Name="Context2" Value="2025-02-03T10:00:00Z" /></Data>',
        f"{_HANDLER}/events/3.json": '[{"Timestamp": "2025-02-03 10:00:00Z", "TaskName": "t", "EventLevel": "Error",'
        ' "Message": "m", "Version": "A.B-1.0"}]',
        f"{_LIB}/WALinuxAgent-9.9.9.9/error.json": '{"last_failure": 1738576800.5, "failure_count": 3,'
        ' "was_fatal": true, "reason": "r"}',
        f"{_LIB}/WALinuxAgent-9.9.9.9/update_attempt.json": '{"count": 2}',
        f"{_HANDLER}/config/HandlerStatus": '{"name": "Contoso.Probe", "handlerVersion": "1.0.2", "status":'
        ' "NotReady", "code": 1009, "message": "m", "sequence_number": 3}',
        f"{_LIB}/waagent_status.1.json": '{"__debug__": {"pythonVersion": "3.8", "daemonVersion": "2.2.45"},'
        ' "__status__": {"version": "1.1", "timestampUTC": "2025-02-03T10:00:00Z",'
        ' "aggregateStatus": {"guestAgentStatus": {"status": "Ready", "version": "9.9.9.9",'
        ' "formattedMessage": {"message": "m"}, "updateStatus": {"x": "9"}},'
        ' "handlerAggregateStatus": [{"handlerName": "A.B", "handlerVersion": "1.0", "status": "NotReady", "code": 3,'
        ' "formattedMessage": {"message": "m"}, "runtimeSettingsStatus": {"settingsStatus": {"status": {"status":'
        ' "error", "code": 1, "operation": "Enable", "formattedMessage": {"message": "m"}}}}}]}}}',
        f"{_LIB}/waagent_status.2.json": '{"goal_state_version": "1", "extensions_status": [{"name": "A.B"}],'
        ' "vmAgent": {"status": "Ready"}}',
        "etc/waagent_policy.json": '{"policyVersion": "0.1.0", "extensionPolicies": {"allowListedExtensionsOnly": true,'
        ' "signatureRequired": false, "extensions": {"A.B": {"signatureRequired": true, "runtimePolicy": {}}}}}',
        "etc/azure/VMSnapshotScriptPluginConfig.json": '{"pluginName": "ScriptRunner", "preScriptLocation": "/a.sh",'
        ' "preScriptNoOfRetries": 3, "timeoutInSeconds": 30, "continueBackupOnFailure": true}',
        "etc/azure/vmbackup.conf": "[SnapshotThread]\nfsfreeze: True\nMountsToSkip = /mnt/resource\ntimeout: 60\n"
        "isanysnapshotfailed: False\nUpdateHostOnlyFlag = x\n[other]\nkey = 1\n",
        "var/log/audit/audit.log": 'type=AVC msg=audit(1738576800.123:456): avc:  denied  { read } pid=1 comm="p"\n',
        "var/log/cloud-init.log": "2025-02-03 10:00:00,123 - util.py[WARNING]: failed\n"
        "Cloud-init v. 23.1 running 'init' at Mon, 03 Feb 2025 10:00:00 +0000. Up 5.10 seconds.\n",
        "var/log/kern.log": "Feb  3 10:00:00 h kernel: [   12.345678] EXT4-fs error (device sda1)\n",
        "var/log/dmesg": "[    0.000000] Linux version 6.1\n[Mon Feb  3 10:00:00 2025] Out of memory: Killed\n",
        "sos_commands/logs/journalctl": "-- Logs begin at Mon 2025-02-03 10:00:00 UTC. --\n"
        "Feb 03 10:00:00 h python3[123]: text\n-- Reboot --\n",
        "journal.txt": "2025-02-03T10:00:00.000001+0000 h systemd[1]: Started x.\n",
        "serial-console.log": "\x1b[0m[  OK  ] Started x.\r\n[   12.345678] random: crng init done\r\n"
        "2025-02-03T10:00:00.000001Z INFO Daemon Daemon text\r\nFeb  3 10:00:00 h p: text\r\n",
        "var/log/dpkg.log": "2025-02-03 10:00:00 status installed walinuxagent:all 2.2.46-0\n",
        "var/log/apt/history.log": "Start-Date: 2025-02-03  10:00:00\nCommandline: apt-get install x\n"
        "End-Date: 2025-02-03  10:00:01\n",
        "var/log/yum.log": "Feb 03 10:00:00 Installed: WALinuxAgent-2.2.46-1.noarch\n",
        "basic-environment.txt": "#==[ Command ]======================================#\n# /bin/df -h\n"
        "Filesystem Size Used Avail Use% Mounted on\n/dev/sda1 29G 29G 0 100% /\n\n#==[ Configuration File ]====#\n"
        '# /etc/os-release\nNAME="SLES"\nVERSION="15-SP5"\nID="sles"\n',
        "diskinfo.txt": "Inspection Metadata\nC: /dev/sda2\n[Device: /dev/sda2, mountpoint: / ]\nbsize: 4096\n"
        "frsize: 4096\nblocks: 100\nbfree: 2\nbavail: 0\nfiles: 100\nffree: 9\nfavail: 9\n",
        "WindowsAzure/Logs/TransparentInstaller.log": "[00000001] [02/03/2025 10:00:00.11] [INFO]  VM health report: "
        '{"reportTime": "2025-02-03T10:00:00Z", "services": [{"name": "RdAgent", "state": "Running"}]}\n',
        "health.json": '{"reportTime": "2025-02-03T10:00:00Z", "services": [{"name": "VSS", "state": "Stopped",'
        ' "startMode": "Disabled", "startName": "LocalSystem", "exitCode": 1077, "processId": 0}], "networkAdapters":'
        ' [{"name": "Ethernet", "dhcpEnabled": false, "ipAddresses": ["10.0.0.4"]}], "systemInfo": {"windows":'
        ' {"osVersion": "10.0.17763", "safeBoot": "Network"}}}',
        "Windows/Panther/WaSetup.xml": '<Event time="2025-02-03T10:00:00.123Z" category="ERROR" source="GuestAgent">'
        '<UnhandledError><Message>text</Message><Number>1</Number></UnhandledError></Event>\n<Event time="2025-02-03'
        'T10:00:01Z" category="INFO" source="WaSetup"><Step name="a" /></Event>\n',
        "Windows/Microsoft.NET/Framework64/v4.0.30319/Config/machine.config": "<configuration><system.serviceModel>"
        '<extensions><behaviorExtensions><add name="s" type="Microsoft.ServiceModelSink"/></behaviorExtensions>'
        "</extensions></system.serviceModel></configuration>",
        "WindowsAzure/CommonAgentConfig.config": '<configuration><appSettings><add key="RetryTimes" value="3"/>'
        "</appSettings></configuration>",
        "Windows/Panther/setupact.log": "2025-02-03 10:00:00, Info                  SYSPRP text\n"
        "2025-02-03 10:00:01, Error      [0x0f0082] SYSPRP text: hr = 0x80070002\n",
        "Windows/INF/setupapi.dev.log": ">>>  [Device Install]\n>>>  Section start 2025/02/03 10:00:00.123\n"
        "     cmd: x\n<<<  Section end 2025/02/03 10:00:01.123\n<<<  [Exit status: FAILURE(0x00000002)]\n",
        "WindowsAzure/Logs/Plugins/Contoso.Probe/1.0/Probe.log": "[2352+00000001] [02/03/2025 10:00:00.11] [INFO] a\n"
        "2025-02-03T10:00:00.1234567Z\t[Info]:\ttext\n[2025-02-03T10:00:00] text\n",
        "WindowsAzure/Logs/Plugins/A.B/1.0/DiagnosticsPlugin.log": "A.exe Warning: 0 : [2/3/2025 1:32:20 PM] text\n"
        "DiagnosticsPlugin.exe Error: 0 : 2/3/2025 1:32:21 PM text\n",
        "WindowsAzure/ProxyAgent/Logs/ProxyAgent.log": "2025-02-03T10:00:00.123Z [INFO]   [00000001] [t] text\n",
        "vmassist_20250203.txt": "[2025-02-03T10:00:00] text\n2025-02-03 10:00:01 Error text\n",
        "report.reg": "Windows Registry Editor Version 5.00\n\n"
        "[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\VSS]\n"
        '"Start"=dword:00000004\n"ImagePath"=hex(2):25,00,53,00,\\\n  00,00\n"DisplayName"="x\\"y"\n@="d"\n',
        "registry.json": '{"HKLM\\\\SYSTEM\\\\CurrentControlSet\\\\Control\\\\TimeZoneInformation": {"TimeZoneKeyName":'
        ' "UTC", "Bias": 0}, "a": [{"name": "n", "type": "REG_DWORD", "value": 1}]}',
        "sos_commands/filesys/df_-al_-x_autofs": "Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/sda1 9 9 0"
        " 100% /\n",
    }.items()
}
"""Path -> content; the path tells the kind, as it does in a bundle."""

COMMANDS: dict[str, bytes] = {
    "df -h": b"Filesystem Size Used Avail Use% Mounted on\n/dev/sda1 29G 2G 27G 8% /\n//h/s 5.0P 1.5T 3K 97% /a b\n",
    "df -i": b"Filesystem Inodes IUsed IFree IUse% Mounted on\n/dev/sda1 10 9 1 90% /\ntmpfs - - - - /run\n",
    "mount": b"/dev/sda1 on / type ext4 (rw,relatime,errors=remount-ro)\n/dev/sdb on /a b type xfs (ro,noexec)\n",
    "cat /proc/mounts": b"/dev/root / ext4 rw,relatime 0 0\n/dev/sdb /mnt/a\\040b xfs ro 0 0\n",
    "findmnt": b"TARGET SOURCE FSTYPE OPTIONS\n/ /dev/sda1 ext4 rw\n`-/boot /dev/sda15 vfat ro\n",
    "ip addr": b"2: eth0: <BROADCAST,UP> mtu 1500 state UP\n    link/ether 00:0d:3a:00:00:01\n"
    b"    inet 10.0.0.4/24 scope global eth0\n",
    "ip route": b"default via 10.0.0.1 dev eth0 proto dhcp metric 100\n168.63.129.16 via 10.0.0.1 dev eth0\n",
    "route -n": b"Kernel IP routing table\nDestination Gateway Genmask Flags Metric Ref Use Iface\n"
    b"0.0.0.0 10.0.0.1 0.0.0.0 UG 100 0 0 eth0\n168.63.129.16 10.0.0.1 255.255.255.255 UGH 0 0 0 eth0\n",
    "ifconfig": b"eth0: flags=4163<UP,RUNNING> mtu 1500\n        inet 10.0.0.4 netmask 255.255.255.0\n",
    "dpkg -l": b"Desired=Unknown/Install\n||/ Name Version Architecture Description\nii  walinuxagent 2.2.46-0 all x\n",
    "rpm -qa": b"WALinuxAgent-2.2.46-1.el8.noarch\nkernel-4.18.0-1.x86_64\n",
    "timedatectl": b"Local time: Mon 2025-02-03 10:00:00 CET\nTime zone: Europe/Berlin (CET, +0100)\n",
    "uname -a": b"Linux h 6.1.0-1-cloud #1 SMP x86_64 GNU/Linux\n",
    "hostname": b"vm1\n",
    "hostnamectl": b"   Static hostname: vm1\n  Operating System: Ubuntu 22.04\n            Kernel: Linux 6.1\n",
    "ps aux": b"root 1 0.0 0.1 1 1 ? Ss 10:00 0:01 /sbin/init\n",
    "iptables-save": b"*security\n-A OUTPUT -d 168.63.129.16/32 -p tcp -m owner --uid-owner 0 -j ACCEPT\nCOMMIT\n",
    "systemctl status walinuxagent": b"walinuxagent.service - Azure Linux Agent\n   Active: failed (Result: signal)\n",
}
"""Command -> what it prints."""

_WRITER = (
    "Writer name: 'SqlServerWriter'\n   Writer Id: {a65faa63-5ea8-4ebc-9dbd-a0c4db26912a}\n   Writer Instance Id: "
    "{9075f235-fdee-4445-851b-a69c54bd8b33}\n   State: [8] Failed\n   Last error: Non-retryable error\n"
)
WINDOWS_COMMANDS: tuple[str, ...] = (
    f"C:\\>vssadmin list writers\n\n{_WRITER}\nC:\\>vssadmin list providers\n\nProvider name: 'P'\n   Provider type: "
    "Software\n   Provider Id: {b5946137-7b9f-4925-af80-51abd60b20d5}\n   Version: 1.0.0.7\n",
    "For volume: (C:)\\\\?\\Volume{00000000-0000-0000-0000-100000000000}\\\nShadow Copy Storage association\n   For "
    "volume: (C:)\\\\?\\Volume{00000000-0000-0000-0000-100000000000}\\\n   Used Shadow Copy Storage space: 1 GB (0%)\n"
    "   Maximum Shadow Copy Storage space: 3 GB (10%)\n",
    "Host Name: vm1\nOS Name: Microsoft Windows Server 2019 Datacenter\nOS Version: 10.0.17763 N/A Build 17763\n"
    "System Boot Time: 2/3/2025, 10:00:00 AM\nTime Zone: (UTC+01:00) Amsterdam, Berlin\n",
    "C:\\>w32tm /query /status\nLeap Indicator: 3(not synchronized)\nStratum: 0 (unspecified)\nSource: Free-running\n",
    "C:\\>tzutil /g\nW. Europe Standard Time\nC:\\>bcdedit\nWindows Boot Loader\n---------------\nidentifier      "
    "        {current}\nsafeboot                Network\n",
    "Current WinHTTP proxy settings:\n\n    Proxy Server(s) :  proxy:8080\n    Bypass List     :  *.local;<local>\n",
    "Ethernet adapter Ethernet:\n\n   Physical Address. . . . . . . . . : 00-0D-3A-00-00-01\n   DHCP Enabled. . . . . "
    ". . . . . . : No\n   IPv4 Address. . . . . . . . . . . : 10.0.0.4(Preferred)\n   Default Gateway . . . . . . . . "
    ". : 10.0.0.1\n",
    "IPv4 Route Table\nActive Routes:\nNetwork Destination        Netmask          Gateway       Interface  Metric\n"
    "          0.0.0.0          0.0.0.0         10.0.0.1         10.0.0.4     10\n",
    "Domain Profile Settings:\n-----\nState                                 ON\nFirewall Policy             "
    "BlockInbound,AllowOutbound\n",
    "ComputerName     : 168.63.129.16\nRemoteAddress    : 168.63.129.16\nRemotePort       : 80\n"
    "TcpTestSucceeded : False\n",
    "C:\\>sc query RdAgent\n\nSERVICE_NAME: RdAgent\n        TYPE               : 10  WIN32_OWN_PROCESS\n        STATE"
    "              : 1  STOPPED\n        WIN32_EXIT_CODE    : 1077  (0x435)\n",
    "Status   Name               DisplayName\n------   ----               -----------\nRunning  RdAgent            A\n"
    "Stopped  VSS                Volume Shadow Copy\n",
    '"Name","State","StartMode"\n"RdAgent","Running","Auto"\n',
    "Name      : VSS\nState     : Stopped\nStartMode : Disabled\nExitCode  : 1077\n",
    "These Windows services are started:\n\n   A\n   B\n   C\n   D\n   E\n   Windows Azure Guest Agent\n",
    "Image Name                     PID Session Name        Session#    Mem Usage\n"
    "========================= ======== ================ =========== ============\nWaAppAgent.exe        1234 Services "
    "   0     20,000 K\n",
)
"""What commands of Windows print."""
