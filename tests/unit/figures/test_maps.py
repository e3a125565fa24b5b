from __future__ import annotations

import math
import re
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from jingan_analysis.figures.cartography import LegendBlock, LegendEntry, SiteStyle, drawn_outlines, map_frame
from jingan_analysis.figures.map_labels import place_labels
from jingan_analysis.figures.maps import choropleth
from jingan_analysis.figures.point_map import DotStyle, dot_map
from jingan_analysis.figures.spreading import overlap


def percent(value):
    return f"{value * 100:.0f}%"


def values_of(units):
    return pd.Series([0.05 + 0.08 * number for number in range(len(units))], index=units.index)


def draw(units, names, **options):
    arguments = {
        "name": "map", "units": units, "values": values_of(units), "labels": dict(zip(units.index, names, strict=True)),
        "legend_title": "Share of residents aged 60 and over within reach of a canteen", "value_format": percent,
    }  # fmt: skip
    return choropleth(**{**arguments, **options})


def filled(svg, role):
    """Areas of a fill; legend swatches have an edge of none and five points as well, so they are counted too."""
    return [e for e in ET.fromstring(svg).iter() if e.get("fill", "").startswith(f"var(--{role},")]


def test_the_map_is_readable_and_names_every_unit(units, sites, names, assert_readable, texts_of):
    svg = draw(units, names, sites=sites, site_title="Sites", highlight="u03")
    assert_readable(svg)
    written = "".join(text.text for text in texts_of(svg)).replace(" ", "")
    for name in names:
        assert name.replace(" ", "") in written, name


def test_a_wide_map_has_its_legend_below(units, names, assert_readable):
    wide = units.set_geometry(units.affine_transform([0, 1, -1, 0, 0, 0]))
    svg = draw(wide, names)
    assert_readable(svg)
    assert not map_frame(wide, []).beside and map_frame(units, []).beside


def test_every_unit_is_drawn_in_the_class_of_its_value_and_unknown_is_hatched(units, names):
    values = values_of(units)
    values["u00"] = math.nan
    values = values.drop("u01")
    svg = draw(units, names, values=values, breaks=[0, 0.5, 1])
    # 10 units with a value and one swatch a class; 2 hatched units and their swatch.
    assert len(filled(svg, "ramp-1")) + len(filled(svg, "ramp-5")) == 10 + 2
    assert svg.count('fill="url(#map-') == 2 + 1


def test_what_only_explains_the_map_says_so(units, names, sites):
    svg = draw(units, names, sites=sites, site_title="Sites")
    key = [group for group in ET.fromstring(svg).iter() if group.get("data-part") == "key"]
    swatches = {shape.get("fill", "").split(",")[0] for group in key for shape in group.iter()}
    assert {f"var(--ramp-{number}" for number in range(1, 6)} <= swatches
    assert not [shape for group in key for shape in group.iter() if shape.get("data-unit") or shape.get("data-site")]
    assert not [shape for group in key for shape in group.iter("text")]


def test_zero_is_a_value_and_not_missing(units, names):
    svg = draw(units, names, values=pd.Series(0.0, index=units.index))
    assert "url(#map-" not in svg
    assert "not available" not in svg


def test_a_map_of_missing_values_only_is_drawn_and_says_so(units, names):
    svg = draw(units, names, values=pd.Series(math.nan, index=units.index))
    assert svg.count('fill="url(#map-') == 12 + 1
    assert "not available" in svg


def test_sites_on_the_map_are_marked_and_those_beyond_its_edge_left_out(units, sites, names):
    svg = draw(units, names, sites=sites, site_styles={"canteen": SiteStyle("Canteens"), "unused": SiteStyle("Never")})
    assert "Canteens" in svg and "Never" not in svg and ">centre<" in svg
    # Three canteens on the map and one in the legend; the fifth lies 45 km to the east.
    marker = re.compile(r'fill="var\(--series-4, #f46a25\)"')
    assert len(marker.findall(svg)) == 3 + 1


def test_the_scale_bar_has_the_length_it_says(units, names, texts_of):
    svg = draw(units, names)
    km = float(next(text.text for text in texts_of(svg) if text.text.endswith(" km")).removesuffix(" km"))
    bars = [e.attrib["d"] for e in ET.fromstring(svg).iter() if e.get("stroke-width") == "1.5" and e.get("d")]
    (x0, _), (x1, _) = (map(float, point.split()) for point in bars[0].removeprefix("M").split("L"))
    assert x1 - x0 == pytest.approx(km * 1000 * map_frame(units, []).scale, abs=0.2)


