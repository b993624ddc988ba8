"""The tables of the chapters on tensors and operations, row by row, against the library and against NumPy."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.framework import types_pb2

FOLDER = Path(__file__).resolve().parents[3] / "docs/foundations"
M = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
NAMES: dict[str, Any] = {
    "m": M, "v": [3.0, 1.0, 2.0], "k": [2, 0, 2, 1], "s": [[4.0, 1.0], [1.0, 3.0]],
    "a": [7, -7], "b": [3, 3], "p": [True, False], "q": [True, True],
}  # fmt: skip


def tables(page: str) -> dict[str, list[list[str]]]:
    """Every table of a page by its first row; a bar inside of code does not part cells."""
    found: dict[str, list[list[str]]] = {}
    rows: list[list[str]] | None = None
    for line in (FOLDER / page).read_text("utf-8").splitlines():
        if not line.startswith("|"):
            rows = None
            continue
        parts = re.findall(r"(?:`[^`]*`|[^|`])+", line.strip()[1:-1])
        cells = [cell.strip() for cell in parts]
        if rows is None:
            rows = found.setdefault(line.strip(), [])
        elif not set(line) <= set("|- "):
            rows.append(cells)
    return found


TENSORS, OPERATIONS = tables("tensors.md"), tables("operations.md")
DTYPES = TENSORS["| dtype | `DT_…` | Bytes | Range | Holds |"]
CONSTANTS = TENSORS["| TensorFlow | NumPy | Gives |"]
OPERATORS = OPERATIONS["| Operator | Function | NumPy | Result |"]
SURVEY = [row for row in OPERATIONS["| TensorFlow | NumPy |"] if not row[0].startswith("**")]


def code(cell: str) -> str:
    assert re.fullmatch(r"`[^`]+`", cell), f"not code: {cell}"
    return cell.strip("`")


def evaluate(expression: str, *, in_numpy: bool) -> Any:
    if in_numpy:
        values = {name: np.array(value, np.float32 if name in "mvs" else None) for name, value in NAMES.items()}
    else:
        values = {name: tf.constant(value) for name, value in NAMES.items()}
    return np.asarray(eval(expression, {"tf": tf, "np": np, **values}))


def test_the_pages_have_their_tables() -> None:
    assert len(OPERATORS) == 23
    assert len(SURVEY) > 55
    assert len(CONSTANTS) == 14


def test_every_dtype_of_the_library_is_in_the_table_once() -> None:
    listed = [name.strip("` ") for row in DTYPES for name in row[0].split(",")]
    library = {f"tf.{name}" for name, value in vars(tf.dtypes).items() if isinstance(value, tf.DType)}
    assert len(listed) == len(set(listed))
    assert set(listed) == library


@pytest.mark.parametrize("row", DTYPES, ids=lambda row: row[0])
def test_dtype_row(row: list[str]) -> None:
    names, enum, size, limits = row[:4]
    dtype = eval(names.split(",")[0].strip("` "), {"tf": tf})
    assert types_pb2.DataType.Name(dtype.as_datatype_enum) == "DT_" + code(enum)
    assert all(eval(name.strip("` "), {"tf": tf}) == dtype for name in names.split(","))
    assert (int(size) if size else 0) == dtype.size
    if dtype.is_integer and not dtype.is_quantized:
        assert [eval(limit.strip("`")) for limit in limits.split(" to ")] == [dtype.min, dtype.max]
    elif dtype.is_floating:
        assert float(limits) == pytest.approx(float(dtype.max), rel=0.01)
    else:
        assert limits == ""


@pytest.mark.parametrize("row", OPERATORS, ids=lambda row: row[0])
def test_operator_row(row: list[str]) -> None:
    operator, function, other, printed = map(code, row)
    expected = eval(printed) if "/" in printed else ast.literal_eval(printed)
    for expression, in_numpy in ((operator, False), (function, False), (other, True)):
        np.testing.assert_allclose(evaluate(expression, in_numpy=in_numpy), expected, err_msg=expression)


def test_every_overload_is_in_the_operator_table() -> None:
    listed = {re.sub(r"[abpq2()\s]", "", code(row[0])) for row in OPERATORS} - {"s"}
    signs = {
        "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
        "gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "==", "ne": "!=",
        "and": "&", "or": "|", "xor": "^", "invert": "~", "neg": "-",
    }  # fmt: skip
    elsewhere = {"matmul", "getitem", "abs", "div"}  # @ and [] have sections, abs is a name, div is Python 2's
    overloads = {name.strip("_") for name in tf.Tensor.OVERLOADABLE_OPERATORS}
    reflected = {"r" + name for name in [*signs, "matmul", "div"]}
    assert overloads - reflected - elsewhere == set(signs)
    assert set(signs.values()) <= listed


@pytest.mark.parametrize("row", SURVEY, ids=lambda row: row[0])
def test_survey_row(row: list[str]) -> None:
    ours, theirs = map(code, row)
    result, expected = evaluate(ours, in_numpy=False), evaluate(theirs, in_numpy=True)
    assert result.shape == expected.shape
    np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("row", [row for row in CONSTANTS if row[1]], ids=lambda row: row[0])
def test_constant_row(row: list[str]) -> None:
    np.testing.assert_allclose(evaluate(code(row[0]), in_numpy=False), evaluate(code(row[1]), in_numpy=True))


def test_random_rows_do_what_their_last_column_says() -> None:
    tf.random.set_seed(0)
    draws = {row[0]: evaluate(code(row[0]), in_numpy=False) for row in CONSTANTS if not row[1]}
    normal, truncated, uniform, shuffled = draws.values()
    assert abs(normal.mean()) < 0.15
    assert abs(normal.std() - 1) < 0.15
    assert abs(normal).max() > 2
    assert abs(truncated).max() <= 2
    assert uniform.min() >= 0
    assert uniform.max() < 1
    assert abs(uniform.mean() - 0.5) < 0.05
    assert sorted(shuffled.tolist()) == sorted(NAMES["v"])


@pytest.mark.parametrize("shape", [(4,), (4, 1)])
def test_the_formula_of_the_silent_mistake(shape: tuple[int, ...]) -> None:
    random = np.random.default_rng(0)
    targets, predictions = random.normal(size=4), random.normal(size=(4, 1))
    loss = np.mean((targets.reshape(shape) - predictions) ** 2)
    formula = targets.var() + predictions.var() + (targets.mean() - predictions.mean()) ** 2
    assert (loss == pytest.approx(formula)) == (shape == (4,))
