"""What a control chart says of a point, in words."""

from __future__ import annotations

from jingan_analysis.language import mark

SIGNALS = {
    "none": mark("no signal"),
    "better": mark("better than chance explains"),
    "worse": mark("worse than chance explains"),
    "both": mark("signals both ways"),
    "z": mark("not due"),
}
