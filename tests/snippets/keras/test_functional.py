"""What the chapter on the functional API promises, against independent counts and NumPy."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bookengine.project import Project
from bookengine.recording import Recording


def values(project: Project, name: str) -> dict[str, Any]:
    return Recording.load(project, f"keras/functional_{name}").values


def dense(inputs: int, units: int) -> int:
    return inputs * units + units


def test_the_networks_have_the_parameters_of_the_ledger(project: Project) -> None:
    assert values(project, "mlp")["parameters"] == 10_689
    assert values(project, "autoencoder")["parameters"] == 101_200


def test_a_shared_reader_is_counted_once(project: Project) -> None:
    pairs = values(project, "pairs")
    reader = dense(784, 64) + dense(64, 32)
    assert pairs["reader_parameters"] == reader
    assert pairs["parameters"] == reader + dense(64, 64) + 2 * dense(64, 1)
    sharing = values(project, "sharing")
    assert sharing["separate_parameters"] - sharing["shared_parameters"] == dense(784, 32)


def test_the_shared_gradient_is_a_sum_of_two_that_differ(project: Project) -> None:
    sharing = values(project, "sharing")
    assert sharing["left_slope"] != pytest.approx(sharing["right_slope"], abs=1e-3)
    assert sharing["shared_slope"] == pytest.approx(sharing["left_slope"] + sharing["right_slope"], abs=1e-6)


def test_the_autoencoder_reaches_what_the_source_reports(project: Project) -> None:
    reported = [0.0231, 0.0131, 0.0090, 0.0068, 0.0057]
    assert values(project, "autoencoder")["val_loss"] == pytest.approx(reported, rel=0.1)


def test_no_linear_autoencoder_beats_pca_on_its_training_pictures(project: Project) -> None:
    codes = values(project, "codes")
    assert min(codes["linear_gap"]) >= 1
    assert codes["pca"] == sorted(codes["pca"], reverse=True)


def pca_cell(root: Path) -> str:
    source = (root / "snippets/keras/functional_codes.py").read_text("utf-8")
    cell = re.search(r"^# %% pca\n(.*?)^pca_train = ", source, flags=re.M | re.S)
    assert cell, "the cell `pca` has moved"
    return cell.group(1)


def test_the_chapter_s_pca_is_the_best_plane_by_an_independent_route(project: Project) -> None:
    random = np.random.default_rng(0)
    x = random.normal(size=(200, 12)) @ random.normal(size=(12, 12)) + 5.0
    names: dict[str, Any] = {"np": np, "x_train": x}
    exec(pca_cell(project.root), names)
    singular = np.linalg.svd(x - x.mean(axis=0), compute_uv=False)
    for size in (1, 3, 8):
        ours = names["error"](x, names["pca_drawings"](x, size))
        assert ours == pytest.approx((singular[size:] ** 2).sum() / x.size, rel=1e-9)
