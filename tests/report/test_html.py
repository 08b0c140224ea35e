"""The HTML report: safe, self-contained, complete for every outcome, and the same bytes every time."""

from __future__ import annotations

import base64
import copy
import hashlib
import itertools
import re
from typing import Any

import pytest
import sample
from lxml import html as lxml_html

from analyzer.report.html import content_security_policy, render_html

OUTCOMES = ("named", "no-fault", "platform", "undetermined", "not-enough")


def tree(document: dict[str, Any]) -> Any:
    """The parsed report."""
    return lxml_html.document_fromstring(render_html(document))


def words(element: Any) -> str:
    """Text as a reader sees it, white space folded."""
    return " ".join(element.text_content().split())


@pytest.fixture(scope="module")
def page() -> str:
    return render_html(sample.document())


def test_text_of_the_bundle_is_escaped_and_never_runs_as_a_template(page: str) -> None:
    assert sample.SCRIPT not in page
    assert "&lt;script&gt;alert(&#39;owned&#39;)&lt;/script&gt;" in page
    assert "{{7*7}}" in page
    assert "<sql-prod-03>" not in page


def test_control_and_reordering_characters_become_visible_signs(page: str) -> None:
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\ud800-\udfff]", page)
    assert "␛[31mred␛[0m␇␀" in page
    assert "⟦U+202E⟧gnp.exe⟦U+202C⟧" in page
    assert "⟦U+D800⟧" in page
    assert "שלום" in page, "honest right-to-left text stays readable"
    page.encode("utf-8")


def test_long_lines_are_cut_with_a_word_about_the_rest(page: str) -> None:
    assert "x" * 4_001 not in page
    assert re.search(r"x{1000,} … \[\d,\d{3} more characters left out\]", page)


def test_policy_names_the_hashes_of_exactly_the_style_and_script_in_the_file(page: str) -> None:
    root = lxml_html.document_fromstring(page)
    policy = root.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
    assert policy == content_security_policy()
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for element in ("style", "script"):
        contents = re.findall(rf"<{element}>(.*?)</{element}>", page, re.DOTALL)
        assert len(contents) == 1
        digest = base64.b64encode(hashlib.sha256(contents[0].encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy


def test_nothing_is_loaded_from_anywhere(page: str) -> None:
    root = lxml_html.document_fromstring(page)
    loading = root.xpath("//@src | //link/@href | //@srcset | //@action | //@data | //@poster | //@style")
    assert loading == ["data:,"]
    assert not root.xpath("//@*[starts-with(name(), 'on')]"), "no inline handlers"
    style = str(root.xpath("string(//style)"))
    assert "url(" not in style
    assert "@import" not in style


def test_links_lead_to_https_only_and_tell_nobody_where_they_come_from() -> None:
    document = sample.document()
    document["causes"][0]["links"] += ["javascript:alert(1)", "http://evil.example/"]
    root = tree(document)
    outward = [link for link in root.xpath("//a/@href") if not link.startswith("#")]
    assert outward == ["https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16"]
    assert root.xpath("//meta[@name='referrer']/@content") == ["no-referrer"]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_says_its_verdict_first(outcome: str) -> None:
    document = sample.for_outcome(outcome)
    root = tree(document)
    assert [words(title) for title in root.xpath("//h1")] == [document["verdict"]["headline"]]
    assert words(root.xpath("//*[@class='outcome']")[0])[0] in "!✓→?…", "a sign beside the colour"
    headings = [int(element.tag[1]) for element in root.xpath("//h1 | //h2 | //h3")]
    assert headings[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(headings)), "no level skipped"


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_ids_are_unique_and_every_inner_link_has_its_target(outcome: str) -> None:
    root = tree(sample.for_outcome(outcome))
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = [link[1:] for link in root.xpath("//a/@href") if link.startswith("#")]
    assert set(targets) <= set(ids)
    references = " ".join(root.xpath("//@aria-labelledby")).split()
    assert set(references) <= set(ids)


def test_arithmetic_adds_up_in_sight() -> None:
    table = tree(sample.document()).xpath("//section[contains(@class,'verdict')]//table")[0]
    rows = [[words(cell) for cell in row.xpath("./*")] for row in table.xpath(".//tbody/tr")]
    assert ["no heartbeat for 29 minutes", "2.5 × 0.92", "+2.3"] in rows
    assert ["one goal state came through at 03:20:11", "−5 × 0.3", "−1.5"] in rows
    assert rows[-1] == ["Sum", "", "+13.3"]


def test_evidence_shows_place_time_and_the_marked_line() -> None:
    figure = tree(sample.document()).xpath("//section[@aria-labelledby='evidence']//figure")[0]
    told = words(figure)
    assert "var/log/waagent.log:4211" in told
    assert "2026-11-21 03:12:09 UTC" in told
    assert "14 such lines" in told
    assert figure.xpath(".//li[@class='hit']/span/@data-n") == ["4211"]
    assert len(figure.xpath(".//li")) == 3


def test_counter_evidence_stands_in_its_own_block() -> None:
    root = tree(sample.document())
    against = words(root.xpath("//section[@aria-labelledby='against']")[0])
    assert "var/log/waagent.log:4302" in against
    assert "var/log/waagent.log:4302" not in words(root.xpath("//section[@aria-labelledby='evidence']")[0])


def test_candidates_say_why_they_lost() -> None:
    others = words(tree(sample.document()).xpath("//section[@aria-labelledby='others']")[0])
    assert "12.3 points behind." in others
    assert "Against it: the same version reported on good days (−1)." in others


def test_an_undetermined_verdict_shows_candidates_and_what_would_settle_it() -> None:
    root = tree(sample.for_outcome("undetermined"))
    first = words(root.xpath("//section[contains(@class,'verdict')]")[0])
    assert "It lies between" in first
    assert "48 %" in first
    assert "systemctl list-units | grep -i fire" in words(root.xpath("//section[@aria-labelledby='ask']")[0])


def test_not_enough_gives_the_command_before_anything_else() -> None:
    root = tree(sample.for_outcome("not-enough"))
    assert root.xpath("//main/section[2]//pre")[0].text_content().startswith("sudo tar czf vm-logs.tgz")


def test_a_cleared_guest_tells_what_to_hand_over() -> None:
    told = words(tree(sample.for_outcome("platform")).xpath("//section[@aria-labelledby='tell']")[0])
    assert "09608800-4e0c-431a-861a-7e04f58cbc41" in told
    assert not tree(sample.for_outcome("platform")).xpath("//section[@aria-labelledby='cascade']")


def test_same_document_same_bytes_and_timings_are_not_in_it(page: str) -> None:
    changed = copy.deepcopy(sample.document())
    changed["timings"] = {"read": 99.125, "total": 1234.5}
    assert render_html(changed) == page


def test_an_empty_document_still_renders() -> None:
    document = sample.for_outcome("not-enough")
    document.update(facts={}, unknown=[], unchecked=[], redactions={"count": 0, "kinds": {}})
    document["request"] = {"at": "2026-11-21T03:00:00Z", "symptom": None}
    document["coverage"] = {"sources": [], "gaps": [], "clock": {}, "files": [], "missing": []}
    document["verdict"].update(ask=[], reasons=[])
    told = words(tree(document))
    assert "The bundle tells no version." in told
    assert "No secret was found that had to be removed." in told


def test_the_report_stays_small(page: str) -> None:
    assert len(page) < 200_000
