"""Every export of an event log is told by its first bytes, and nothing else is taken for one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.bundle.eventlog import kind_of
from analyzer.parsers.winevents.readers import MODULES, READERS
from tests.parsers.winevents.xmlwriter import NAMESPACE, events
from tests.shared import ROOT, SHARED, corpus_names, needs

HEAD = 128 << 10
EVENT = f"<Event xmlns='{NAMESPACE}'><System><Provider Name='VSS'/><EventID>1</EventID></System></Event>"
OBJS = (
    '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
    '<Obj RefId="0"><TN RefId="0"><T>{}</T></TN>'
)
RECORD = "System.Diagnostics.Eventing.Reader.EventLogRecord"
LABELS = "Level,Date and Time,Source,Event ID,Task Category"
GERMAN = "Ebene;Datum und Uhrzeit;Quelle;Ereignis-ID;Aufgabenkategorie"
JAPANESE = "レベル\t日付と時刻\tソース\tイベント ID\tタスクのカテゴリ"
FRENCH = "Niveau,Date et heure,Source,ID de l'événement,Catégorie"
DETAILS = (
    "Log Name:      System\r\nSource:        VSS\r\nDate:          1/21/2024 2:05:11 AM\r\nEvent ID:      12289\r\n"
    "Task Category: None\r\nLevel:         Error\r\nKeywords:      Classic\r\nUser:          N/A\r\n"
    "Computer:      vm1\r\nDescription:\r\nVolume Shadow Copy Service error\r\n"
)
MESSAGE = '"Volume Shadow Copy Service error: Unexpected error\r\n\r\nOperation:\r\n   Query\r\n"'

EXPORTS: dict[str, tuple[str | bytes, ...]] = {
    "events-evtx": (b"ElfFile\0" + bytes(200), bytes(5000) + b"ElfChnk\0" + bytes(100)),
    "events-xml": (
        EVENT,
        f"<?xml version='1.0' encoding='utf-8'?>\r\n<Events>{EVENT}</Events>",
        f"<!-- saved --><Root>\n{EVENT}</Root>",
        "<Events></Events>",
        EVENT.replace("<Event ", "<e:Event "),
        "<Events><Event><System><EventID>5</EventID></System></Event></Events>",
        f"C:\\> wevtutil qe System /f:xml\r\n{EVENT}",
        f"ta>rest of an event</Data></EventData></Event>\n{EVENT}",
        f"</EventData></Event>{EVENT}",
    ),
    "events-clixml": (
        OBJS.format(RECORD),
        OBJS.format(f"Selected.{RECORD}"),
        OBJS.format(f"Deserialized.{RECORD}"),
        OBJS.format("System.Diagnostics.EventLogEntry#System/VSS/8193"),
        OBJS.format("System.Object[]") + OBJS.format(RECORD)[90:],
    ),
    "events-csv": (
        f'#TYPE {RECORD}\r\n"Message","Id"\r\n',
        '#TYPE System.Diagnostics.EventLogEntry#system/VSS/1\r\n"EventID"\r\n',
        f'#TYPE Selected.{RECORD}\r\n"Id","TimeCreated"\r\n',
        '"Message","Id","Version","Level","RecordId","ProviderName","LogName","TimeCreated"\r\n',
        "TimeCreated;Id;Message\n",
        "TimeGenerated\tEntryType\tSource\tInstanceID\tMessage\n",
        'PS C:\\> type e.csv\r\n\r\n"TimeCreated","Id","ProviderName"\r\n',
    ),
    "events-viewer": (
        f"{LABELS}\r\nError,1/21/2024 2:05:11 AM,VSS,12289,None,{MESSAGE}\r\n",
        f"{GERMAN}\r\nFehler;21.01.2024 02:05:11;VSS;12289;Keine;{MESSAGE}",
        f"{GERMAN};\r\nFehler;21.01.2024 02:05;VSS;12289;Keine;{MESSAGE}",  # as a spreadsheet saves it again
        f"{JAPANESE}\r\n情報\t2001/02/03 04:05:06\tVSS\t8224\tなし\t停止\r\n",
        f"수준,날짜 및 시간,원본,이벤트 ID,작업 범주\n오류,2024-01-21 오전 2:05:11,VSS,12289,없음,{MESSAGE}",
        f"Date and Time,Level,Event ID,Source,Task Category\n1/21/2024 2:05:11 AM,Error,12289,VSS,None,{MESSAGE}",
        f"{LABELS},Log,Computer\nError,1/21/2024 2:05:11,VSS,1,None,System,vm1,{MESSAGE}",
        f"{FRENCH}\nErreur,21/01/2024 02:05:11,VSS,1,Aucun,texte".encode("cp1252"),
        "1/21/2008,2:05:11 AM,VSS,Error,None,12289,N/A,VM1,Volume Shadow Copy Service error\r\n",
    ),
    "events-json": (
        '[{"TimeCreated":"\\/Date(1743448267142)\\/","Id":1,"ProviderName":"VSS"}]',
        '{\n  "Message": "x",\n  "Id": 7036,\n  "TimeCreated": "2024-05-02T03:12:11Z"\n}',
        '[{"EventID":1,"EntryType":2,"Source":"VSS","TimeGenerated":"x"}]',
        '{"Event":{"#attributes":{"xmlns":"x"},"System":{"Provider":{"#attributes":{}},"EventID":1,"TimeCreated":{}}}}',
        '{"Event":{"System":{"Provider_attributes":{},"EventID":1,"TimeCreated_attributes":{}}}}',
        'Record 1\n{"Event":{"System":{"EventID":1,"TimeCreated":{}}}}\n',
    ),
    "events-text": (
        "Event[0]:\r\n  Log Name: System\r\n  Source: VSS\r\n",
        "Event[0]\n  Log Name: System\n",
        DETAILS,
        "\r\n" + DETAILS.replace("Log Name", "Protokollname").replace("Event ID", "Ereignis-ID"),
        DETAILS.replace("Log Name:", "日志名称：").encode("gbk"),
        "\r\n\r\nTimeCreated  : 3/7/2023 10:25:59 AM\r\nProviderName : VSS\r\nId           : 8224\r\n",
        "Index              : 5\nEntryType          : Error\nInstanceId         : 1\nTimeGenerated      : 1/21/2024\n",
    ),
}
OTHERS: tuple[str | bytes, ...] = (
    "",
    "\0" * 300,
    b"\x30\0\0\0LfLe\x01\0\0\0",
    "<GoalState><Incarnation>1</Incarnation></GoalState>",
    '<?xml version="1.0"?><Extensions version="1.0.0.0" goalStateIncarnation="9"><GuestAgentExtension/></Extensions>',
    "<Events><Event name='click'/></Events>",
    "<html><body>Sign in</body></html>",
    "<6>[    0.000000] Linux version 5.15",
    OBJS.format("System.Diagnostics.Eventing.Reader.EventLogConfiguration"),
    OBJS.format("System.Diagnostics.EventLogEntryType"),
    '#TYPE System.Diagnostics.Process\r\n"Name","Id","StartTime"\r\n',
    '"Name","Id","TimeCreated"\r\n',
    "time,id,value,host,unit\n2024-01-21 02:05:11,5,1.0,vm1,ms\n",
    "a,b,c,d,e\n2024-01-21 02:05:11,5,1.0,7,ms,\n",
    "2024-01-02,10:00:00,vm1,cpu,idle,99,x,y,z\n",
    '[{"version":"1.0","timestampUTC":"2024-05-02T03:12:11Z","status":{"name":"VMSnapshot","status":"success"}}]',
    '{"eventId":1,"providerId":"x","message":"TimeCreated","parameters":[]}',
    '[{"timeCreated":"x","id":1,"source":"bucket"}]',
    '{"log":"{\\"TimeCreated\\":1,\\"Id\\":2,\\"Message\\":3}"}',
    "2024-05-02T03:12:11.123Z INFO ExtHandler Event[0]: Log Name: none, Id: 5, TimeCreated: now",
    "May  2 03:12:11 vm1 systemd[1]: Started a, b, c, d, e, f.\nMay  2 03:12:12 vm1 x: 5\n",
    f'schema = 1\ntitle = \'x\'\n[[test]]\n[test.files]\n\'System.xml\' = """{EVENT}\n{EVENT}\n"""\n',
    "State:\tS\nTgid:\t5\nNgid:\t0\nPid:\t5\nPPid:\t1\nTracerPid:\t0\nUid:\t0\nGid:\t0\nFDSize:\t64\nGroups:\t\n",
    "[00000004] [11/11/2022 06:34:12.06] [INFO]  <Event xmlns='urn:x'></Event>",
)


def heads() -> list[tuple[str, bytes]]:
    return [(kind, t if isinstance(t, bytes) else t.encode()) for kind, texts in EXPORTS.items() for t in texts]


@pytest.mark.parametrize(("kind", "head"), heads())
def test_exports(kind: str, head: bytes) -> None:
    assert kind_of(head) == kind


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_encodings(encoding: str) -> None:
    texts = [(kind, text) for kind, texts in EXPORTS.items() for text in texts if isinstance(text, str)]
    assert [kind_of(text.encode(encoding)) for _, text in texts if text.isascii()] == [
        k for k, t in texts if t.isascii()
    ]


@pytest.mark.parametrize("other", OTHERS)
def test_what_is_none(other: str | bytes) -> None:
    assert kind_of(other.encode() if isinstance(other, str) else other) == ""


@given(events(), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_any_event_xml_is_told(event: str, blanks: int) -> None:
    assert kind_of(("\n" * blanks + event).encode()) == "events-xml"


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_random_bytes_are_none(head: bytes) -> None:
    binary = head.startswith(b"ElfFile\0") or b"ElfChnk\0" in head
    assert kind_of(head) == ("events-evtx" if binary else "")


@given(st.sampled_from(heads()), st.binary(max_size=20), st.data())
@settings(max_examples=300, deadline=None)
def test_damage_makes_no_trouble(case: tuple[str, bytes], junk: bytes, data: st.DataObject) -> None:
    head = case[1]
    at = data.draw(st.integers(0, len(head)))
    assert kind_of(head[:at] + junk + head[at:]) in ("", *EXPORTS)


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "<Event ",
            "<System>",
            "<e:System>",
            "</Event>",
            "<Events><Event ",
            "<!--",
            "<?",
            "<a:",
            '"',
            '","',
            '{"a":',
            "Event[1]",
        ),
        *("TimeCreated", "Log Name:\n", "a,b,c,d,e\n", "1/1/2000,", '"\n', "\n", " ", "#TYPE ", "<Objs ", "<T>System."),
    ],
)
def test_hostile_heads_take_no_time(piece: str) -> None:
    begun = time.process_time()
    for start in ("", "<Events><Event>", "Log Name: x\n", "{", "a,b,c,d,e\n"):
        kind_of((start + piece * (HEAD // len(piece))).encode())
    assert time.process_time() - begun < 3


def test_samples() -> None:
    folder = needs(SHARED / "samples" / "windows")
    for path in sorted(folder.rglob("*")):
        head = path.read_bytes()[:HEAD] if path.is_file() else b""
        if path.suffix == ".evtx":
            assert kind_of(head) == "events-evtx", path.name
        elif path.parent.name == "derived":
            assert kind_of(head) == "events-xml", path.name
        elif path.parent.name == "clixml":
            assert kind_of(head) == ("events-clixml" if "Oldest" in path.name else ""), path.name
        else:
            assert kind_of(head) == "", path.name


@pytest.mark.parametrize("name", corpus_names()[::5])
def test_no_member_of_a_linux_bundle_is_an_export(name: str) -> None:
    from analyzer.bundle.open import open_bundle

    bundle = open_bundle(needs(SHARED / "corpus" / "bundles" / f"{name}.tar.gz"))
    assert [member.path for member in bundle.members() if kind_of(member.head())] == []


def test_our_own_files_are_no_exports() -> None:
    paths = [*(ROOT / "analyzer").rglob("*.py"), *(ROOT / "signatures").rglob("*.toml"), *(ROOT / "docs").glob("*.md")]
    assert [path.name for path in paths if kind_of(path.read_bytes()[:HEAD])] == []


def test_every_kind_has_a_reader() -> None:
    assert set(EXPORTS) == set(READERS) == set(MODULES)
