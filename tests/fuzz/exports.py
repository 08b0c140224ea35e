"""Short exports of Windows events and of a journal, in every form that a reader knows: seeds."""

from __future__ import annotations

_SYSTEM = (
    '"Provider": {"#attributes": {"Name": "VSS"}}, "EventID": {"#attributes": {"Qualifiers": 0}, "#text": 8193},'
    ' "Level": 2, "TimeCreated": {"#attributes": {"SystemTime": "2025-02-03T10:00:00.1234567Z"}}, "EventRecordID": 7,'
    ' "Channel": "Application", "Computer": "vm1"'
)
_XML = (
    '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="VSS"/>'
    '<EventID Qualifiers="0">8193</EventID><Level>2</Level><TimeCreated SystemTime="2025-02-03T10:00:00.1234567Z"/>'
    "<EventRecordID>7</EventRecordID><Channel>Application</Channel><Computer>vm1</Computer></System><EventData>"
    '<Data Name="a">b</Data><Data>0x80070005</Data><Binary>2D20436F</Binary></EventData></Event>'
)
_COPIED = (
    "Log Name:      Application\nSource:        VSS\nDate:          2/3/2025 10:00:00 AM\nEvent ID:      8193\n"
    "Task Category: None\nLevel:         Error\nKeywords:      Classic\nUser:          N/A\nComputer:      vm1\n"
    f"Description:\nA text.\nEvent Xml:\n{_XML}\n"
)
_LIST = (
    "\nTimeCreated  : 2/3/2025 10:00:00 AM\nProviderName : VSS\nId           : 8193\nMessage      : A text that goes\n"
    "               on.\n\nTimeCreated  : 2/3/2025 10:00:01 AM\nProviderName : Service Control Manager\n"
    "Id           : 7036\nLevel        : 4\nMessage      : The X service entered the stopped state.\n"
)
_ENTRY = (
    '{"Message": "A text", "Id": 8193, "Level": 2, "ProviderName": "VSS", "LogName": "Application", "RecordId": 7,'
    ' "MachineName": "vm1", "TimeCreated": "\\/Date(1738576800123)\\/", "LevelDisplayName": "Error", "Properties":'
    ' [{"Value": "b"}, {"Value": 5}]}'
)

EVENTS: dict[str, tuple[str, ...]] = {
    "events-json": (
        f'[{{"Event": {{"System": {{{_SYSTEM}}}, "EventData": {{"Data": {{"#text": ["a", "b"]}}, "Binary": null}}}}}}]',
        f'{{"Event": {{"System": {{{_SYSTEM}}}, "UserData": {{"X": {{"Y": 1}}}}}}}}\n{{"Event": {{}}}}\n',
        f'{{"Event_attributes": {{"x": 1}}, "System": {{{_SYSTEM}, "Provider_attributes": {{"Name": "VSS"}}}}}}',
        f"[{_ENTRY}, {_ENTRY}]",
    ),
    "events-text": (_COPIED, _LIST, _COPIED.replace("Source: ", "Quelle: ").replace("2/3/2025", "03.02.2025")),
    "events-xml": (
        f"<Events>{_XML}</Events>",
        _XML.replace(
            "<EventData>",
            "<RenderingInfo Culture='en-US'><Message>m</Message><Level>Error</Level></RenderingInfo><EventData>",
        )
        + _XML,
        f'<?xml version="1.0" encoding="utf-16"?>{_XML.replace("EventData", "UserData")}',
    ),
    "events-csv": (
        '"Message","Id","Level","ProviderName","LogName","TimeCreated"\n"A\ntext","8193","2","VSS","Application",'
        '"2/3/2025 10:00:00 AM"\n',
        '#TYPE System.Diagnostics.EventLogEntry\n"EventID","MachineName","EntryType","Message","Source",'
        '"TimeGenerated"\n"8193","vm1","Error","t","VSS","03.02.2025 10:00:00"\n',
        '#TYPE Selected.X\n"Id";"Message";"TimeCreated"\n"1";"m";"2025-02-03 10:00:00"\n',
    ),
    "events-viewer": (
        "Level,Date and Time,Source,Event ID,Task Category\nError,2/3/2025 10:00:00 AM,VSS,8193,None,A text\n"
        'Information,2/3/2025 10:00:01 AM,Service Control Manager,7036,None,"The X service\nstopped."\n',
        "Ebene\tDatum und Uhrzeit\tQuelle\tEreignis-ID\tAufgabenkategorie\nFehler\t03.02.2025 10:00:00\tVSS\t8193\t"
        "Keine\tText\n",
    ),
    "events-clixml": (
        '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><Obj RefId="0"><TN RefId="0">'
        "<T>System.Diagnostics.Eventing.Reader.EventLogRecord</T></TN><ToString>x</ToString><Props><I32 N='Id'>8193"
        "</I32><By N='Level'>2</By><S N='ProviderName'>VSS</S><S N='LogName'>Application</S><DT N='TimeCreated'>"
        "2025-02-03T10:00:00.1234567+01:00</DT><Obj N='Properties' RefId='1'><LST><Obj RefId='2'><Props><S N='Value'>"
        "a</S></Props></Obj></LST></Obj></Props><MS><S N='Message'>A_x000D__x000A_text</S></MS></Obj></Objs>",
    ),
}
"""Kind of export -> texts."""

JOURNALS: tuple[bytes, ...] = (
    b'{"__REALTIME_TIMESTAMP":"1738576800000001","_HOSTNAME":"h","SYSLOG_IDENTIFIER":"p","MESSAGE":[104,105]}\n' * 2,
    b"__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=1738576800000001\n_HOSTNAME=h\nSYSLOG_IDENTIFIER=p\nMESSAGE\n"
    b"\x05\0\0\0\0\0\0\0a\nb c\n\n__CURSOR=s=1;i=3\n__REALTIME_TIMESTAMP=1738576800000002\nMESSAGE=d\n\n",
    b"Mon 2025-02-03 10:00:00.000001 UTC [s=1a;i=2;b=3;m=4;t=62d3a0c5e4001;x=5]\n    PRIORITY=6\n    _HOSTNAME=h\n"
    b"    SYSLOG_IDENTIFIER=p\n    MESSAGE=text\n            goes on\n",
    b"-- Logs begin at Mon 2025-02-03 10:00:00 UTC. --\nFeb 03 10:00:00 h p[1]: a\n-- Reboot --\n",
    b"1738576800.000001 h p[1]: a\n[    1.234567] h kernel: b\n",
    b'<13>1 2025-02-03T10:00:00.000001+01:00 h p 1 - [x y="z"] text\n',
)
