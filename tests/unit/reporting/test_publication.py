"""Editions, the one step that moves latest and index, retention, leftovers, several runs at once."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import time

import pytest
from faults import forked
from filelock import FileLock
from reports_folder import DISTRICT, UNIT, build, faults_of, generations, index, links, publish_text, seen, tree

from jingan_analysis.errors import InvalidParameter, PublicationRefused, ReportBusy
from jingan_analysis.intake.parameters import parameter
from jingan_analysis.reporting import editions
from jingan_analysis.reporting.disk import point, remove_empty, write_synced
from jingan_analysis.reporting.editions import content, edition_names, read_edition, refuse_reserved_name
from jingan_analysis.reporting.generations import current_editions, recover, replace_site
from jingan_analysis.reporting.holding import holding
from jingan_analysis.reporting.publication import WORK, publish, publishing, sweep, working_folder

ELSEWHERE = "demo/other/2024-08"


def _latest(out, address=DISTRICT):
    return (out / address / "latest" / "report.html").read_text()


def test_an_edition_is_published_with_what_it_tells_of_itself(tmp_path):
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    name, unchanged = publish_text(tmp_path, "one")
    assert not unchanged
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{8}", name)
    folder = tmp_path / DISTRICT / name
    assert set(tree(folder)) == {"edition.json", "manifest.json", "report.html", "zh", "zh/report.html"}
    told = json.loads((folder / "edition.json").read_text())
    assert (told["edition"], told["previous"]) == (name, None)
    assert told["files"] == content(folder)
    assert set(told["files"]) == {"manifest.json", "report.html", "zh/report.html"}
    assert before <= dt.datetime.fromisoformat(told["published"]) <= dt.datetime.now(dt.UTC)
    assert links(tmp_path) == [f"{DISTRICT}/{name}/report.html"]
    assert _latest(tmp_path) == "one"


def test_a_new_edition_leaves_the_old_one_as_it_is(tmp_path):
    first = publish_text(tmp_path, "one").edition
    before = tree(tmp_path / DISTRICT / first)
    second = publish_text(tmp_path, "two").edition
    assert tree(tmp_path / DISTRICT / first) == before
    assert read_edition(tmp_path / DISTRICT / second).previous == first
    assert _latest(tmp_path) == "two"
    assert links(tmp_path) == [f"{DISTRICT}/{second}/report.html"]
    assert (tmp_path / DISTRICT / "latest").resolve() == (tmp_path / DISTRICT / second).resolve()


def test_everything_moves_with_one_link(tmp_path):
    """Index and latest are reached through one link: nothing else that a reader sees changes between editions."""
    publish_text(tmp_path, "one")
    before = {name: kept for name, kept in tree(tmp_path).items() if not name.startswith((".site/", WORK))}
    publish_text(tmp_path, "two")
    after = tree(tmp_path)
    changed = {name for name in before if after[name] != before[name]}
    assert changed == set()
    assert before[f"{DISTRICT}/latest"].startswith("../../../.site/current/")
    for file in ("index.html", "index.zh.html", "index.ja.html"):
        assert (tmp_path / file).readlink().as_posix() == f".site/current/{file}"


def test_the_same_content_makes_no_new_edition(tmp_path):
    first = publish_text(tmp_path, "one")
    before = seen(tmp_path), generations(tmp_path)
    again = publish_text(tmp_path, "one")
    assert again == (first.edition, True)
    assert (seen(tmp_path), generations(tmp_path)) == before
    assert publish_text(tmp_path, "two").unchanged is False
    assert publish_text(tmp_path, "one").unchanged is False  # as an earlier one, not as the current one


def test_a_spoilt_edition_is_not_taken_for_the_same(tmp_path):
    first = publish_text(tmp_path, "one").edition
    (tmp_path / DISTRICT / first / "zh" / "report.html").write_text("another")
    assert publish_text(tmp_path, "one").unchanged is False
    assert faults_of(tmp_path) == []


def test_editions_sort_by_publication_even_if_the_clock_goes_back(tmp_path, monkeypatch):
    times = iter(dt.datetime(2024, 8, 1, 12, 0, second, tzinfo=dt.UTC) for second in (30, 30, 10))
    monkeypatch.setattr(editions, "_now", lambda: next(times))
    published = [publish_text(tmp_path, text, kept=5).edition for text in ("one", "two", "one")]
    assert edition_names(tmp_path / DISTRICT) == published
    assert [name[:16] for name in published] == ["20240801T120030Z", "20240801T120031Z", "20240801T120032Z"]
    assert read_edition(tmp_path / DISTRICT / published[2]).published == "2024-08-01T12:00:10+00:00"


def test_units_and_editions_stand_beside_each_other(tmp_path):
    publish_text(tmp_path, "district", kept=1)
    unit = publish_text(tmp_path, "unit", UNIT).edition
    for text in ("two", "three", "four"):
        publish_text(tmp_path, text, kept=1)
    assert current_editions(tmp_path)[UNIT] == unit
    assert _latest(tmp_path, UNIT) == "unit"
    assert len(edition_names(tmp_path / DISTRICT)) == 2
    assert (tmp_path / UNIT / "latest" / "zh" / "report.html").read_text() == "zh unit"


@pytest.mark.parametrize("name", ["latest", "20241125T203012Z-1a2b3c4d"])
def test_a_unit_cannot_be_named_like_an_edition(name):
    with pytest.raises(InvalidParameter, match=f"unit='{name}' is how editions are named"):
        refuse_reserved_name(name)


def test_other_unit_names_are_fine():
    for name in ("310", "310106", "latest-2", "20241125T203012Z", "x20241125T203012Z-1a2b3c4d"):
        refuse_reserved_name(name)


def test_retention_keeps_the_newest_and_what_an_index_leads_to(tmp_path):
    published = [publish_text(tmp_path, str(number), kept=3).edition for number in range(6)]
    assert edition_names(tmp_path / DISTRICT) == published[-3:]
    publish_text(tmp_path, "6", kept=1)  # never the current one, nor the one before
    assert edition_names(tmp_path / DISTRICT)[0] == published[-1]
    assert len(edition_names(tmp_path / DISTRICT)) == 2


def test_the_parameter_says_how_many_editions_are_kept(tmp_path):
    kept = int(parameter("editions_kept").value)
    for number in range(kept + 2):
        publish_text(tmp_path, str(number), kept=None)
    assert len(edition_names(tmp_path / DISTRICT)) == kept


def test_a_spoilt_description_of_an_edition_hinders_no_publication(tmp_path):
    first = publish_text(tmp_path, "one").edition
    (tmp_path / DISTRICT / first / "edition.json").write_text("{")
    publish_text(tmp_path, "two")
    assert _latest(tmp_path) == "two"


def test_an_edition_that_somebody_removed_is_not_listed(tmp_path):
    publish_text(tmp_path, "one")
    publish_text(tmp_path, "unit", UNIT)
    gone = publish_text(tmp_path, "other", ELSEWHERE).edition
    remove = tmp_path / ELSEWHERE / gone
    remove.rename(tmp_path / "away")
    publish_text(tmp_path, "two")
    assert [link.rpartition("/")[0].rpartition("/")[0] for link in links(tmp_path)] == [DISTRICT, UNIT]


def test_a_report_of_the_older_layout_stays_and_is_not_listed(tmp_path):
    old = tmp_path / DISTRICT
    (old / "tables").mkdir(parents=True)
    (old / "report.html").write_text("older")
    (tmp_path / "index.html").write_text("older index")
    publish_text(tmp_path, "other", ELSEWHERE)
    assert [link.split("/")[1] for link in links(tmp_path)] == ["other"]
    assert (old / "report.html").read_text() == "older"
    assert (tmp_path / "index.html").is_symlink()
    publish_text(tmp_path, "new")
    assert _latest(tmp_path) == "new"
    assert (old / "report.html").read_text() == "older"
    assert len(links(tmp_path)) == 2


def test_links_that_were_lost_are_made_again(tmp_path):
    publish_text(tmp_path, "one")
    (tmp_path / "index.html").unlink()
    (tmp_path / "index.html").write_text("a copy")
    (tmp_path / DISTRICT / "latest").unlink()
    (tmp_path / DISTRICT / "latest").symlink_to("nowhere")
    publish_text(tmp_path, "two")
    assert _latest(tmp_path) == "two"
    assert faults_of(tmp_path) == []


def test_a_folder_where_the_link_should_be_is_not_touched(tmp_path):
    publish_text(tmp_path, "one")
    before = links(tmp_path)
    latest = tmp_path / DISTRICT / "latest"
    latest.unlink()
    latest.mkdir()
    (latest / "report.html").write_text("a copy")
    with pytest.raises(PublicationRefused, match=r"latest in 2024-08 is a folder and should be a link"):
        publish_text(tmp_path, "two")
    assert (links(tmp_path), _latest(tmp_path)) == (before, "a copy")
    assert len(edition_names(tmp_path / DISTRICT)) == 1


def test_an_index_that_cannot_be_made_publishes_nothing(tmp_path):
    publish_text(tmp_path, "one")
    before = tree(tmp_path)
    built = build(tmp_path / "built", "two")
    with pytest.raises(ZeroDivisionError), publishing(tmp_path):
        publish(built, tmp_path / DISTRICT, out=tmp_path, index=lambda out, editions: str(1 / 0))
    assert tree(tmp_path) == before


def test_half_a_line_about_an_arriving_edition_removes_nothing(tmp_path):
    """A run killed while it wrote down what it brings had not brought it yet; half a path names a whole district."""
    publish_text(tmp_path, "one")
    publish_text(tmp_path, "unit", UNIT)
    before = seen(tmp_path)
    name = edition_names(tmp_path / DISTRICT)[0]
    for half in ("demo", "demo\n", f"{DISTRICT}/{name}", f"../{tmp_path.name}/{DISTRICT}/{name}\n", f"/{name}\n", ""):
        generation = tmp_path / ".site" / "3"
        generation.mkdir()
        write_synced(generation / "arriving", half.encode())
        with publishing(tmp_path):
            pass
        assert not generation.exists()
        assert seen(tmp_path) == before


# --- going on while others read and write ---------------------------------------------------------------------------


def test_an_index_that_was_read_can_be_followed_until_its_editions_are_pruned(tmp_path):
    publish_text(tmp_path, "0", kept=3)
    read = links(tmp_path)
    for number in range(1, 3):
        publish_text(tmp_path, str(number), kept=3)
        assert all((tmp_path / link).is_file() for link in read)
    publish_text(tmp_path, "3", kept=3)
    assert not any((tmp_path / link).is_file() for link in read)


@pytest.mark.skipif(os.name != "posix", reason="processes of POSIX systems")
def test_a_reader_never_misses_a_page_while_editions_come_and_go(tmp_path):
    """It may be outpaced: an edition may go once as many newer ones are there as are kept."""
    kept = 5
    publish_text(tmp_path, "0", kept=kept)
    child = forked(lambda: [publish_text(tmp_path, str(number), kept=kept) for number in range(1, 51)])
    followed, outpaced, missed = set(), 0, []
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        link = links(tmp_path)[0]
        try:
            page, second = tmp_path / link, (tmp_path / link).parent / "zh" / "report.html"
            number = page.read_text()
            assert second.read_text() == f"zh {number}"
            assert int(_latest(tmp_path)) >= int(number)
            followed.add(int(number))
        except FileNotFoundError as error:
            since = [name for name in edition_names(tmp_path / DISTRICT) if name > link.split("/")[-2]]
            outpaced += len(since) >= kept
            missed += [] if len(since) >= kept else [error]
        if ended:
            break
    assert status == 0
    assert missed == []
    assert len(followed) > 10, f"outpaced {outpaced} times"
    assert max(followed) == 50
    assert len(edition_names(tmp_path / DISTRICT)) == kept


@pytest.mark.skipif(os.name != "posix", reason="processes of POSIX systems")
@pytest.mark.parametrize("other", [DISTRICT, UNIT, ELSEWHERE], ids=["one report", "a unit's report", "two reports"])
def test_two_runs_that_publish_at_once_both_get_through(tmp_path, other):
    def run(address, name):
        for number in range(10):
            with working_folder(tmp_path) as folder, publishing(tmp_path):
                built = build(folder / "report", f"{name} {number}")
                publish(built, tmp_path / address, out=tmp_path, index=index, kept=100)

    runs = [forked(lambda: run(DISTRICT, "a")), forked(lambda: run(other, "b"))]
    for child in runs:
        assert os.waitpid(child, 0)[1] == 0
    assert faults_of(tmp_path) == []
    assert {link.rsplit("/", 2)[0] for link in links(tmp_path)} == {DISTRICT, other}
    assert _latest(tmp_path) in {"a 9", "b 9"}
    assert sum(len(edition_names(tmp_path / address)) for address in {DISTRICT, other}) == 20
    chain = edition_names(tmp_path / DISTRICT)
    assert [read_edition(tmp_path / DISTRICT / name).previous for name in chain] == [None, *chain[:-1]]


# --- who holds a report ----------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="locks of POSIX systems")
def test_a_note_of_a_dead_holder_is_not_believed_even_if_its_number_is_in_use_again(tmp_path):
    held = tmp_path / WORK / "held"
    held.mkdir(parents=True)
    note = held / "demo+sample+2024-08.json"
    note.write_text(json.dumps({"process": os.getpid(), "host": "here", "since": "2024-01-01"}))
    # Somebody holds the report and has not yet said so: the moment in which the old note could mislead.
    with (
        FileLock(note.with_suffix(".lock")),
        pytest.raises(ReportBusy, match=r"is being made by another run; wait for that run"),
        holding(tmp_path, tmp_path / DISTRICT),
    ):
        pass
    with (
        holding(tmp_path, tmp_path / DISTRICT),
        pytest.raises(ReportBusy, match=rf"by process {os.getpid()} on .+ since 2"),
        holding(tmp_path, tmp_path / DISTRICT),
    ):
        pass
    assert [path.name for path in held.iterdir()] == ["demo+sample+2024-08.lock"]


@pytest.mark.skipif(os.name != "posix", reason="locks of POSIX systems")
def test_a_killed_holder_leaves_a_note_that_nobody_believes(tmp_path):
    def hold():
        with holding(tmp_path, tmp_path / DISTRICT):
            time.sleep(60)

    child = forked(hold)
    note = tmp_path / WORK / "held" / "demo+sample+2024-08.json"
    while not note.exists():
        time.sleep(0.01)
    with pytest.raises(ReportBusy, match=f"process {child} "), holding(tmp_path, tmp_path / DISTRICT):
        pass
    os.kill(child, 9)
    os.waitpid(child, 0)
    assert note.exists()
    with (
        FileLock(note.with_suffix(".lock")),
        pytest.raises(ReportBusy, match="made by another run"),
        holding(tmp_path, tmp_path / DISTRICT),
    ):
        pass
    with holding(tmp_path, tmp_path / DISTRICT):
        assert f'"process": {os.getpid()}' in note.read_text()


# --- working folders and the disk ------------------------------------------------------------------------------------


def test_a_working_folder_is_empty_and_goes_with_the_run(tmp_path):
    with working_folder(tmp_path) as folder:
        assert list(folder.iterdir()) == []
        (folder / "big").mkdir()
    assert list((tmp_path / WORK).iterdir()) == []


def test_a_working_folder_goes_with_a_failed_run(tmp_path):
    with pytest.raises(RuntimeError, match="failed"), working_folder(tmp_path):
        raise RuntimeError("failed")
    assert list((tmp_path / WORK).iterdir()) == []


def test_leftovers_of_dead_runs_are_swept_and_living_runs_are_not(tmp_path):
    work = tmp_path / WORK
    (work / "run-dead").mkdir(parents=True)
    (work / "run-alive").mkdir()
    (work / "run-died-early.lock").touch()
    with FileLock(work / "run-alive.lock"):
        sweep(work)
        assert (work / "run-alive").is_dir()
        assert not (work / "run-dead").exists()
        assert not (work / "run-died-early.lock").exists()
    sweep(work)
    assert not (work / "run-alive").exists()


def test_a_file_is_written_whole_though_the_system_takes_it_in_pieces(tmp_path, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:3]))
    write_synced(tmp_path / "file", b"0123456789")
    assert (tmp_path / "file").read_bytes() == b"0123456789"
    with pytest.raises(FileExistsError):
        write_synced(tmp_path / "file", b"again")


def test_a_link_is_replaced_in_one_step(tmp_path):
    link = tmp_path / "link"
    point(link, "one")
    (tmp_path / ".link.new").symlink_to("left by a killed run")
    point(link, "two")
    assert link.readlink().as_posix() == "two"
    assert [path.name for path in tmp_path.iterdir()] == ["link"]


def test_only_empty_folders_are_removed(tmp_path):
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    (tmp_path / "a" / "kept").touch()
    remove_empty(tmp_path / "a" / "b" / "c", below=tmp_path)
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["kept"]
    (tmp_path / "a" / "kept").unlink()
    remove_empty(tmp_path / "a", below=tmp_path)
    assert tmp_path.is_dir()


def test_a_step_to_the_same_editions_changes_nothing_that_is_seen(tmp_path):
    publish_text(tmp_path, "one")
    before = seen(tmp_path)
    with publishing(tmp_path):
        replace_site(tmp_path, current_editions(tmp_path), index)
        recover(tmp_path)
    assert seen(tmp_path) == before
    assert generations(tmp_path) == ["1", "2", "current"]
