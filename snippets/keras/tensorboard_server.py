# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "tensorboard~=2.21.0"]
#
# [tool.book]
# title = "TensorBoard started as a program, and asked for its numbers over HTTP"
# sources = ["tb-launch-tensorboard"]
# marks = ["slow"]
# timeout = 400
#
# [tool.book.smoke]
# STEPS = 30
# SAMPLES = [5000]
#
# [tool.book.values]
# written = "len(written)"
# sent = "list(sent.values())"
# equal = "equal"
# last_kept = "last_kept"
# runs = "runs"
# ended = "int(all(code is not None for code in codes))"
# ///

# %% imports
import json
import subprocess
import sys
import threading
import time
import urllib.request

import tensorflow as tf

# %% parameters
STEPS = 3_000
SAMPLES = (1_000, 5_000)
LIMIT = 150  # seconds

# %% write
writer = tf.summary.create_file_writer("logs/long/train")
with writer.as_default():
    for step in range(STEPS):
        tf.summary.scalar("loss", tf.exp(-step / 500.0), step=step)
writer.close()

written = {}
for record in tf.data.TFRecordDataset(tf.io.gfile.glob("logs/long/train/events*")):
    event = tf.compat.v1.Event.FromString(record.numpy())
    for value in event.summary.value:
        written[event.step] = float(tf.make_ndarray(value.tensor))
print("in the file:", len(written))

# %% start
def start(samples):
    """TensorBoard on a port of its own choice; returns the process and its address."""
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", "logs/long"]
    command += ["--host", "127.0.0.1", "--port", "0", "--load_fast", "false"]
    command += ["--samples_per_plugin", f"scalars={samples}"]
    board = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    clock = threading.Timer(LIMIT, board.kill)  # whatever happens, it ends
    clock.daemon = True
    clock.start()
    for line in board.stderr:
        if " at http" in line:
            return board, line.split(" at ")[1].split()[0]
    raise RuntimeError("TensorBoard did not start")


# %% ask
def ask(address, path):
    with urllib.request.urlopen(f"{address}data/{path}", timeout=LIMIT) as answer:
        return json.load(answer)


def wait_for(address, path, ready):
    until = time.monotonic() + LIMIT
    while not ready(answer := ask(address, path)):
        if time.monotonic() > until:
            raise TimeoutError(path)
        time.sleep(0.2)
    return answer


# %% compare
sent, equal, codes, last_kept = {}, [], [], []
for samples in SAMPLES:
    board, address = start(samples)
    try:
        tags = "plugin/scalars/tags"
        wait_for(address, tags, ready=lambda found: "loss" in found.get("train", {}))
        runs = ask(address, "runs")
        points = ask(address, "plugin/scalars/scalars?run=train&tag=loss")
    finally:
        board.terminate()
        board.wait()
        board.stderr.close()
    codes.append(board.poll())
    sent[samples] = len(points)
    equal.append(sum(written[step] == value for _, step, value in points))
    last_kept.append(points[-1][1])
    assert equal[-1] == len(points)
    print("asked for at most", samples, "points:", len(points), "equal:", equal[-1])
print("runs:", runs)
