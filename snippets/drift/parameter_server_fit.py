# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "tf-keras~=2.21.0"]
#
# [tool.book]
# title = "fit on parameter servers: refused by Keras 3, at home in Keras 2"
# marks = ["multiworker"]
# timeout = 240
#
# [tool.book.values]
# error = "error"
# works = "report['tf_keras']"
# ///

# %% program
import json
import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import json, os
import keras, tensorflow as tf, tf_keras

resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
if resolver.task_type != "chief":
    os.environ["GRPC_FAIL_FAST"] = "use_caller"
    tf.distribute.Server(resolver.cluster_spec(), resolver.task_type, 0, "grpc").join()

strategy = tf.distribute.ParameterServerStrategy(resolver)
inputs = tf.reshape(tf.range(64, dtype=tf.float32) / 64, shape=[64, 1])
dataset = tf.data.Dataset.from_tensor_slices((inputs, 3 * inputs)).repeat().batch(16)
report = {}
for library in (keras, tf_keras):
    with strategy.scope():
        model = library.Sequential([library.Input(shape=(1,)), library.layers.Dense(1)])
        model.compile(optimizer=library.optimizers.SGD(0.5), loss="mse")
    try:
        model.fit(dataset, epochs=5, steps_per_epoch=20, verbose=0)
        report[library.__name__] = float(model.weights[0].numpy()[0, 0])
    except ValueError as problem:
        report[library.__name__] = f"{type(problem).__name__}: {problem}"
print(json.dumps(report), flush=True)
os._exit(0)
"""


# %% start
def free_ports(count):
    """Free ports, below those that the system gives to outgoing connections."""
    listeners = []
    while len(listeners) < count:
        try:
            port = 20_000 + secrets.randbelow(12_000)
            listeners.append(socket.create_server(("127.0.0.1", port)))
        except OSError:  # somebody listens there: draw again
            continue
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


Path("program.py").write_text(PROGRAM)
roles = ("worker", "ps", "chief")
ports = dict(zip(roles, free_ports(len(roles))))
cluster = {role: [f"127.0.0.1:{port}"] for role, port in ports.items()}
processes = {}
try:
    for role in roles:
        place = {"cluster": cluster, "task": {"type": role, "index": 0}}
        environment = {**os.environ, "TF_CONFIG": json.dumps(place)}
        processes[role] = subprocess.Popen(
            [sys.executable, "program.py"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
    report = json.loads(processes["chief"].communicate(timeout=120)[0])
finally:  # servers serve until somebody ends them
    for process in processes.values():
        process.kill()
        process.wait()

# %% old
error = report["keras"]
print(error)

# %% new
print(f"slope learnt with Keras 2: {report['tf_keras']:.2f}")
