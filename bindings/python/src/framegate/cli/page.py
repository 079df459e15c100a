"""`--report`: one page that shows how a run went, drawn by Bokeh.

Bokeh, since a page that carries its script has 1.7 MB; with Plotly it has 4.9 MB.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any, Final

from ..errors import InvalidArgumentError, NotSupportedError
from ..transcoding.output_file import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ..transcoding.watch import Sample, Watch

    Values = Callable[["Lane"], Iterator[tuple[float, float]]]

_MB: Final = 1e6
_WIDTH: Final = 1050
_FRAME: Final = 700
"""What is drawn in; axes and names are beside it."""
_HEIGHT: Final = 220
_SHORTEST_S: Final = 0.05
"""Between samples, for how fast something was."""
_COLORS: Final = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#8c564b", "#e377c2", "#17becf")
"""One a process."""
_DASHES: Final = ("solid", "dashed", "dotted", "dotdash")
"""One a codec."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A run, or one segment of it."""

    process: str
    name: str
    began: float
    """Seconds since 1970."""
    seconds: float
    watch: Watch
    most_memory: int | None = None
    """Bytes that the process should have at the most; None: nobody said."""
    is_sound: bool = False
    """Of a track beside the pictures."""

    @property
    def ended(self) -> float:
        """Seconds since 1970."""
        return self.began + self.seconds


def check(path: str) -> None:
    """NotSupportedError: Bokeh is not installed. InvalidArgumentError: the name is that of no page."""
    try:
        import bokeh  # noqa: F401
    except ModuleNotFoundError as error:
        raise NotSupportedError("--report is drawn by Bokeh: pip install 'framegate[report]'") from error
    if not path.lower().endswith((".html", ".htm")):
        raise InvalidArgumentError(f"--report is {path}, it must end in .html")


def write(path: str, title: str, lanes: Sequence[Lane]) -> None:
    """The page. InputOutputError."""
    from bokeh.embed import file_html
    from bokeh.layouts import column
    from bokeh.models.widgets.markups import Div
    from bokeh.resources import INLINE

    start = min((lane.began for lane in lanes), default=0.0)
    drawn = [
        Div(text=_text(title, lanes), width=_WIDTH),
        _gates(lanes, start),
        _memory(lanes, start),
        _lines("Frames a second of each process", "frames/s", lanes, start, _speed),
        _lines("Bitrate of what came out, by the timestamps", "kbit/s", lanes, start, _bitrate),
        _segments(lanes, start),
    ]
    html = file_html(column(*drawn), INLINE, title)
    with replacing(path) as made, open(made, "w", encoding="utf-8") as file:
        file.write(html)


def _text(title: str, lanes: Sequence[Lane]) -> str:
    pictures = [lane for lane in lanes if not lane.is_sound]
    frames, size = sum(lane.watch.frames for lane in pictures), sum(lane.watch.bytes for lane in pictures)
    began = min((lane.began for lane in lanes), default=0.0)
    seconds = max(max((lane.ended for lane in lanes), default=0.0) - began, 1e-9)
    said = f"{frames} frames, {size / _MB:.1f} MB in {seconds:.2f} s: {frames / seconds:.1f} a second"
    return f"<h2>{escape(title)}</h2><p>{said}. Processes: {len(_processes(lanes))}.</p>"


def _processes(lanes: Sequence[Lane]) -> list[str]:
    return list(dict.fromkeys(lane.process for lane in lanes))


def _color(number: int) -> str:
    return _COLORS[number % len(_COLORS)]


def _plot(title: str, y: str, **more: Any) -> Any:
    from bokeh import plotting

    figure: Any = plotting.figure
    sides = {"width": _WIDTH, "height": _HEIGHT, "frame_width": _FRAME}
    return figure(title=title, x_axis_label="seconds", y_axis_label=y, toolbar_location=None, **sides, **more)