def test_the_legend_prints_ranges_from_the_highest_down(units, names, texts_of):
    svg = draw(units, names, breaks=[0, 0.5, 1])
    assert [text.text for text in texts_of(svg) if " to " in text.text] == ["50% to 100%", "0% to 50%"]


def test_degrees_are_refused(units, names):
    with pytest.raises(ValueError, match="project them to the district's metric CRS"):
        draw(units.to_crs(4326), names)


def test_unknown_codes_are_refused(units, names):
    with pytest.raises(ValueError, match="no unit has the code 'u99'"):
        draw(units, names, highlight="u99")
    with pytest.raises(ValueError, match="no unit has the code 'zz'"):
        draw(units, names, values=pd.Series({"zz": 1.0}))


def test_the_callers_tables_stay_as_they_were(units, sites, names):
    before = units.copy(), sites.copy()
    draw(units, names, sites=sites)
    assert units.equals(before[0]) and sites.equals(before[1])


def test_context_is_drawn_inside_the_district_only(units, names):
    x0, y0, x1, y1 = units.total_bounds
    across = shapely.LineString([(x0 - 9000, (y0 + y1) / 2), (x1 + 9000, (y0 + y1) / 2)])
    context = gpd.GeoDataFrame({"kind": ["water"]}, geometry=[across], crs=units.crs)
    svg = draw(units, names, context_lines=context)
    (water,) = [e for e in ET.fromstring(svg).iter() if "water" in e.get("stroke", "")]
    xs = [float(point.split()[0]) for point in water.attrib["d"].removeprefix("M").split("L")]
    frame = map_frame(units, [LegendBlock("", (LegendEntry("x"),))])
    assert min(xs) == pytest.approx(frame.at(x0, y0)[0], abs=0.1)
    assert max(xs) == pytest.approx(frame.at(x1, y0)[0], abs=0.1)


def test_names_lie_apart_and_a_tiny_unit_gets_a_leader():
    tiny = shapely.box(0, 0, 80, 80)
    around = shapely.box(-3000, -3000, 3000, 6000).difference(tiny)
    units = gpd.GeoDataFrame(index=["tiny", "around"], geometry=[tiny, around], crs=4549)
    frame = map_frame(units, [])
    placed = place_labels(dict(units.geometry), {"tiny": "Second Long Bridge Road", "around": "Around"}, frame)
    assert [label.anchor is not None for label in placed] == [True, False]
    assert not overlap(placed[0].box, placed[1].box)
    assert placed[0].anchor == pytest.approx(frame.at(40, 40), abs=0.5)


def test_a_name_moves_aside_for_a_site():
    units = gpd.GeoDataFrame(index=["a"], geometry=[shapely.box(0, 0, 5000, 6000)], crs=4549)
    frame = map_frame(units, [])
    free = place_labels(dict(units.geometry), {"a": "Mill"}, frame)[0]
    x, y = free.centre
    site = (x - 4, y - 4, x + 4, y + 4)
    moved = place_labels(dict(units.geometry), {"a": "Mill"}, frame, obstacles=[site])[0]
    assert overlap(free.box, site) and not overlap(moved.box, site)


STYLES = {"5": DotStyle("within 5 minutes"), "10": DotStyle("5 to 10 minutes"), "far": DotStyle("farther")}


def some_points(units, count):
    x0, y0, x1, y1 = units.total_bounds
    steps = np.arange(count)
    return pd.DataFrame(
        {
            "x_m": x0 + (steps * 0.754877) % 1 * (x1 - x0),
            "y_m": y0 + (steps * 0.569840) % 1 * (y1 - y0),
            "category": np.array(["5", "10", "far"])[steps % 3],
        }
    )


def dots_in(svg):
    return {
        e.attrib["stroke"]: e.attrib["d"].count("h0")
        for e in ET.fromstring(svg).iter()
        if e.get("stroke-linecap") == "round" and "h0" in e.get("d", "")
    }


