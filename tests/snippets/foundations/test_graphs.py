"""What the chapter on graphs states, against the library, by ways that its snippets do not take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf


def traces(calls: list[tuple[Any, ...]], function: Callable[..., Any], **options: Any) -> int:
    """Count by a side effect, as the snippets do not."""
    seen = []

    def traced(*arguments: Any) -> Any:
        seen.append(arguments)
        return function(*arguments)

    compiled = tf.function(traced, autograph=False, **options)
    for arguments in calls:
        compiled(*arguments)
    assert len(seen) == compiled.experimental_get_tracing_count()
    return len(seen)


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ([(1,), (2,), (1,)], 2),
        ([(2,), (2.0,)], 1),
        ([(tf.constant(1.0),), (tf.constant(2.0),)], 1),
        ([(tf.constant(1.0),), (tf.constant(1),)], 2),
        ([(np.float32(1),), (np.float32(2),)], 1),
        ([(tf.zeros(2),), (tf.zeros(3),)], 2),
        ([(tf.zeros(3),), (tf.ones(3),)], 1),
    ],
)
def test_a_tensor_counts_by_dtype_and_shape_and_a_python_value_by_itself(calls: list[tuple[Any, ...]], expected: int) -> None:
    assert traces(calls, lambda x: tf.add(x, 1)) == expected


def test_an_open_length_makes_one_graph() -> None:
    calls = [(tf.zeros(n),) for n in (1, 2, 3, 4)]
    assert traces(calls, tf.reduce_sum) == 4
    assert traces(calls, tf.reduce_sum, reduce_retracing=True) == 2
    assert traces(calls, tf.reduce_sum, input_signature=[tf.TensorSpec([None])]) == 1


@pytest.mark.parametrize("values", [[1.0, -2.0, -3.0], [1.0, 2.0], [-1.0]])
def test_a_branch_and_a_break_do_in_a_graph_what_they_do_in_python(values: list[float]) -> None:
    def first_negative(numbers: Any) -> Any:
        found = tf.constant(0.0)
        for number in numbers:
            if number < 0:
                found = number
                break
        return found

    compiled = tf.function(first_negative, input_signature=[tf.TensorSpec([None])])
    expected = next((value for value in values if value < 0), 0.0)
    assert float(compiled(tf.constant(values))) == float(first_negative(tf.constant(values))) == expected


def test_the_number_of_operations_is_that_of_the_unrolled_loop() -> None:
    def power(x: Any, n: int) -> Any:
        for _ in range(n):
            x = x * x
        return x

    for n in (1, 5, 30):
        graph = tf.function(power).get_concrete_function(tf.TensorSpec([]), n).graph
        assert sum(operation.type == "Mul" for operation in graph.get_operations()) == n


def test_a_concrete_function_takes_a_wrong_shape_and_a_signature_does_not() -> None:
    def mean(x: Any) -> Any:
        return tf.reduce_sum(x) / x.shape[0]

    pair = tf.TensorSpec([2])
    assert float(tf.function(mean).get_concrete_function(pair)(tf.ones(6))) == 3.0
    with pytest.raises(TypeError, match="Can not cast"):
        tf.function(mean, input_signature=[pair])(tf.ones(6))
