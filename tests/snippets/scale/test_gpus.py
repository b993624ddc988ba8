"""The GPU chapter: what a run without a GPU cannot see, and formulas of the page against NumPy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bookengine.project import Project
from bookengine.run import RunResult, run_snippet
from bookengine.snippet import read_snippet

GPU_SNIPPETS = ("device_placement", "gpus_memory", "gpus_worth_gpu")


def run(project: Project, name: str) -> RunResult:
    return run_snippet(read_snippet(project.snippets / "scale" / f"{name}.py", project.root), project, "smoke")


def run_changed(project: Project, folder: Path, name: str, changes: dict[str, str]) -> RunResult:
    """Run a copy of the snippet in which each key is replaced by its value."""
    text = (project.snippets / "scale" / f"{name}.py").read_text("utf-8")
    for old, new in changes.items():
        assert old in text, f"{name} has no {old!r}"
        text = text.replace(old, new)
    copy = Project(folder)
    script = copy.snippets / "scale" / f"{name}.py"
    script.parent.mkdir(parents=True)
    script.write_text(text, "utf-8")
    return run_snippet(read_snippet(script, copy.root), copy, "smoke")


@pytest.mark.parametrize("name", GPU_SNIPPETS)
def test_without_a_gpu_it_says_so(project: Project, tmp_path: Path, name: str) -> None:
    hidden = {"import tensorflow as tf\n": 'import tensorflow as tf\n\ntf.config.set_visible_devices([], "GPU")\n'}
    sees = 'tf.config.list_physical_devices(device_type="GPU")'
    result = run_changed(project, tmp_path, name, hidden | {sees: 'tf.config.get_visible_devices(device_type="GPU")'})
    assert not result.ok
    assert "TensorFlow sees no GPU" in result.failure["what"]


@pytest.mark.gpu
@pytest.mark.parametrize("name", GPU_SNIPPETS)
def test_it_runs_on_a_gpu(project: Project, name: str) -> None:
    result = run(project, name)
    assert result.ok, result.report()


def test_the_comparison_runs_with_the_cpu_in_the_place_of_the_gpu(project: Project, tmp_path: Path) -> None:
    changes = {"GPU:0": "CPU:0", 'device_type="GPU"': 'device_type="CPU"', '["gpu", "timing"]': '["timing"]'}
    result = run_changed(project, tmp_path, "gpus_worth_gpu", changes)
    assert result.ok, result.report()
    assert len(result.values["speedup_resident"]) == len(result.values["sizes"])
    assert min(result.values["speedup_with_copies"]) > 0


def test_memory_shares_run_on_a_cpu_up_to_the_limit_that_it_does_not_have(project: Project, tmp_path: Path) -> None:
    changes = {
        "GPU:0": "CPU:0", 'device_type="GPU"': 'device_type="CPU"', 'marks = ["gpu"]': "marks = []",
        "tf.config.LogicalDeviceConfiguration(memory_limit=LIMIT_MEGABYTES)": "tf.config.LogicalDeviceConfiguration()",
        "LIMIT_MEGABYTES = 1024": "LIMIT_MEGABYTES = 4",
    }  # fmt: skip
    result = run_changed(project, tmp_path, "gpus_memory", changes)
    assert not result.ok
    assert result.failure["what"].startswith("cell 'too-much': AssertionError")
    printed = [output["text"] for cell in result.cells for output in cell["outputs"]]
    assert printed[0] == "['/device:CPU:0', '/device:CPU:1']\n"
    assert printed[-1] == "accepted\n"


def test_the_gradients_by_hand_are_those_of_numpy(project: Project) -> None:
    result = run(project, "gpus_by_hand")
    assert result.ok, result.report()
    generator = np.random.default_rng(seed=0)
    inputs = generator.normal(size=(64, 4)).astype("float32")
    targets = inputs @ np.array([1, -2, 3, 0.5], dtype="float32")
    targets += generator.normal(scale=0.1, size=64).astype("float32")
    for part, found in ((slice(0, 32), result.values["local"][0]), (slice(32, 64), result.values["local"][1])):
        np.testing.assert_allclose(found, -2 / 32 * inputs[part].T @ targets[part], rtol=1e-4)
    np.testing.assert_allclose(result.values["averaged"], -2 / 64 * inputs.T @ targets, rtol=1e-4)


def test_float16_rounds_to_zero_where_the_page_says() -> None:
    assert np.float16(2.0**-25) == 0
    assert np.float16(2.0**-25 * 1.001) > 0
    examples, error = 524288, np.float64(524288 * 2.0**-26)
    assert np.float16(2 * error / examples) == 0
    assert np.float16(2 * 1.001 * error / examples) > 0


def test_a_pipeline_with_other_batches_is_caught(project: Project, tmp_path: Path) -> None:
    shard, turned = "rows.shard(num_shards=PARALLEL, index=number)", "rows.shard(num_shards=PARALLEL, index=PARALLEL - 1 - number)"
    result = run_changed(project, tmp_path, "gpus_input_pipeline", {shard: turned})
    assert not result.ok
    assert "another result" in result.failure["what"]
