# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "all_reduce and all_gather on two logical CPUs, and NCCL without a GPU"
# sources = ["mtf-ch07-communication-options", "mtf-ch07-q4-comm-strategies"]
#
# [tool.book.values]
# total = "[float(value) for value in results['SUM'][0]]"
# gathered = "[float(value) for value in results['gathered'][0]]"
# implementations = "[choice.name for choice in choices]"
# nccl_error = "nccl_error"
# positional_error = "positional_error"
# warnings = "warnings"
# ///

# %% devices
import logging

import tensorflow as tf

cpu = tf.config.list_physical_devices(device_type="CPU")[0]
logical = [tf.config.LogicalDeviceConfiguration() for _ in range(2)]
tf.config.set_logical_device_configuration(cpu, logical)
strategy = tf.distribute.MirroredStrategy(devices=["CPU:0", "CPU:1"])


# %% collectives
@tf.function
def step():
    context = tf.distribute.get_replica_context()
    number = tf.cast(context.replica_id_in_sync_group, tf.float32)
    mine = tf.stack([1.0, 2.0]) * 10.0**number  # [1, 2] and [10, 20]
    return {
        "mine": mine,
        "SUM": context.all_reduce(tf.distribute.ReduceOp.SUM, mine),
        "MEAN": context.all_reduce(tf.distribute.ReduceOp.MEAN, mine),
        "gathered": context.all_gather(mine, axis=0),
    }


results = {
    name: [replica.numpy() for replica in strategy.experimental_local_results(values)]
    for name, values in strategy.run(step).items()
}
for name, (first, second) in results.items():
    print(f"{name:9} replica 0: {first.tolist()}  replica 1: {second.tolist()}")

# %% choices
experimental = tf.distribute.experimental
choices = list(experimental.CommunicationImplementation)
print([choice.name for choice in choices])
same = experimental.CollectiveCommunication is experimental.CommunicationImplementation
print("the old name is the same class:", same)

# %% positional
nccl = experimental.CommunicationImplementation.NCCL
try:
    tf.distribute.MultiWorkerMirroredStrategy(nccl)
except ValueError as error:
    positional_error = f"{type(error).__name__}: {error}"
print(positional_error)

# %% nccl
warnings = []
handler = logging.Handler()
handler.emit = lambda record: warnings.append(record.getMessage().splitlines()[0])
tf.get_logger().addHandler(handler)
options = experimental.CommunicationOptions(implementation=nccl)
one_worker = tf.distribute.MultiWorkerMirroredStrategy(communication_options=options)
tf.get_logger().removeHandler(handler)

print(*warnings, sep="\n")
print("and yet:", one_worker.num_replicas_in_sync, "worker is ready")

# %% nccl-op
with_nccl = tf.distribute.MirroredStrategy(
    devices=["CPU:0", "CPU:1"], cross_device_ops=tf.distribute.NcclAllReduce()
)


@tf.function
def sum_ones():
    context = tf.distribute.get_replica_context()
    return context.all_reduce(tf.distribute.ReduceOp.SUM, tf.ones([2]))


try:
    with_nccl.run(sum_ones)
except tf.errors.InvalidArgumentError as error:
    first_line = str(error).splitlines()[0].split(" used by")[0]
    nccl_error = f"{type(error).__name__}: {first_line}"
print(nccl_error)
