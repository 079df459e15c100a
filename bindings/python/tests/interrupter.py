"""Ctrl-C, at each place where CPython looks at signals: after a call, at the start of a function (also where a
generator goes on), and when a loop turns. Not between other steps, and not where a Python function returns to another.
"""

from __future__ import annotations

import dis
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import framegate

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType

_PACKAGE = str(Path(framegate.__file__).parent)
_CALLS = ("PRECALL", "CALL", "CALL_KW", "CALL_FUNCTION_EX")
# C code calls these, so that their end is a call's end as well.
_BY_C = ("__init__", "__new__", "__del__")


class Interrupter:
    """Runs something, and raises KeyboardInterrupt at the `number`th place inside the package."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._seen = 0
        self._before: dict[FrameType, tuple[str, int]] = {}
        self._names: dict[CodeType, dict[int, str]] = {}
        self.where = ""

    def interrupts(self, work: Callable[[], Any]) -> bool:
        """Whether there was such a place; if not, the work was done."""
        old = sys.gettrace()
        sys.settrace(self._entered)
        try:
            work()
        except KeyboardInterrupt:
            return True
        finally:
            sys.settrace(old)
            self._before.clear()  # frames, which keep what is in their variables
        assert not self.where, f"the interrupt {self.where} was lost"
        return False

    def _entered(self, frame: FrameType, _event: str, _argument: object) -> Any:
        code = frame.f_code
        if not code.co_filename.startswith(_PACKAGE) or code.co_name == "__del__":
            return None  # what is raised in __del__ goes nowhere
        if frame.f_back in self._before and code.co_name not in _BY_C:
            self._before[frame.f_back] = "a Python function", 0
        self._before[frame] = "", 0
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return self._stepped

    def _stepped(self, frame: FrameType, event: str, _argument: object) -> Any:
        if event == "return":
            self._before.pop(frame, None)
        elif event == "opcode":
            before, offset = self._before.get(frame, ("", 0))
            now = self._name(frame)
            self._before[frame] = now, frame.f_lasti
            jumped = "JUMP_BACKWARD" in before and "NO_INTERRUPT" not in before and frame.f_lasti < offset
            if before == "RESUME" or (before in _CALLS and now != "CALL") or jumped:
                self._place(frame)
        return self._stepped

    def _place(self, frame: FrameType) -> None:
        self._seen += 1
        if self._seen == self._number + 1:
            self.where = f"in {frame.f_code.co_qualname}, line {frame.f_lineno}, {self._name(frame)}"
            raise KeyboardInterrupt(self.where)

    def _name(self, frame: FrameType) -> str:
        names = self._names.get(frame.f_code)
        if names is None:
            names = self._names[frame.f_code] = {
                step.offset: step.opname for step in dis.get_instructions(frame.f_code)
            }
        return names.get(frame.f_lasti, "")
