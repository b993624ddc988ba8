"""The ring, the tree and the collectives of the chapter on all-reduce, taken from the snippets' own cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookengine.project import Project
from bookengine.recording import Recording
from bookengine.snippet import read_snippet

ROOT = Path(__file__).resolve().parents[3]


def names_of(snippet: str, *cells: str) -> dict[str, Any]:
    """What these cells of the snippet define."""
    read = read_snippet(ROOT / "snippets" / "scale" / f"{snippet}.py", ROOT)
    names: dict[str, Any] = {"np": np}
    for name in cells:
        cell = read.cell(name)
        assert cell is not None, f"{snippet} has no cell {name!r}"
        exec(cell.source, names)
    return names


ring_all_reduce = names_of("all_reduce_ring", "ring")["ring_all_reduce"]
collectives = names_of("all_reduce_collectives", "start", "rooted", "rootless")
cost = names_of("all_reduce_cost", "parameters", "tree", "model")
buckets = names_of("all_reduce_buckets", "parameters", "timeline")


@given(workers=st.integers(1, 12), size=st.integers(0, 60), seed=st.integers(0, 2**32 - 1))
def test_the_ring_gives_everyone_the_sum_and_moves_what_the_formula_says(workers: int, size: int, seed: int) -> None:
    values = list(np.random.default_rng(seed).integers(-1000, 1000, size=(workers, size)))
    expected, nbytes = np.sum(values, axis=0), values[0].nbytes
    chunks = [chunk.nbytes for chunk in np.array_split(values[0], workers)]
    sent, received, steps = np.zeros(workers, dtype=int), np.zeros(workers, dtype=int), 0
    for moves in ring_all_reduce(values):
        steps += 1
        assert sorted(sender for sender, *_ in moves) == list(range(workers))  # each sends once a step
        for sender, receiver, chunk, data in moves:
            assert receiver == (sender + 1) % workers
            assert data.nbytes == chunks[chunk]
            sent[sender] += data.nbytes
            received[receiver] += data.nbytes
    for value in values:
        np.testing.assert_array_equal(value, expected)
    assert steps == 2 * (workers - 1)
    assert sent.sum() == received.sum() == 2 * (workers - 1) * nbytes
    largest = max(chunks)
    assert all(abs(workers * each - 2 * (workers - 1) * nbytes) <= 2 * workers * largest for each in sent)
    if size % workers == 0:
        assert (workers * sent == 2 * (workers - 1) * nbytes).all()


@given(workers=st.integers(2, 10))
def test_a_chunk_is_added_up_from_its_own_worker_onwards(workers: int) -> None:
    names = "ABCDEFGHIJ"[:workers]
    values = [np.array([name] * workers, dtype=object) for name in names]
    half = 0
    for half, _ in enumerate(ring_all_reduce(values), start=1):
        if half == workers - 1:  # the reduce phase is over: one whole sum each
            whole = [[len(text) == workers for text in value] for value in values]
            assert [row.index(True) for row in whole] == [(who + 1) % workers for who in range(workers)]
            assert [sum(row) for row in whole] == [1] * workers
    assert half == 2 * (workers - 1)
    assert all(list(value) == [names[first:] + names[:first] for first in range(workers)] for value in values)


@given(workers=st.integers(2, 8), size=st.integers(0, 40), seed=st.integers(0, 2**32 - 1))
def test_floats_differ_by_rounding_at_most_and_workers_not_at_all(workers: int, size: int, seed: int) -> None:
    values = list(np.random.default_rng(seed).normal(size=(workers, size)).astype("float32"))
    exact, scale = np.sum(values, axis=0, dtype="float64"), np.sum(np.abs(values), axis=0, dtype="float64")
    for _ in ring_all_reduce(values):
        pass
    assert all(np.array_equal(value, values[0]) for value in values)
    assert (np.abs(values[0] - exact) <= (workers - 1) * np.finfo("float32").eps * scale).all()


@given(workers=st.integers(1, 8), size=st.integers(1, 30), seed=st.integers(0, 2**32 - 1))
def test_collectives(workers: int, size: int, seed: int) -> None:
    start = list(np.random.default_rng(seed).integers(-99, 99, size=(workers, size)))
    total = np.sum(start, axis=0)
    reduced = collectives["reduce"](start, root=workers - 1)
    np.testing.assert_array_equal(reduced[-1], total)
    for value, before in zip(reduced[:-1], start[:-1], strict=True):
        np.testing.assert_array_equal(value, before)
    gathered = collectives["all_gather"](start)
    assert [len(value) for value in gathered] == [workers * size] * workers
    np.testing.assert_array_equal(np.concatenate(collectives["reduce_scatter"](start)), total)
    for value in collectives["all_reduce"](start):
        np.testing.assert_array_equal(value, total)


@given(workers=st.integers(5, 500))
def test_tree_and_ring_cross_where_the_formula_says(workers: int) -> None:
    meeting = cost["tree_ring_crossover"](workers)
    assert cost["tree"](workers, meeting) == pytest.approx(cost["ring"](workers, meeting))
    assert cost["tree"](workers, meeting / 2) < cost["ring"](workers, meeting / 2)
    assert cost["tree"](workers, 2 * meeting) > cost["ring"](workers, 2 * meeting)


@given(size=st.integers(1, 48))
def test_no_bucket_is_sent_before_its_gradients_or_on_a_busy_link(size: int) -> None:
    sent = buckets["timeline"](size)
    assert len(sent) == -(-buckets["LAYERS"] // size)
    for number, (start, end) in enumerate(sent):
        last_layer = min(size * (number + 1), buckets["LAYERS"])
        assert start >= last_layer * buckets["LAYER_SECONDS"]
        assert end > start
        assert number == 0 or start >= sent[number - 1][1]


def test_tensorflow_received_what_the_formula_says(project: Project) -> None:
    wire = Recording.load(project, "scale/all_reduce_wire").values
    formula = [2 * (workers - 1) / workers for workers in wire["worker_counts"]]
    assert wire["reduce_formula"] == pytest.approx(formula)
    assert wire["reduce_received"] == pytest.approx(formula, rel=0.02)
    assert wire["least_received"] == pytest.approx(formula, rel=0.02)
    assert wire["gather_received"] == pytest.approx([workers - 1 for workers in wire["worker_counts"]], rel=0.02)
