# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "tf-keras~=2.21.0"]
#
# [tool.book]
# title = "Two workers: fit fails in Keras 3 and works in Keras 2"
# marks = ["multiworker"]
#
# [tool.book.values]
# error = "error"
# works = "float(losses['tf_keras'])"
# ///

# %% worker
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

WORKER = """
import keras, tensorflow as tf, tf_keras

strategy = tf.distribute.MultiWorkerMirroredStrategy()
inputs = tf.reshape(tf.range(32, dtype=tf.float32) / 32, shape=[32, 1])
dataset = tf.data.Dataset.from_tensor_slices((inputs, 3 * inputs)).batch(16)
for library in (keras, tf_keras):
    library.utils.set_random_seed(0)
    with strategy.scope():
        model = library.Sequential([library.Input(shape=(1,)), library.layers.Dense(1)])
        model.compile(optimizer="sgd", loss="mse")
    try:
        history = model.fit(dataset, epochs=1, verbose=0)
        print(f"{library.__name__}|{history.history['loss'][-1]}", flush=True)
    except ValueError as problem:
        first_line = str(problem).splitlines()[0]
        print(f"{library.__name__}|{type(problem).__name__}: {first_line}", flush=True)
"""

# %% start
def free_port():
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        return listener.getsockname()[1]


Path("worker.py").write_text(WORKER)
cluster = {"worker": [f"localhost:{free_port()}" for _ in range(2)]}
workers = []
for index in range(2):
    place = {"cluster": cluster, "task": {"type": "worker", "index": index}}
    environment = {**os.environ, "TF_CONFIG": json.dumps(place)}
    worker = subprocess.Popen(
        [sys.executable, "worker.py"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    workers.append(worker)

reports = [worker.communicate(timeout=300)[0] for worker in workers]
losses = dict(line.split("|", maxsplit=1) for line in reports[0].splitlines())

# %% old
error = losses["keras"]
print(error)

# %% new
print("both workers alike:", reports[0] == reports[1])
print(f"loss {float(losses['tf_keras']):.4f}")
