"""`python -m evaluation.charts FOLDER`: draw the charts that `charts.json` in the folder describes.

Runs in Rasa's environment, where Matplotlib is. Colours are those of Okabe and Ito, which remain
apart for the colour-blind; series differ in line and mark too.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

Panel = Mapping[str, Any]

_STYLES = (
    {"color": "#0072B2", "linestyle": "-", "marker": "o"},
    {"color": "#D55E00", "linestyle": "--", "marker": "s"},
    {"color": "#009E73", "linestyle": "-.", "marker": "^"},
)
_GREY = "#767676"
_COLUMNS = 3
_INCHES = (4.4, 4.0)
_DOTS_PER_INCH = 110


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw every chart beside `charts.json`; 0 when all are there."""
    import matplotlib

    matplotlib.use("Agg")
    [name] = sys.argv[1:] if arguments is None else arguments
    folder = Path(name)
    for chart in json.loads((folder / "charts.json").read_text(encoding="utf-8")):
        _draw(chart, folder / chart["file"])
    return 0


def _draw(chart: Mapping[str, Any], path: Path) -> None:
    from matplotlib import pyplot

    panels = chart["panels"]
    columns = min(_COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    figure, grid = pyplot.subplots(
        rows,
        columns,
        figsize=(_INCHES[0] * columns, _INCHES[1] * rows),
        squeeze=False,
        layout="constrained",
    )
    cells = [axes for line in grid for axes in line]
    for axes, panel in zip(cells, panels):  # noqa: B905  # empty cells remain
        _KINDS[chart["kind"]](axes, panel)
        axes.set_title(panel["title"], fontsize=11)
        axes.grid(color="#E4E4E4", linewidth=0.8)
        axes.set_axisbelow(True)
        if len(panel["series"]) > 1 or chart["kind"] == "reliability":
            axes.legend(fontsize=8, frameon=False, loc="upper left")
    for axes in cells[len(panels) :]:
        axes.set_visible(False)
    # Without the version of the program, so that the same figures give the same file.
    figure.savefig(path, dpi=_DOTS_PER_INCH, metadata={"Software": None})
    pyplot.close(figure)


def _reliability(axes: Any, panel: Panel) -> None:
    """Share right by stated confidence, with 95 % intervals; marks follow the messages in a bin."""
    axes.plot([0, 1], [0, 1], color=_GREY, linewidth=1, label="perfectly calibrated")
    for series, style in zip(panel["series"], _STYLES):  # noqa: B905  # few series
        bins = series["bins"]
        total = sum(each["count"] for each in bins) or 1
        x = [each["confidence"] for each in bins]
        y = [each["right"] for each in bins]
        lows, highs = zip(*(each["interval"] for each in bins)) if bins else ((), ())  # noqa: B905
        axes.vlines(x, lows, highs, color=style["color"], alpha=0.55, linewidth=1.4)
        axes.scatter(
            x,
            y,
            s=[22 + 260 * each["count"] / total for each in bins],
            color=style["color"],
            marker=style["marker"],
            alpha=0.8,
            zorder=3,
            clip_on=False,
        )
        axes.plot(
            [],
            [],
            color=style["color"],
            marker=style["marker"],
            linestyle="none",
            label=series["label"],
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xlabel("stated confidence")
    axes.set_ylabel("share right")


def _risk_coverage(axes: Any, panel: Panel) -> None:
    """What is wrong among the messages answered, as more and more are answered."""
    highest = 0.06
    for series, style in zip(panel["series"], _STYLES):  # noqa: B905  # few series
        x = [100 * value for value in series["coverage"]]
        y = [100 * value for value in series["risk"]]
        axes.plot(
            x,
            y,
            color=style["color"],
            linestyle=style["linestyle"],
            linewidth=1.8,
            label=series["label"],
        )
        # The first few messages are one mistake away from any risk; they set no scale.
        settled = [risk for coverage, risk in zip(x, y) if coverage >= 5]  # noqa: B905
        highest = max([highest, *settled])
    axes.axhline(5, color=_GREY, linewidth=1)
    axes.text(1, 5, " 5 % wrong", color=_GREY, fontsize=8, va="bottom")
    axes.set_xlim(0, 101)
    axes.set_ylim(0, 1.08 * max(highest, 6))
    axes.set_xlabel("messages answered, most confident first (%)")
    axes.set_ylabel("wrong among them (%)")


_KINDS: Mapping[str, Callable[[Any, Panel], None]] = {
    "reliability": _reliability,
    "risk_coverage": _risk_coverage,
}

if __name__ == "__main__":
    sys.exit(main())
