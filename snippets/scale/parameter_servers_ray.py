# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy"]
#
# [tool.book]
# title = "The same training by Ray Train, in an environment that uv makes for it"
# marks = ["network"]
# timeout = 600
#
# [tool.book.smoke]
# STEPS = 20
#
# [tool.book.values]
# steps = "STEPS"
# versions = "report['versions']"
# jobs = "list(report['jobs'])"
# loss = "report['loss']"
# alike = "int(alike)"
# distance = "distance"
# ///

# %% parameters
STEPS = 60
RATE = 0.1
TIME_LIMIT = 400

# %% program
import inspect
import json
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np

PACKAGES = ("ray[train]==2.60.0", "tensorflow==2.21.0")


def train_loop(settings):
    """Runs in each worker. Ray has written TF_CONFIG."""
    import json
    import os
    import tempfile
    from pathlib import Path

    import numpy as np
    import ray.train
    import tensorflow as tf

    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    rank = ray.train.get_context().get_world_rank()
    generator = np.random.default_rng(seed=0)
    inputs = generator.normal(size=(64, 3)).astype("float32")
    targets = inputs @ np.array([1.0, -2.0, 3.0], dtype="float32")
    mine = slice(rank, None, strategy.num_replicas_in_sync)
    with strategy.scope():
        weights = tf.Variable(tf.zeros(3))

    def replica_step():
        with tf.GradientTape() as tape:
            errors = tf.linalg.matvec(inputs[mine], weights) - targets[mine]
            loss = tf.reduce_mean(tf.square(errors))
        gradient = tape.gradient(loss, weights)
        context = tf.distribute.get_replica_context()
        mean = tf.distribute.ReduceOp.MEAN
        loss, gradient = context.all_reduce(mean, [loss, gradient])
        weights.assign_sub(settings["rate"] * gradient)
        return loss

    step = tf.function(lambda: strategy.run(replica_step))
    for _ in range(settings["steps"]):
        loss = step()
    found = weights.numpy().tolist()
    place = json.loads(os.environ["TF_CONFIG"])
    jobs = {job: len(addresses) for job, addresses in place["cluster"].items()}
    note = {"found": found, "jobs": jobs}
    Path(settings["folder"], f"{rank}.json").write_text(json.dumps(note))
    with tempfile.TemporaryDirectory() as saved:
        Path(saved, "weights.json").write_text(json.dumps(found))
        checkpoint = ray.train.Checkpoint.from_directory(saved)
        ray.train.report({"loss": float(loss)}, checkpoint=checkpoint)


def main(folder, steps, rate):
    import json
    from pathlib import Path

    import ray
    import tensorflow as tf
    from ray.train import RunConfig, ScalingConfig
    from ray.train.tensorflow import TensorflowTrainer

    ray.init(
        num_cpus=2,
        include_dashboard=False,
        log_to_driver=False,
        _node_ip_address="127.0.0.1",
        _temp_dir=f"{folder}/ray",  # its sockets' paths may have 107 characters
    )
    try:
        result = TensorflowTrainer(
            train_loop,
            train_loop_config={"folder": folder, "steps": steps, "rate": rate},
            scaling_config=ScalingConfig(num_workers=2),
            run_config=RunConfig(name="fit", storage_path=f"{folder}/results"),
        ).fit()
        texts = [Path(folder, f"{rank}.json").read_text() for rank in (0, 1)]
        notes = [json.loads(text) for text in texts]
        saved = json.loads(Path(result.checkpoint.path, "weights.json").read_text())
    finally:
        ray.shutdown()
    versions = [f"Ray {ray.__version__}", f"TensorFlow {tf.__version__}"]
    report = {"versions": versions, "jobs": notes[0]["jobs"], "saved": saved}
    report |= {"found": [note["found"] for note in notes], **result.metrics}
    print(json.dumps(report))


# %% run
settings = {
    "RAY_USAGE_STATS_ENABLED": "0",  # tell nobody
    "RAY_AUTH_MODE": "disabled",  # else a token appears in the home folder
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",  # workers use the same environment as it is
    "CUDA_VISIBLE_DEVICES": "-1",
}
with tempfile.TemporaryDirectory(prefix="ray-") as folder:
    program = Path(folder) / "train.py"
    functions = inspect.getsource(train_loop), inspect.getsource(main)
    start = f'if __name__ == "__main__":\n    main({folder!r}, {STEPS}, {RATE})\n'
    program.write_text("\n\n".join([*functions, start]))
    needs = [option for package in PACKAGES for option in ("--with", package)]
    answer = subprocess.run(
        ["uv", "run", "--quiet", "--isolated", "--no-project", *needs, str(program)],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
    )
    assert answer.returncode == 0, answer.stderr[-3_000:]
    report = json.loads(answer.stdout.splitlines()[-1])

alike = report["found"][0] == report["found"][1] == report["saved"]
distance = float(np.max(np.abs(np.array(report["saved"]) - [1.0, -2.0, 3.0])))
print(*report["versions"], sep=", ")
print("jobs in TF_CONFIG:", report["jobs"])
print("both workers and the checkpoint alike, bit for bit:", alike)
print("weights:", np.round(report["saved"], 2))
