# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "TF_CONFIG: one map for all, one place for each"
# sources = ["mtf-ch07-mw-setup", "mtf-ch07-tf-config", "mtf-ch07-mw-op-order",
#            "mtf-ch07-q3-worker-hosts"]
#
# [tool.book.values]
# alone = "int(alone.num_replicas_in_sync)"
# too_late = "too_late"
# outside = "outside"
# ///

# %% parameters
ADDRESSES = ("10.77.0.1:2222", "10.77.0.2:2222")

# %% configs
import json

cluster = {"worker": list(ADDRESSES)}
configs = []
for index in range(len(ADDRESSES)):
    task = {"type": "worker", "index": index}
    configs.append(json.dumps({"cluster": cluster, "task": task}))
for config in configs:
    print(config.replace(', "task"', ',\n "task"'))

# %% picture
import matplotlib.pyplot as plt

figure, axes = plt.subplots(figsize=(7.2, 3.3))
axes.set(xlim=(0, 10), ylim=(0.3, 4.9))
axes.axis("off")
for index, config in enumerate(configs):
    left, place = 0.1 + 5.5 * index, json.loads(config)
    box = {"width": 4.3, "linewidth": 1.2}
    axes.add_patch(plt.Rectangle((left, 0.5), height=4.2, fill=False, **box, ec="C6"))
    axes.add_patch(plt.Rectangle((left, 2.5), height=1.3, alpha=0.15, **box, fc="C0"))
    axes.add_patch(plt.Rectangle((left, 1.6), height=0.8, alpha=0.15, **box, fc="C1"))
    role = "chief" if place["task"]["index"] == 0 else "worker"
    axes.text(left + 0.15, 4.2, f"machine {index} ({role})", weight="bold", va="center")
    addresses = place["cluster"]["worker"]
    lines = [f"{number}  {text}" for number, text in enumerate(addresses)]
    axes.text(left + 0.15, 3.15, "cluster, the same for all:\n" + "\n".join(lines),
              va="center")  # fmt: skip
    mine = "task, its own:  worker {index}".format(**place["task"])
    axes.text(left + 0.15, 2.0, mine, va="center")
    server = place["cluster"]["worker"][place["task"]["index"]]
    axes.text(left + 0.15, 1.05, f"listens at {server}", va="center")
arrow = {"arrowstyle": "<->", "color": "C2", "linewidth": 1.6}
axes.annotate("", xy=(4.45, 1.05), xytext=(5.55, 1.05), arrowprops=arrow)
axes.text(5.0, 1.3, "gradients", ha="center", fontsize="small", color="C2")
plt.show()

# %% inherit
import os
import subprocess
import sys

CHILD = "import os; print(os.environ.get('TF_CONFIG', 'nothing.')[-31:-1])"


def child_sees(**environment):
    command = [sys.executable, "-c", CHILD]
    everything = {**os.environ, **environment}
    done = subprocess.run(command, env=everything, capture_output=True, text=True)
    return done.stdout.strip()


os.environ.pop("TF_CONFIG", None)
print("nobody set it:   ", child_sees())
os.environ["TF_CONFIG"] = configs[0]
print("parent's, passed:", child_sees())
print("child's own:     ", child_sees(TF_CONFIG=configs[1]))
print("parent's, still: ", os.environ["TF_CONFIG"][-31:-1])

# %% resolver
import tensorflow as tf

os.environ["TF_CONFIG"] = configs[1]
resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
print("who am I:      ", resolver.task_type, resolver.task_id)
print("who is there:  ", resolver.cluster_spec().as_dict())

# %% outside
place = {"cluster": cluster, "task": {"type": "worker", "index": 2}}
os.environ["TF_CONFIG"] = json.dumps(place)
try:
    tf.distribute.MultiWorkerMirroredStrategy()
except ValueError as error:
    outside = f"{type(error).__name__}: {error}"
    print(outside)

# %% too-late
total = tf.reduce_sum([1.0, 2.0])  # any operation
os.environ["TF_CONFIG"] = configs[0]
try:
    tf.distribute.MultiWorkerMirroredStrategy()
except RuntimeError as error:
    too_late = f"{type(error).__name__}: {error}"
    print(too_late)

# %% alone
del os.environ["TF_CONFIG"]
alone = tf.distribute.MultiWorkerMirroredStrategy()
print("replicas:", alone.num_replicas_in_sync)
