"""A font reduced to the glyphs that a page shows."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fontTools.ttLib import TTFont


def woff2_subset(
    font: TTFont, characters: Iterable[str], *, drop_tables: Sequence[str], layout_features: Sequence[str] = ()
) -> bytes:
    """A font as WOFF2 with just the glyphs of some characters and its licence; same characters, same bytes.

    A subset of a subset is the same bytes as the subset of the whole font, and takes a fraction of the time.

    Parameters
    ----------
    font
        Closed afterwards.
    drop_tables
        Tables that pages and figures do not need.
    layout_features
        OpenType features that stay.
    """
    return _subset(font, characters, drop_tables, layout_features, flavor="woff2")


def reduced(
    font: TTFont, characters: Iterable[str], *, drop_tables: Sequence[str], layout_features: Sequence[str] = ()
) -> bytes:
    """The same, not compressed, to take further subsets from."""
    return _subset(font, characters, drop_tables, layout_features, flavor=None)


def _subset(
    font: TTFont,
    characters: Iterable[str],
    drop_tables: Sequence[str],
    layout_features: Sequence[str],
    *,
    flavor: Literal["woff2"] | None,
) -> bytes:
    from fontTools import subset  # only needed when something is published

    options = subset.Options(
        flavor=flavor, hinting=False, layout_features=list(layout_features), name_IDs=[0, 13, 14],
        notdef_outline=True, drop_tables=list(drop_tables), legacy_kern=False,
    )  # fmt: skip
    with font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=sorted(set(map(ord, characters))))
        subsetter.subset(font)
        out = io.BytesIO()
        font.flavor = flavor
        font.save(out)
        return out.getvalue()
