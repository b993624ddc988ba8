# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow[and-cuda]~=2.21.0"]
#
# [tool.book]
# title = "One card, two logical GPUs: what reduces there is not NCCL"
# sources = ["mtf-ch07-communication-options"]
# marks = ["gpu"]
#
# [tool.book.values]
# replicas = "strategy.num_replicas_in_sync"
# total = "[float(value) for value in totals[0]]"
# devices = "places"
# ///

# %% parameters
MEGABYTES = 1024  # of memory for each logical GPU

# %% devices
import tensorflow as tf

gpus = tf.config.list_physical_devices(device_type="GPU")
assert gpus, "TensorFlow sees no GPU"
halves = [tf.config.LogicalDeviceConfiguration(memory_limit=MEGABYTES) for _ in "ab"]
tf.config.set_logical_device_configuration(gpus[0], halves)
print(tf.config.list_logical_devices(device_type="GPU"))

# %% strategy
# NCCL wants one rank a card and refuses the same card twice. MirroredStrategy knows:
# with logical GPUs it takes the ring.
strategy = tf.distribute.MirroredStrategy(devices=["GPU:0", "GPU:1"])


@tf.function
def step():
    context = tf.distribute.get_replica_context()
    number = tf.cast(context.replica_id_in_sync_group, tf.float32)
    mine = tf.stack([1.0, 2.0]) * 10.0**number  # [1, 2] and [10, 20]
    return context.all_reduce(tf.distribute.ReduceOp.SUM, mine)


summed = strategy.experimental_local_results(strategy.run(step))
totals = [total.numpy().tolist() for total in summed]
places = [total.device.rpartition("device:")[2] for total in summed]
for place, total in zip(places, totals, strict=True):
    print(place, total)
assert places == ["GPU:0", "GPU:1"]
assert totals == [[11.0, 22.0], [11.0, 22.0]]
