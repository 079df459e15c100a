"""`--report`: one page that shows how a run went, drawn by Bokeh.

Bokeh, since a page that carries its script is 1.3 MB; Plotly's would be 4.9 MB.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ..errors import InvalidArgumentError, NotSupportedError
from ..transcoding.output_file import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ..transcoding.watch import Sample, Watch

_MB: Final = 1e6
_WIDTH: Final = 1000
_HEIGHT: Final = 220
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
    memory_before: int = 0
    growth: int | None = None
    """Bytes that its memory should grow by at the most; None: nobody said."""


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
    from bokeh.models import Div
    from bokeh.resources import INLINE

    start = min((lane.began for lane in lanes), default=0.0)
    head = Div(text=_text(title, lanes), width=_WIDTH)
    plots = [_gates(lanes, start), _memory(lanes, start), _speed(lanes, start), _bitrate(lanes, start)]
    html = file_html(column(head, *plots, _segments(lanes, start)), INLINE, title)
    with replacing(path) as made, open(made, "w", encoding="utf-8") as file:
        file.write(html)


def _text(title: str, lanes: Sequence[Lane]) -> str:
    from html import escape

    frames, size = sum(lane.watch.frames for lane in lanes), sum(lane.watch.bytes for lane in lanes)
    began, ended = min((lane.began for lane in lanes), default=0), max((lane.began + lane.seconds for lane in lanes), default=0)
    seconds = max(ended - began, 1e-9)
    said = f"{frames} chunks, {size / _MB:.1f} MB in {seconds:.2f} s: {frames / seconds:.1f} a second"
    return f"<h2>{escape(title)}</h2><p>{said}, in {len(_processes(lanes))} process(es).</p>"


def _processes(lanes: Sequence[Lane]) -> list[str]:
    return list(dict.fromkeys(lane.process for lane in lanes))


def _plot(title: str, y: str, **more: Any) -> Any:
    from bokeh.plotting import figure

    plot = figure(
        title=title, width=_WIDTH, height=_HEIGHT, x_axis_label="seconds", y_axis_label=y, output_backend="canvas", **more
    )
    plot.toolbar.logo = None
    return plot


def _lines(plot: Any, lanes: Sequence[Lane], start: float, value: Callable[[Lane], Iterator[tuple[float, float]]]) -> None:
    """A line a process: each of its lanes, with a gap between them."""
    for number, process in enumerate(_processes(lanes)):
        xs, ys = [], []
        for lane in (lane for lane in lanes if lane.process == process):
            for at, figure in value(lane):
                xs.append(at - start)
                ys.append(figure)
            xs.append(xs[-1] if xs else 0.0)
            ys.append(float("nan"))
        plot.line(xs, ys, color=_color(number), legend_label=process, line_width=1.5)
    _legend(plot)


def _legend(plot: Any) -> None:
    for legend in plot.legend:
        plot.add_layout(legend, "right")
        legend.label_text_font_size = "8pt"


def _color(number: int) -> str:
    return _COLORS[number % len(_COLORS)]


def _gates(lanes: Sequence[Lane], start: float) -> Any:
    plot = _plot("In flight over slots, of each gate", "of its slots")
    for number, process in enumerate(_processes(lanes)):
        of = [lane for lane in lanes if lane.process == process]
        for place, codec in enumerate(dict.fromkeys(name for lane in of for name in lane.watch.slots)):
            xs: list[float] = []
            ys: list[float] = []
            for lane in (lane for lane in of if codec in lane.watch.slots):
                slots = lane.watch.slots[codec]
                xs += [sample.at - start for sample in lane.watch.samples]
                ys += [sample.in_flight[codec] / slots for sample in lane.watch.samples]
                xs.append(xs[-1])
                ys.append(float("nan"))
            dash = _DASHES[place % len(_DASHES)]
            plot.line(xs, ys, color=_color(number), line_dash=dash, legend_label=f"{process} {codec}", line_width=1.5)
    _legend(plot)
    return plot


def _memory(lanes: Sequence[Lane], start: float) -> Any:
    plot = _plot("Memory of each process", "MB")
    _lines(plot, lanes, start, lambda lane: ((sample.at, sample.memory / _MB) for sample in lane.watch.samples))
    for lane in lanes:
        if lane.growth is not None:
            most = (lane.memory_before + lane.growth) / _MB
            xs = [lane.began - start, lane.began + lane.seconds - start]
            plot.line(xs, [most, most], color="#7f7f7f", line_dash="dashed", legend_label="expected at the most")
    return plot


def _speed(lanes: Sequence[Lane], start: float) -> Any:
    plot = _plot("Frames a second of each process", "frames/s")
    _lines(plot, lanes, start, lambda lane: _rates(lane.watch.samples, lambda s: s.frames, lambda s: s.at))
    return plot


def _bitrate(lanes: Sequence[Lane], start: float) -> Any:
    plot = _plot("Bitrate of what came out, by the timestamps", "kbit/s")

    def rates(lane: Lane) -> Iterator[tuple[float, float]]:
        return _rates(lane.watch.samples, lambda s: s.bytes * 8 / 1e3, lambda s: s.shown_us / 1e6)

    _lines(plot, lanes, start, rates)
    return plot


def _rates(
    samples: Sequence[Sample], amount: Callable[[Sample], float], over: Callable[[Sample], float]
) -> Iterator[tuple[float, float]]:
    """How fast an amount grew between samples."""
    before: Sample | None = None
    for sample in samples:
        if before is not None and over(sample) > over(before):
            yield sample.at, (amount(sample) - amount(before)) / (over(sample) - over(before))
        if before is None or over(sample) > over(before):
            before = sample


def _segments(lanes: Sequence[Lane], start: float) -> Any:
    processes = _processes(lanes)
    plot = _plot("What each process worked on", "", y_range=processes or ["none"])
    for lane in lanes:
        left, right = lane.began - start, lane.began - start + lane.seconds
        color = _color(processes.index(lane.process))
        plot.hbar(y=[lane.process], left=[left], right=[right], height=0.6, color=color, line_color="white", alpha=0.8)
        label = lane.name.removeprefix("segment-").lstrip("0") or lane.name.removeprefix("segment-")[-1:]
        plot.text(x=[(left + right) / 2], y=[lane.process], text=[label], text_font_size="8pt", text_align="center", text_baseline="middle")
    return plot
