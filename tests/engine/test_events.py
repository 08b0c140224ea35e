"""The rows of the table of events: which there are, in which order, with which text, and what that costs."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer import timeline
from analyzer.analysis import Analysis, run
from analyzer.document import eventrows, events
from analyzer.lines.grammar import LEVELS
from analyzer.lines.index import Block
from analyzer.plan import make_plan
from analyzer.reading import loud
from analyzer.reading.clipped import beginning, clipped
from analyzer.reading.loud import Loud
from analyzer.reading.walk import every_text

from .support import (
    BACKUP_LOG,
    LOG,
    SYSLOG,
    OrderedBundle,
    SlicedBundle,
    analyse,
    failure,
    line,
    required,
    signature,
    success,
)

STATUS = "var/lib/waagent/Contoso.Tools.Setup-1.2.3/config/HandlerStatus"
FILES = {
    LOG: line("09:00", "first") + line("10:00", "slow", "WARNING") + line("10:00:01", "quiet")
    + line("10:00:02", "near") + failure("10:01") + "  below it\n" + line("10:02", "behind") + line("12:00", "last"),
    LOG + ".1": line("08:00", "an older one"),
    SYSLOG: "Mar  1 10:00:00 host kernel: I/O error, dev sdb\nMar  1 10:00:30 host sshd[1]: hi\n",
    BACKUP_LOG: "2025-03-01 10:00:00.000000 [Microsoft.Azure.RecoveryServices.VMSnapshotLinux-1.0]no mount\n",
    STATUS: '{"name": "Contoso.Tools.Setup", "version": "1.2.3", "status": "NotReady", "code": 1, "message": "no"}',
}  # fmt: skip


def rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The columns as rows with names."""
    return [
        {
            "time": found["time"][n],
            "source": found["sources"][found["source"][n]],
            "level": found["levels"][found["level"][n]],
            "quality": found["qualities"][found["quality"][n]],
            "place": f"{found['files'][found['file'][n]]}:{found['line'][n]}",
            "roles": {name for bit, name in enumerate(found["roles"]) if found["role"][n] >> bit & 1},
            "text": found["text"][n],
        }
        for n in range(len(found["time"]))
    ]


def test_what_matters_is_there_and_why() -> None:
    found = {row["text"]: row["roles"] for row in rows(events.events(analyse(FILES)))}
    failed = next(text for text in found if "Non-zero exit code" in text)
    assert "problem" in found["ExtHandler ExtHandler slow"]
    assert {"problem", "incident", "step"} <= found[failed]
    assert failed.endswith("below it")
    assert "edge" in found["ExtHandler ExtHandler last"]
    assert "edge" in found["ExtHandler ExtHandler an older one"]
    assert any("I/O error" in text and "problem" in roles for text, roles in found.items()), "no level, but its words"
    assert "ExtHandler ExtHandler quiet" not in found
    assert any("handler Contoso.Tools.Setup" in text for text in found), "state has its rows too"


def test_evidence_has_its_neighbours_and_names_its_causes(tmp_path: Any) -> None:
    found = events.events(analyse(FILES, signature(tmp_path, "x/tested", required("Non-zero exit code: "))))
    table = rows(found)
    assert found["causes"] == ["x/tested"]
    evidence = [row for row, *causes in found["evidence"] if causes == [0]]
    assert evidence == [number for number, row in enumerate(table) if "evidence" in row["roles"]]
    assert "Non-zero exit code" in table[evidence[0]]["text"]
    texts = {row["text"] for row in table if "context" in row["roles"]}
    assert {"ExtHandler ExtHandler quiet", "ExtHandler ExtHandler behind"} <= texts


def test_rows_are_in_order_of_time_and_those_without_one_last() -> None:
    found = rows(events.events(analyse(FILES), everything=True))
    times = [row["time"] for row in found]
    timed = [time for time in times if time is not None]
    assert timed == sorted(timed)
    assert times == timed + [None] * (len(times) - len(timed))
    assert all(row["quality"] == "none" for row in found[len(timed) :])


def test_everything_is_the_whole_timeline() -> None:
    """The same events as the frame has, with the same text, source, level and place."""
    analysis = analyse(FILES)
    found, frame = events.events(analysis, everything=True), analysis.timeline
    said = analysis.text(range(len(frame)))
    assert (found["everything"], found["total"], found["left_out"]) == (True, len(frame), 0)
    of_table = [(row["source"], row["level"], row["place"], row["text"]) for row in rows(found)]
    of_frame = [
        (str(row.source), row.level if isinstance(row.level, str) else "none", f"{row.file}:{row.line}", text)
        for row, text in zip(frame.itertuples(), said, strict=True)
    ]
    assert of_table == of_frame
    assert [None if time is None else time * 1000 for time in found["time"]] == [
        None if stamp is None else stamp.value
        for stamp in frame["time"].astype(object).where(frame["time"].notna(), None)
    ]


def test_the_order_of_the_archive_does_not_matter() -> None:
    every = [
        events.events(run(OrderedBundle(FILES, order), make_plan([])))
        for order in itertools.islice(itertools.permutations(FILES), 0, 120, 17)
    ]
    assert all(found == every[0] for found in every)