def test_every_point_is_a_dot_of_its_class(units, sites, names, assert_readable):
    points = some_points(units, 300)
    points.loc[300] = (999999.0, 3456000.0, "5")
    svg = dot_map(
        name="dots", units=units, points=points, category_styles=STYLES, sites=sites, legend_title="Walk to a canteen",
        labels=dict(zip(units.index, names, strict=True)), highlight="u03",
    )  # fmt: skip
    assert_readable(svg)
    assert list(dots_in(svg).values()) == [100, 100, 100], "the point beyond the edge is left out"


def test_ten_thousand_points_stay_below_400_kilobytes(units):
    svg = dot_map(name="dots", units=units, points=some_points(units, 10_000), category_styles=STYLES)
    assert sum(dots_in(svg).values()) == 10_000
    assert len(svg.encode()) < 200_000


def test_a_category_without_a_style_is_refused(units):
    with pytest.raises(ValueError, match="category '10' has no style; styles: 5, far"):
        dot_map(
            name="d", units=units, points=some_points(units, 9), category_styles={k: STYLES[k] for k in ("5", "far")}
        )


def test_more_categories_than_colours_are_refused(units):
    styles = {str(number): DotStyle("x") for number in range(8)}
    with pytest.raises(ValueError, match="6 have one by default"):
        dot_map(name="d", units=units, points=some_points(units, 0), category_styles=styles)


def hooks(svg, name):
    return [e.attrib[f"data-{name}"] for e in ET.fromstring(svg).iter() if f"data-{name}" in e.attrib]


def test_every_unit_and_site_tells_a_script_what_it_is(units, sites, names):
    told = sites.assign(row=[f"canteens {number}" for number in range(len(sites))], label='Mill <&> "House"')
    values = values_of(units).rename("share")
    svg = draw(units, names, values=values, sites=told, site_styles={"canteen": SiteStyle("Canteens")})
    assert hooks(svg, "unit") == list(units.index)
    assert hooks(svg, "column") == ["share"]
    # The fifth site lies beyond the edge; sites are drawn kind by kind.
    assert hooks(svg, "site") == ["canteens 0", "canteens 1", "canteens 3", "canteens 2"]
    assert hooks(svg, "kind") == ["Canteens"] * 3 + ["centre"]
    assert set(hooks(svg, "label")) == {*names, 'Mill <&> "House"'}


def test_the_outline_of_a_unit_is_the_hook_itself(units, names):
    for svg in (draw(units, names), dot_map(name="d", units=units, points=some_points(units, 9), category_styles=STYLES,
                                            unit_table="by_unit")):  # fmt: skip
        groups = [e for e in ET.fromstring(svg).iter() if "data-unit" in e.attrib]
        assert [len(group) for group in groups] == [1] * len(units)
        assert all(group[0].attrib["d"] for group in groups)
    assert hooks(svg, "table") == ["by_unit"]


def test_a_site_without_a_name_tells_its_kind_alone(units, sites, names):
    svg = draw(units, names, sites=sites)
    assert hooks(svg, "site") == []
    assert len(hooks(svg, "kind")) == 4


@pytest.mark.parametrize(
    "text", ['"><script>alert(1)</script>', "' onload='x", "a\x00b\x1b", "</svg>", "]]>", "静\u202e"]
)
def test_a_hostile_name_stays_the_value_of_an_attribute(units, sites, text):
    labels = dict.fromkeys(units.index, "x")
    svg = draw(units, ["x"] * len(units), labels=labels, sites=sites.assign(label=text, row=f"t {text}"))
    assert set(hooks(svg, "label")) == {"x", "".join(filter(str.isprintable, text))}
    assert "<script" not in svg
    tags = {e.tag.rpartition("}")[2] for e in ET.fromstring(svg).iter()}
    assert tags <= {"svg", "g", "path", "use", "defs", "text", "pattern", "rect", "clipPath"}


def test_borders_that_units_share_stay_shared_when_they_are_simplified(units):
    # Every border bends at a hundred places that no reader could tell apart.
    bent = shapely.segmentize(list(units.geometry), 20.0)
    wavy = shapely.transform(bent, lambda xy: np.round(xy + np.sin(xy[:, ::-1] / 37), 3))
    assert shapely.coverage_is_valid(wavy)
    outlines = drawn_outlines(units.set_geometry(gpd.GeoSeries(wavy, units.index, crs=units.crs)), map_frame(units, []))
    before, after = (shapely.get_num_coordinates(np.array(shapes)).sum() for shapes in (wavy, list(outlines.values())))
    assert after < before / 4
    assert shapely.coverage_is_valid(list(outlines.values()))