def _finished(plot: Any) -> Any:
    """With its names beside it, and from 0 on."""
    plot.y_range.start = 0
    for legend in plot.legend:
        plot.add_layout(legend, "right")
        legend.label_text_font_size = "8pt"
    return plot


def _lines(title: str, y: str, lanes: Sequence[Lane], start: float, values: Values) -> Any:
    """A line a process."""
    plot = _plot(title, y)
    for number, process in enumerate(_processes(lanes)):
        of = [lane for lane in lanes if lane.process == process]
        _line(plot, of, start, values, color=_color(number), legend_label=process)
    return _finished(plot)


def _line(plot: Any, lanes: Sequence[Lane], start: float, values: Values, **look: str) -> None:
    """Of all lanes, with a gap between them."""
    xs: list[float] = []
    ys: list[float] = []
    for lane in lanes:
        for at, value in values(lane):
            xs.append(at - start)
            ys.append(value)
        xs.append(lane.ended - start)
        ys.append(float("nan"))
    plot.line(xs, ys, line_width=1.5, **look)


def _gates(lanes: Sequence[Lane], start: float) -> Any:
    plot = _plot("In flight over slots, of each gate", "of its slots")
    for number, process in enumerate(_processes(lanes)):
        of = [lane for lane in lanes if lane.process == process]
        for place, codec in enumerate(dict.fromkeys(name for lane in of for name in lane.watch.slots)):
            look = {"color": _color(number), "line_dash": _DASHES[place % len(_DASHES)]}
            _line(plot, of, start, partial(_occupancy, codec), legend_label=f"{process} {codec}", **look)
    return _finished(plot)


def _occupancy(codec: str, lane: Lane) -> Iterator[tuple[float, float]]:
    if codec in lane.watch.slots:
        for sample in lane.watch.samples:
            yield sample.at, sample.in_flight[codec] / lane.watch.slots[codec]


def _memory(lanes: Sequence[Lane], start: float) -> Any:
    def values(lane: Lane) -> Iterator[tuple[float, float]]:
        return ((sample.at, sample.memory / _MB) for sample in lane.watch.samples)

    plot = _lines("Memory of each process", "MB", lanes, start, values)
    for lane in lanes:
        if lane.most_memory is not None:
            xs, most = [lane.began - start, lane.ended - start], lane.most_memory / _MB
            plot.line(xs, [most, most], color="#7f7f7f", line_dash="dashed", legend_label="at the most")
    return plot


def _speed(lane: Lane) -> Iterator[tuple[float, float]]:
    return _rates(lane, lambda sample: sample.frames, lambda sample: sample.at)


def _bitrate(lane: Lane) -> Iterator[tuple[float, float]]:
    return _rates(lane, lambda sample: sample.bytes * 8 / 1e3, lambda sample: sample.shown_us / 1e6)


def _rates(
    lane: Lane, amount: Callable[[Sample], float], over: Callable[[Sample], float]
) -> Iterator[tuple[float, float]]:
    """How fast an amount of pictures grew between samples."""
    before: Sample | None = None
    for sample in [] if lane.is_sound else lane.watch.samples:
        passed = _SHORTEST_S if before is None else over(sample) - over(before)
        if passed < _SHORTEST_S:
            continue
        if before is not None:
            yield sample.at, (amount(sample) - amount(before)) / passed
        before = sample


def _segments(lanes: Sequence[Lane], start: float) -> Any:
    processes = _processes(lanes)
    plot = _plot("What each process worked on", "", y_range=processes or [""])
    for lane in lanes:
        left, right = lane.began - start, lane.ended - start
        color = _color(processes.index(lane.process))
        plot.hbar(y=[lane.process], left=[left], right=[right], height=0.6, color=color, line_color="white", alpha=0.8)
        middle = {"text_align": "center", "text_baseline": "middle"}
        plot.text(x=[(left + right) / 2], y=[lane.process], text=[lane.name], text_font_size="8pt", **middle)
    return plot
