"""The table, and how two that run in turn are compared."""

import statistics


class Report:
    """Rows of the table, and the notes below it."""

    def __init__(self):
        self.rows, self.notes = [], []

    def add(self, name, unit, our, peer=None, ratio=None, target=None, reached=None, spread=None, **details):
        row = dict(name=name, unit=unit, ours=our, peer=peer, ratio=ratio, target=target, reached=reached, spread=spread)
        self.rows.append({**row, "details": details})

    def note(self, text):
        self.notes.append(text)

    def table(self):
        head = ["", "unit", "ours", "peer", "ratio", "target", "", "spread"]
        lines = [head] + [[
            row["name"], row["unit"], figure(row["ours"]), figure(row["peer"]), figure(row["ratio"], 2), row["target"] or "",
            {True: "reached", False: "MISSED", None: ""}[row["reached"]], figure(row["spread"], 2),
        ] for row in self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
        left = (0, 1, 5, 6)
        cells = [[cell.ljust(width) if column in left else cell.rjust(width)
                  for column, (cell, width) in enumerate(zip(line, widths))] for line in lines]
        rule = "  ".join("-" * width for width in widths)
        texts = ["  ".join(line).rstrip() for line in cells]
        return "\n".join([texts[0], rule, *texts[1:], "", *self.notes])


def figure(value, digits=1):
    return "" if value is None else f"{value:,.{digits}f}"


def spread(values):
    return max(values) / min(values)


class Speed:
    """One run: frames, and the seconds and processor seconds that they took."""

    def __init__(self, frames, seconds, cpu_seconds):
        self.fps, self.cpu_ms = frames / seconds, cpu_seconds * 1e3 / frames


def compare(report, name, times, our, peer, least=None, **details):
    """Frames a second of two that run in turn; the ratio is the median of the pairs' ratios."""
    pairs = [(our(), peer()) for _ in range(times)]
    our_fps, peer_fps = ([pair[side].fps for pair in pairs] for side in (0, 1))
    our_cpu, peer_cpu = (statistics.median(pair[side].cpu_ms for pair in pairs) for side in (0, 1))
    ratio, best = statistics.median(a / b for a, b in zip(our_fps, peer_fps)), max(our_fps) / max(peer_fps)
    target = None if least is None else f"ratio >= {least:.1f}"
    report.add(name, "frames/s", statistics.median(our_fps), statistics.median(peer_fps), ratio, target,
               None if least is None else ratio >= least, max(spread(our_fps), spread(peer_fps)),
               ours_all=our_fps, peer_all=peer_fps, best_ratio=best, our_cpu_ms=our_cpu, peer_cpu_ms=peer_cpu, **details)
    report.note(f"{name}: ratio of the fastest runs {best:.2f}; processor time {our_cpu:.2f} ms a frame, "
                f"the peer's {peer_cpu:.2f}")
