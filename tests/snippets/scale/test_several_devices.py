"""One device, two devices, two processes: the same training. Checked against NumPy, and against wrong losses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from bookengine.run import RunResult, run_snippet
from bookengine.snippet import read_snippet

if TYPE_CHECKING:
    from pathlib import Path

    from bookengine.project import Project

SAME = "several_devices_same_answer"
HEADER = "# [tool.book.values]\n"
TOLD = {  # what the test wants to see beside the snippet's own values
    "start": "[weight.tolist() for weight in start]",
    "images": "images.tolist()",
    "labels": "labels.tolist()",
    "losses": "[road[0].tolist() for road in results.values()]",
    "ends": "[[weight.tolist() for weight in road[1]] for road in results.values()]",
}


def run_changed(project: Project, folder: Path, old: str, new: str) -> RunResult:
    """Run a copy in its smoke form with some text replaced. A file, since its workers are made from its source."""
    text = (project.snippets / "scale" / f"{SAME}.py").read_text("utf-8")
    assert text.count(old) == 1, old
    copy = folder / "scale" / f"{SAME}.py"
    copy.parent.mkdir()
    copy.write_text(text.replace(old, new), "utf-8")
    return run_snippet(read_snippet(copy), project, "smoke")


def train_with_numpy(start: list, images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """Two dense layers, tanh, softmax, SGD with momentum, in float64 and by hand."""
    weights = [np.array(weight, dtype=np.float64) for weight in start]
    velocity = [np.zeros_like(weight) for weight in weights]
    losses = []
    for x, y in zip(images, labels, strict=True):
        w1, b1, w2, b2 = weights
        hidden = np.tanh(x @ w1 + b1)
        logits = hidden @ w2 + b2
        logits -= logits.max(axis=1, keepdims=True)
        probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        losses.append(-np.log(probabilities[np.arange(len(y)), y]).mean())
        d_logits = (probabilities - np.eye(10)[y]) / len(y)
        d_hidden = (d_logits @ w2.T) * (1 - hidden**2)
        gradients = [x.T @ d_hidden, d_hidden.sum(axis=0), hidden.T @ d_logits, d_logits.sum(axis=0)]
        velocity = [0.875 * v - 0.125 * gradient for v, gradient in zip(velocity, gradients, strict=True)]
        weights = [weight + v for weight, v in zip(weights, velocity, strict=True)]
    return np.array(losses), weights


@pytest.mark.multiworker
def test_all_five_roads_lead_where_numpy_does(project: Project, tmp_path: Path) -> None:
    told = "".join(f'# {name} = "{value}"\n' for name, value in TOLD.items())
    result = run_changed(project, tmp_path, HEADER, HEADER + told)
    assert result.ok, result.report()
    values = result.values
    images, labels = np.array(values["images"]), np.array(values["labels"])
    assert images.shape[:2] == labels.shape == (values["steps"], values["global_batch"])
    losses, weights = train_with_numpy(values["start"], images, labels)
    assert losses[-1] < 0.7 * losses[0], "it must learn, or equal losses prove nothing"
    assert len(values["losses"]) == len(values["ends"]) == len(values["roads"]) == 5
    for road, road_losses, end in zip(values["roads"], values["losses"], values["ends"], strict=True):
        np.testing.assert_allclose(road_losses, losses, rtol=0, atol=5e-6, err_msg=road)
        for ours, theirs in zip(end, weights, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=5e-6, err_msg=road)


SABOTAGE = {
    "loss averaged per replica": ("loss = tf.reduce_sum(losses) / divide_by", "loss = tf.reduce_mean(losses)"),
    "both workers take the same half": ("mine = slice(index * size, (index + 1) * size)", "mine = slice(0, size)"),
    "the workers start elsewhere": ('start = [data[f"start_{number}"] for', 'start = [data[f"start_{number}"] * 1.01 for'),
    "fit is told another rate": ("        model.compile(optimizer=optimizer", "        optimizer.learning_rate = 0.12\n"
                                 "        model.compile(optimizer=optimizer"),
}  # fmt: skip


@pytest.mark.multiworker
@pytest.mark.parametrize("name", SABOTAGE)
def test_the_snippet_notices(project: Project, tmp_path: Path, name: str) -> None:
    result = run_changed(project, tmp_path, *SABOTAGE[name])
    assert not result.ok
    assert "AssertionError" in result.report()


def test_a_share_of_the_global_batch_is_right_for_every_split(project: Project) -> None:
    result = run_snippet(read_snippet(project.snippets / "scale" / "several_devices_mirrored.py", project.root), project)
    assert result.ok, result.report()
    values = result.values
    x = np.array([1.0, 2.0, 3.0, 4.0])
    gradients = -2 * 3 * x * x
    assert values["whole"] == values["share_by_global"] == gradients.mean()
    assert values["own_gradients"] == [gradients[:2].sum() / 4, gradients[2:].sum() / 4]
    assert values["shared_gradient"] == [gradients.mean()] * 2
    assert values["uneven_global"] == gradients[:3].mean()
    assert values["uneven_mean"] == (gradients[:2].mean() + gradients[2]) / 2
    assert (values["lonely_mean"], values["lonely_global"]) == ("nan", gradients[0])
    assert (values["calls_alone"], values["calls_passed"]) == (0, 1)


def test_a_gpu_is_no_condition_for_several_machines(project: Project) -> None:
    path = project.snippets / "scale" / "several_devices_choice.py"
    cells = {cell.name: cell.source for cell in read_snippet(path, project.root).cells}
    scope: dict = {}
    exec(compile(cells["tree"], str(path), "exec"), scope)
    choose = scope["choose"]
    for gpus in (0, 1, 8):
        assert choose(machines=2, gpus=gpus) == "MultiWorkerMirroredStrategy"
        assert choose(machines=2, gpus=gpus, wait=False) == "ParameterServerStrategy"
        assert choose(machines=2, gpus=gpus, tpu=True) == "TPUStrategy"
    assert [choose(machines=1, gpus=gpus) for gpus in (0, 1, 2)] == ["no strategy", "no strategy", "MirroredStrategy"]


@pytest.mark.gpu
def test_a_card_in_two_trains_as_one(project: Project) -> None:
    result = run_snippet(read_snippet(project.snippets / "scale" / "several_devices_two_gpus.py", project.root), project)
    assert result.ok, result.report()
    assert result.values["replicas"] == 2
    assert "HierarchicalCopyAllReduce" in result.values["operations"]
    assert max(result.values["loss_difference"]) < 1e-3
