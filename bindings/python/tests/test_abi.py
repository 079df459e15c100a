"""Structs, constants and prototypes are what a C compiler makes of framegate.h."""

from __future__ import annotations

import ctypes
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from conftest import ROOT
from framegate._native import generated
from framegate._native.generated import PROTOTYPES, STRUCTS
from framegate._native.structs import PyBuffer

if TYPE_CHECKING:
    from pathlib import Path

    from framegate._native.sized import Sized

HEADER = (ROOT / "include" / "framegate.h").read_text()


def run_c(folder: Path, lines: list[str]) -> list[str]:
    """What a C program of these statements prints."""
    source = folder / "print.c"
    source.write_text(
        "#include <framegate.h>\n#include <stdio.h>\n#include <string.h>\nint main(void) {\n"
        + "\n".join(lines)
        + "\nreturn 0; }\n"
    )
    program = folder / "print"
    subprocess.run(["cc", "-std=c99", f"-I{ROOT}/include", "-o", program, source], check=True)
    return subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()


def header_members(struct: str) -> list[str]:
    found = re.search(rf"typedef struct {struct} \{{(.*?)\}} {struct};", HEADER, re.DOTALL)
    assert found, struct
    body = re.sub(r"/\*.*?\*/", "", found[1], flags=re.DOTALL)
    functions = re.sub(r"\(\*(\w+)\)\([^)]*\)", r"\1", body)
    return re.findall(r"(\w+)(?:\[\d+\])?;", functions)


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.C_NAME)
def test_struct_layout(struct: type[Sized], tmp_path: Path) -> None:
    name = struct.C_NAME
    fields = [field[0] for field in struct._fields_]
    assert fields == header_members(name)
    lines = [f'printf("%zu\\n", sizeof({name}));']
    for field in fields:
        size = f"sizeof((({name} *)0)->{field})"
        lines.append(f'printf("%zu %zu\\n", offsetof({name}, {field}), {size});')
    size, *places = run_c(tmp_path, lines)
    assert ctypes.sizeof(struct) == int(size)
    ours = [f"{getattr(struct, field).offset} {getattr(struct, field).size}" for field in fields]
    assert ours == places


def test_defaults_are_the_initialisers(tmp_path: Path) -> None:
    for struct in STRUCTS:
        name = struct.C_NAME
        initialiser = name.upper() + "_INIT"
        lines = [
            f"{name} value = {initialiser};",
            "unsigned char *byte = (unsigned char *)&value;",
            'for (size_t i = 0; i < sizeof value; i++) printf("%d ", byte[i]);',
        ]
        (printed,) = run_c(tmp_path, lines)
        assert bytes(struct.new()) == bytes(int(byte) for byte in printed.split()), name


def test_constants(tmp_path: Path) -> None:
    ours = {name: value for name, value in vars(generated).items() if isinstance(value, int)}
    ours |= {f"PIXEL_{name}": number for name, number in generated.PIXEL.items()}
    ours |= {f"SAMPLE_{name.upper().replace('-', '_')}": number for name, number in generated.SAMPLE.items()}
    printed = run_c(tmp_path, [f'printf("%lld\\n", (long long)FG_{name});' for name in ours])
    assert list(ours.values()) == [int(line) for line in printed]


def test_every_pixel_format_is_known() -> None:
    assert set(generated.PIXEL) == set(re.findall(r"#define FG_PIXEL_(\w+)", HEADER))


def test_every_sample_format_is_known() -> None:
    ours = {name.upper().replace("-", "_") for name in generated.SAMPLE}
    assert ours == set(re.findall(r"#define FG_SAMPLE_(\w+)", HEADER))
    assert generated.SAMPLE.keys() == generated.SAMPLE_BYTES.keys()


def test_prototypes() -> None:
    code = re.sub(r"/\*.*?\*/", "", HEADER, flags=re.DOTALL)
    code = re.sub(r"void \(\*(\w+)\)\([^)]*\)", r"void *\1", code)  # a callback is a pointer
    declared = {}
    for result, name, parameters in re.findall(r"^([\w *]+?)(fg_\w+)\(([^)]*)\);", code, re.MULTILINE):
        declared[name] = (result.strip(), [] if parameters.strip() == "void" else parameters.split(","))
    assert set(declared) == set(PROTOTYPES)
    for name, (result, *parameters) in PROTOTYPES.items():
        c_result, c_parameters = declared[name]
        assert len(parameters) == len(c_parameters), name
        assert (result is None) == (c_result == "void"), name
        for ours, theirs in zip(parameters, c_parameters, strict=True):
            expected = 8 if "*" in theirs or re.search(r"size_t|int64_t|uint64_t", theirs) else 4
            assert ctypes.sizeof(ours) == expected, f"{name}: {theirs}"


def test_py_buffer_is_cpythons() -> None:
    view = PyBuffer()
    get = ctypes.pythonapi.PyObject_GetBuffer
    data = bytes(range(10))
    assert get(ctypes.py_object(memoryview(data)[2:]), ctypes.byref(view), 0x1C) == 0
    assert (view.len, view.itemsize, view.ndim, view.readonly, view.format) == (8, 1, 1, 1, b"B")
    assert (view.shape[0], view.strides[0]) == (8, 1)
    assert ctypes.string_at(view.buf, view.len) == data[2:]
    ctypes.pythonapi.PyBuffer_Release(ctypes.byref(view))
    assert view.obj is None
