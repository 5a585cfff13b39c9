"""The strip of the evidence: a line of steps on a logarithmic scale, with the promise's threshold."""

import math
from collections.abc import Sequence
from typing import Final

from siaga.ports.watch import EvidencePoint
from siaga.web.charts.axis import TimeAxis, frame
from siaga.web.charts.svg import escape

DECADES: Final = 6
"""Powers of ten above the threshold that are drawn; evidence beyond them runs along the top."""
TICKS: Final = 4
"""Labels of the evidence's axis, at most."""


def evidence_strip(
    top: int,
    height: int,
    axis: TimeAxis,
    evidence: Sequence[EvidencePoint],
    threshold: float,
    label: str,
    threshold_label: str,
) -> list[str]:
    """The strip. Evidence that is far above the threshold runs along the top."""
    bottom = top + height
    highest = math.log10(max([1.0, *(min(point.evidence, 1e30) for point in evidence)]))
    line = math.log10(max(threshold, 2.0))
    most = max(1.3 * line, min(highest, line + DECADES))

    def y(value: float) -> float:
        return bottom - height * min(1.0, max(0.0, math.log10(max(value, 1.0))) / most)

    right = axis.width - axis.right
    parts = [
        *frame(top, height, label, axis),
        *(
            f'<line class="grid" x1="{axis.left}" x2="{right}" y1="{y(10.0**power):.1f}" '
            f'y2="{y(10.0**power):.1f}"/><text class="tick" x="{axis.left - 5}" '
            f'y="{y(10.0**power) + 4:.1f}" text-anchor="end">{_power(power)}</text>'
            for power in _powers(most)
            if y(10.0**power) > top + 12
        ),
        f'<line class="threshold" x1="{axis.left}" x2="{right}" '
        f'y1="{y(threshold):.1f}" y2="{y(threshold):.1f}"/>',
        f'<text class="tick" x="{axis.left + 4}" y="{y(threshold) - 5:.1f}">{escape(threshold_label)}</text>',
        f'<text class="tick" x="{axis.left - 5}" y="{bottom}" text-anchor="end">1</text>',
    ]
    if highest > most:
        parts.append(
            f'<text class="tick" x="{axis.left - 5}" y="{top + 4}" text-anchor="end">'
            f"&gt;{_power(int(most))}</text>"
        )
    points = [(x, y(point.evidence)) for point in evidence if (x := axis.x_of(point.at)) is not None]
    if points:
        steps = [f"M{points[0][0]:.1f},{points[0][1]:.1f}"]
        steps += [f"H{x:.1f}V{level:.1f}" for x, level in points[1:]]
        parts.append(f'<path class="evidence" d="{"".join(steps)}"/>')
        parts.append(f'<circle class="newest" cx="{points[-1][0]:.1f}" cy="{points[-1][1]:.1f}" r="3"/>')
    return parts


def _powers(most: float) -> list[int]:
    """The powers of ten that the evidence's axis names, above 1."""
    step = max(1, math.ceil(most / TICKS))
    return list(range(step, int(most) + 1, step))


def _power(power: int) -> str:
    """`10`, `1000`, `10⁶`."""
    if power <= 3:
        return str(10**power)
    return "10" + "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(power))
