"""Parts of a movement add up to it, and each step's part is what that step does."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingan_analysis.reporting.movement import STEPS, Edition, changed_steps, read_cells, split

CELL = "cell-t-district-share"
OLD, NEW = Path("old"), Path("new")


def manifest(**other) -> dict:
    told = {
        "study": "s", "unit": None, "period": "2024-07", "options": {"a": 1}, "parameters": {"a": 1, "period": "2024-07"},
        "code_revision": "1", "software": {"python": "3"}, "inputs": {"f.csv": "1"},
        "claims": [{"where": "headline 1", "cell": CELL}, {"where": "note 1", "cell": "cell-t-district-other"}],
    }  # fmt: skip
    return told | other


def world(conditions, code: str, effects: dict[str, float]) -> dict[str, float]:
    """A number made of four effects, as a report would compute it under some conditions."""
    value = effects["code"] * (code == "2") + effects["parameters"] * (conditions[0] == 2)
    value += effects["revised"] * (conditions[1] == NEW) + effects["new"] * (conditions[2] == "2024-08")
    return {CELL: 100.0 + value}


def editions(effects: dict[str, float], steps: tuple[str, ...]):
    changes = {
        "code": {"code_revision": "2"},
        "parameters": {"options": {"a": 2}, "parameters": {"a": 2, "period": "2024-07"}},
        "revised": {"inputs": {"f.csv": "2"}},
        "new": {"period": "2024-08"},
    }
    told = manifest()
    for step in steps:
        told |= changes[step]
    told = told | {"parameters": told["parameters"] | {"period": told["period"]}}
    code = "2" if "code" in steps else "1"
    at = (told["options"]["a"], NEW if "revised" in steps else OLD, told["period"])
    old = Edition(manifest(), world((1, OLD, "2024-07"), "1", effects))
    new = Edition(told, world(at, code, effects))
    ran = []

    def run(conditions):
        ran.append(conditions)
        # Where the data did not change, the new folder holds the old data.
        data = conditions.district if "revised" in steps else OLD
        return world((conditions.options["a"], data, conditions.period), code, effects)

    return old, new, run, ran


EFFECTS = st.fixed_dictionaries({step: st.integers(-50, 50).map(float) for step in STEPS})


@given(EFFECTS, st.sets(st.sampled_from(STEPS)))
def test_every_part_is_the_effect_of_its_step(effects, chosen):
    steps = tuple(step for step in STEPS if step in chosen)
    old, new, run, ran = editions(effects, steps)
    change = split(old, new, run, district=NEW, old_district=OLD)
    assert change.steps == steps
    (movement,) = change.movements
    assert {part.steps: part.change for part in movement.parts} == {(step,): effects[step] for step in steps}
    assert sum(part.change for part in movement.parts) == movement.change
    assert len(ran) == max(len(steps) - 1, 0)


@given(EFFECTS, st.sets(st.sampled_from(STEPS)))
def test_without_the_old_data_what_cannot_be_told_apart_stays_together(effects, chosen):
    steps = tuple(step for step in STEPS if step in chosen | {"revised"})
    old, new, run, ran = editions(effects, steps)
    (movement,) = split(old, new, run, district=NEW).movements
    together = tuple(step for step in steps if step != "new")
    assert movement.parts[0].steps == together
    assert movement.parts[0].change == sum(effects[step] for step in together)
    assert all(conditions.district == NEW for conditions in ran)
    assert sum(part.change for part in movement.parts) == movement.change


def test_a_number_that_one_edition_lacks_has_no_movement():
    old, new, run, _ = editions(dict.fromkeys(STEPS, 1.0), ("new",))
    (movement,) = split(Edition(old.manifest, {}), new, run, district=NEW).movements
    assert (movement.before, movement.after, movement.change) == (None, 101.0, None)
    assert [part.change for part in movement.parts] == [None]


def test_a_number_of_either_headline_is_followed():
    old, new, run, _ = editions(dict.fromkeys(STEPS, 1.0), ("new",))
    other = Edition(new.manifest | {"claims": [{"where": "headline 1", "cell": "cell-t-other-share"}]}, new.cells)
    assert [each.cell for each in split(old, other, run, district=NEW).movements] == ["cell-t-other-share", CELL]


def test_nothing_changed_moves_nothing():
    old, _, run, _ = editions(dict.fromkeys(STEPS, 1.0), ())
    change = split(old, old, run, district=NEW)
    assert (change.steps, change.movements[0].change, change.movements[0].parts) == ((), 0.0, ())


def test_reports_on_different_things_are_not_compared():
    old, new, run, _ = editions(dict.fromkeys(STEPS, 1.0), ("new",))
    with pytest.raises(ValueError, match="different studies or units"):
        split(old, Edition(new.manifest | {"unit": "1"}, {}), run, district=NEW)


def test_libraries_count_as_code():
    assert changed_steps(manifest(), manifest(software={"python": "4"})) == ("code",)


def test_cells_are_the_numbers_of_all_tables(tmp_path):
    (tmp_path / "tables").mkdir()
    text = "row,label,share,share_mark,kind\ndistrict,All 7,0.5,,near\nnorth,North,,c,far\n"
    (tmp_path / "tables" / "t.csv").write_text(text, encoding="utf-8")
    assert read_cells(tmp_path) == {CELL: 0.5}
