"""A Jupyter notebook: a picture in it, and the interrupt of a cell that waits."""

from __future__ import annotations

import asyncio
import os

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from conftest import ROOT

FIRST = """
import numpy as np
from framegate import Frame, VideoEncoder
encoder = VideoEncoder(codec="framegate.null", width=16, height=16)
Frame(np.zeros((16, 16, 3), np.uint8), timestamp=0)
"""
# Another thread may be about to encode, so this waits.
WAITS = """
print("waiting", flush=True)
while True:
    encoder.wait(enqueue=False)
"""
GOES_ON = """
encoder.encode(Frame(np.zeros((16, 16, 3), np.uint8), timestamp=7))
print(encoder.poll(30).timestamp, encoder.state)
encoder
"""
ON_THE_LOOP = """
pixel = np.zeros((16, 16, 3), np.uint8)
[chunk.timestamp async for chunk in encoder.run_async(Frame(pixel, timestamp=n) for n in range(3))]
"""


async def run_notebook() -> list[nbformat.NotebookNode]:
    cells = [nbformat.v4.new_code_cell(text.strip()) for text in (FIRST, WAITS, GOES_ON, ON_THE_LOOP)]
    client = NotebookClient(nbformat.v4.new_notebook(cells=cells), timeout=100)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "bindings" / "python" / "src")}
    async with client.async_setup_kernel(env=environment):
        await client.async_execute_cell(cells[0], 0)
        waiting = asyncio.create_task(client.async_execute_cell(cells[1], 1))
        while not cells[1].outputs:
            assert not waiting.done()
            await asyncio.sleep(0.05)
        await client.km.interrupt_kernel()
        with pytest.raises(CellExecutionError, match="KeyboardInterrupt"):
            await waiting
        await client.async_execute_cell(cells[2], 2)
        await client.async_execute_cell(cells[3], 3)
    return cells


@pytest.mark.filterwarnings("default")
def test_a_notebook() -> None:
    cells = asyncio.run(run_notebook())
    assert "image/png" in cells[0].outputs[0].data
    text, shown = cells[2].outputs
    assert text.text == "7 configured\n"
    assert shown.data["text/plain"].startswith("<framegate.VideoEncoder framegate.null 16x16, configured, 0 of 16")
    assert cells[3].outputs[0].data["text/plain"] == "[0, 1, 2]"