def test_the_size_of_the_blocks_does_not_matter() -> None:
    assert events.events(run(SlicedBundle(FILES), make_plan([]))) == events.events(analyse(FILES))


def test_more_than_the_table_holds_is_thinned_evenly_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loud, "MOST", 100)
    monkeypatch.setattr(eventrows, "MOST_OF_MANY", 40)
    log = "".join(line(f"10:{n // 60:02d}:{n % 60:02d}", f"number {n}", "WARNING") for n in range(900))
    found = events.events(analyse({LOG: line("09:00", "begin") + log + line("11:00", "end")}))
    numbers = [int(text.rsplit(" ", 1)[1]) for text in found["text"] if "number" in text]
    assert len(numbers) == 40
    assert max(np.diff(numbers)) <= 40
    assert found["left_out"] == 900 - 40
    assert found["total"] == 902


def test_evidence_comes_before_warnings_where_the_table_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eventrows, "MOST_ROWS", 5)
    log = "".join(line(f"10:00:{n:02d}", f"number {n}", "WARNING") for n in range(40))
    found = events.events(analyse({LOG: log + failure("10:01") + success("10:02")}))
    assert len(found["text"]) <= 5
    assert any("Non-zero exit code" in text for text in found["text"])


def test_a_big_bundle_is_not_read_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows whose text is not at hand are left out; warnings and hits have theirs."""
    from analyzer.reading import pipeline

    monkeypatch.setattr(pipeline, "CACHE_MEMBER_BYTES", 10)
    monkeypatch.setattr(eventrows, "WALKED", 10)
    analysis = analyse(FILES)
    monkeypatch.setattr(analysis.bundle, "members", lambda: pytest.fail("read again"))
    texts = events.events(analysis)["text"]
    assert any("slow" in text for text in texts)
    assert any("Non-zero exit code" in text for text in texts)
    assert not any("behind" in text for text in texts)


def test_texts_are_cut_between_words() -> None:
    words = " ".join(f"word{n}" for n in range(200))
    found = events.events(analyse({LOG: line("10:00", words, "WARNING")}))
    assert len(found["text"][0]) <= events.MOST_TEXT + 2
    assert found["text"][0].removesuffix(" …").split(" ")[-1] in words.split(" ")
    assert clipped("a" * 300 + "?sig=" + "b" * 300, 400) == "a" * 300 + " …", "no half secret"
    assert clipped("short", 400) == "short"
    assert beginning(b"x" * 430 + " wé".encode()[:3], 433).endswith(" …")


@given(
    st.lists(st.lists(st.sampled_from([1, 2, 3, 4, 0]), max_size=60), min_size=1, max_size=6),
    st.lists(st.integers(1, 30), min_size=1, max_size=8),
    st.integers(1, 40),
)
@settings(max_examples=150, deadline=None)
def test_which_warnings_are_kept_follows_from_the_bundle_alone(
    members: list[list[int]], cuts: list[int], most: int
) -> None:
    """Neither the order of the members nor the size of the blocks matters; each so manieth of a member stays."""

    def kept(order: list[int], size: int) -> tuple[int, list[tuple[int, int, bytes]]]:
        result = Loud()
        for member in order:
            for first in range(0, len(members[member]), size):
                result.take(block(members[member][first : first + size], first), member, first)
        return result.every, list(result.of(range(len(members))))

    before, loud.MOST = loud.MOST, most
    try:
        straight = kept(list(range(len(members))), 1000)
        assert all(kept(list(reversed(range(len(members)))), size) == straight for size in cuts)
    finally:
        loud.MOST = before
    every, found = straight
    expected = []
    for member, levels in enumerate(members):
        rows_of = [row for row, level in enumerate(levels) if 0 < level <= LEVELS.index("warning")]
        expected += [(member, row, b"%d\n" % row) for row in rows_of[::every]]
    assert found == expected


def block(levels: list[int], first: int) -> Block:
    """Records whose text is the number of their row."""
    texts = [b"%d\n" % (first + n) for n in range(len(levels))]
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    end = np.cumsum(lengths)
    count = len(texts)
    return Block(
        buffer=b"".join(texts) + bytes(64), base=0, start=end - lengths, end=end,
        line=np.zeros(count, np.int32), raw=np.zeros(count, np.int64), clock=np.zeros(count, np.uint8),
        level=np.array(levels, np.uint8), source=np.zeros(count, np.uint16), message=np.zeros(count, np.int32),
        stamped=np.ones(count, np.bool_),
    )  # fmt: skip


@pytest.mark.parametrize("cached", [True, False])
def test_a_walk_gives_the_texts_that_the_timeline_gives(cached: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    from analyzer.reading import pipeline

    if not cached:
        monkeypatch.setattr(pipeline, "CACHE_MEMBER_BYTES", 10)
    analysis: Analysis = run(SlicedBundle(FILES), make_plan([]))
    store = analysis.reading.store
    wanted = {member: np.arange(0, store.members[member].events, 2) for member in range(len(store.members))}
    found = every_text(analysis.reading, wanted, 10_000)
    for member, numbers in wanted.items():
        assert found[member] == timeline.texts(analysis.reading, [(member, row) for row in numbers.tolist()])
