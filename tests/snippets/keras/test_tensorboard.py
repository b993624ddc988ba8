"""TensorBoard itself, in Chromium, on the scalars that the chapter recorded: its picture and its words.

`BOOK_PICTURES=1` writes the picture that the page shows, docs/assets/tensorboard.png.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from bookengine.project import Project
from bookengine.recording import Recording

START_LIMIT = 150  # seconds; TensorBoard imports TensorFlow
SIZE = {"width": 1280, "height": 800}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def values(project: Project, name: str) -> dict[str, Any]:
    return Recording.load(project, f"keras/tensorboard_{name}").values


def write_logs(folder: Path, curves: dict[str, list[float]]) -> None:
    import tensorflow as tf

    for run, curve in curves.items():
        with tf.summary.create_file_writer(str(folder / run)).as_default() as writer:
            for step, value in enumerate(curve, start=1):
                tf.summary.scalar("rmse", value, step=step)
        writer.close()


@pytest.fixture
def dashboard(project: Project, tmp_path: Path) -> Iterator[str]:
    """TensorBoard's address; it shows the recorded linear regression, and is gone afterwards."""
    recorded = values(project, "linreg")
    write_logs(tmp_path, {"train": recorded["all_train_rmse"], "test": recorded["all_test_rmse"]})
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(tmp_path), "--host", "127.0.0.1", "--port", "0"]
    board = subprocess.Popen([*command, "--load_fast", "false"], stderr=subprocess.PIPE, text=True)
    clock = threading.Timer(START_LIMIT, board.kill)
    clock.start()
    try:
        assert board.stderr is not None
        address = next((line.split(" at ")[1].split()[0] for line in board.stderr if " at http" in line), None)
        assert address, "TensorBoard ended without an address"
        clock.cancel()
        yield address
    finally:
        clock.cancel()
        board.terminate()
        board.wait(timeout=30)
        board.stderr.close()


@pytest.mark.slow
@pytest.mark.browser
def test_tensorboard_shows_the_recorded_run(dashboard: str, chromium: str, project: Project, tmp_path: Path) -> None:
    from playwright.sync_api import expect, sync_playwright

    picture = tmp_path / "tensorboard.png"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport=SIZE)
        page.goto(f"{dashboard}?darkMode=false#timeseries")
        expect(page.locator("scalar-card").first).to_contain_text("rmse", timeout=60_000)
        expect(page.locator("runs-selector").first).to_contain_text("train")
        for tag in ("all_train_rmse", "all_test_rmse"):  # the table below the curves
            expect(page.locator("scalar-card").first).to_contain_text(f"{values(project, 'linreg')[tag][-1]:.4f}")
        expect(page.locator("scalar-card svg path.line, scalar-card canvas, scalar-card line-chart").first).to_be_visible()
        page.wait_for_timeout(3_000)  # the curves are drawn by animation frames
        page.screenshot(path=picture)
        browser.close()

    with Image.open(picture) as image:
        assert image.size == (SIZE["width"], SIZE["height"])
        small = image.convert("P", palette=Image.Palette.ADAPTIVE, colors=64)
    if os.environ.get("BOOK_PICTURES"):
        small.save(project.root / "docs/assets/tensorboard.png", optimize=True)


def test_the_shown_picture_is_light_and_of_the_photographed_size(project: Project) -> None:
    path = project.root / "docs/assets/tensorboard.png"
    assert path.stat().st_size < 150_000
    with Image.open(path) as image:
        assert image.size == (SIZE["width"], SIZE["height"])


def test_the_log_of_the_older_book_lies_among_the_fixed_orders(project: Project) -> None:
    older = values(project, "older_listing")
    assert older["train_low"] < 21.9704876 < older["train_high"]
    assert older["test_low"] < 29.143898 < older["test_high"]
    assert max(older["fixed_change"]) < 1e-6 < 0.1 < min(older["fresh_change"])


def test_a_loss_weighted_by_rows_is_the_square_of_the_rmse(project: Project) -> None:
    linear = values(project, "linreg")
    assert np.square(linear["test_rmse"]) == pytest.approx(linear["test_loss"], abs=1e-3)
    assert np.square(linear["train_rmse"]) == pytest.approx(linear["train_loss"], abs=1e-3)


def test_the_server_sends_what_the_file_holds_and_no_more_than_it_was_allowed(project: Project) -> None:
    server = values(project, "server")
    assert server["equal"] == server["sent"] == [1_000, server["written"]]
    assert server["ended"] == 1
