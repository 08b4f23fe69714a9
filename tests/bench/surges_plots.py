"""The pictures of docs/detection/surges.md, as small SVG files under docs/images. Drawn by `surges_scenario --plot`."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import polars as pl

IMAGES = Path(__file__).resolve().parents[2] / "docs/images"
WIDTH, HEIGHT, LEFT, FLOOR = 640, 260, 46, 214
INK, MUTED, FIRST, SECOND = "#1f2933", "#7b8794", "#2f6f9f", "#d9822b"


def draw(sizes: pl.DataFrame, targets: pl.DataFrame, neither: pl.DataFrame) -> None:
    """surges-power.svg, surges-delay.svg and surges-days.svg."""
    labels = [f"{size}" for size in sizes["size"]]
    share = [100 * found / planted for planted, found in sizes.select("planted", "found").iter_rows()]
    _save("surges-power", bars("Planted surges found, by requests (%)", labels, [share], ["found"], 100))
    delay = [value or 0.0 for value in sizes["delay"]]
    _save("surges-delay", bars("Minutes from onset to the decision, median", labels, [delay], ["minutes"]))
    days = _days(targets)
    total, other = _daily(targets, days), _daily(neither, days)
    planted = [a - b for a, b in zip(total, other, strict=True)]
    names = [f"{day:%-d %b}" if i % 5 == 0 else "" for i, day in enumerate(days)]
    _save("surges-days", bars("Surges of targets opened a day", names, [planted, other], ["planted", "others"]))


def _days(targets: pl.DataFrame) -> list[date]:
    first, last = targets["opened_at"].dt.date().sort().gather([0, -1]).to_list()
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def _daily(openings: pl.DataFrame, days: Sequence[date]) -> list[float]:
    counted = dict(openings.group_by(pl.col("opened_at").dt.date()).len().iter_rows())
    return [float(counted.get(day, 0)) for day in days]


def bars(
    title: str, labels: Sequence[str], stacks: Sequence[Sequence[float]], names: Sequence[str], top: float | None = None
) -> str:
    """A bar chart as SVG: one bar a label, the stacks on top of each other."""
    highest = top or max(sum(column) for column in zip(*stacks, strict=True)) or 1.0
    step, scale = (WIDTH - LEFT - 12) / len(labels), (FLOOR - 44) / highest
    parts = [_text(LEFT, 20, title, INK, 14, "start")]
    for share in (0, 0.5, 1):
        y = FLOOR - share * highest * scale
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - 8}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e4e7eb"/>')
        parts.append(_text(LEFT - 6, y + 4, f"{share * highest:.0f}", MUTED, 11, "end"))
    for i, label in enumerate(labels):
        base = float(FLOOR)
        for colour, stack in zip((FIRST, SECOND), stacks, strict=False):
            height = stack[i] * scale
            base -= height
            x = LEFT + i * step + step * 0.12
            parts.append(
                f'<rect x="{x:.1f}" y="{base:.1f}" width="{step * 0.76:.1f}" height="{height:.1f}" fill="{colour}"/>'
            )
        parts.append(_text(LEFT + (i + 0.5) * step, FLOOR + 18, label, MUTED, 11, "middle"))
    if len(stacks) > 1:
        for i, (colour, name) in enumerate(zip((FIRST, SECOND), names, strict=False)):
            parts.append(f'<rect x="{WIDTH - 170 + 84 * i}" y="11" width="10" height="10" fill="{colour}"/>')
            parts.append(_text(WIDTH - 156 + 84 * i, 20, name, MUTED, 11, "start"))
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>\n{body}\n</svg>\n'
    )


def _text(x: float, y: float, text: str, colour: str, size: int, anchor: str) -> str:
    style = f'font-family="sans-serif" font-size="{size}" fill="{colour}" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{text}</text>'


def _save(name: str, svg: str) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    (IMAGES / f"{name}.svg").write_text(svg, encoding="utf-8")
