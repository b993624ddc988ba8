# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "MirroredStrategy step by step, on two logical devices"
# sources = ["mtf-ch07-mirrored-init", "mtf-ch07-mirrored-internals", "mtf-ch07-cross-device-ops", "mtf-ch07-two-cpu-devices", "mtf-ch07-per-replica-batch"]
#
# [tool.book.values]
# replicas = "strategy.num_replicas_in_sync"
# physical = "len(tf.config.list_physical_devices('CPU'))"
# cross_device_ops = "type(strategy.extended._cross_device_ops).__name__"
# calls_alone = "calls_alone"
# calls_passed = "calls_passed"
# own_gradients = "own_gradients"
# shared_gradient = "shared_gradient"
# whole = "float(whole)"
# share_by_global = "by_rule['share of the global batch, summed']"
# mean_summed = "by_rule['mean per replica, summed']"
# uneven_whole = "float(uneven_whole)"
# uneven_global = "uneven['share of the global batch, summed']"
# uneven_mean = "uneven['mean per replica, averaged']"
# lonely_mean = "str(lonely['mean per replica, averaged'])"
# lonely_global = "lonely['share of the global batch, summed']"
# lonely_whole = "float(lonely_whole)"
# ///

# %% devices
import numpy as np
import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
logical = [tf.config.LogicalDeviceConfiguration() for _ in range(2)]
tf.config.set_logical_device_configuration(cpu, logical)
print("physical:", [device.name for device in tf.config.list_physical_devices("CPU")])
print("logical: ", [device.name for device in tf.config.list_logical_devices("CPU")])

# %% late
try:
    tf.config.set_logical_device_configuration(cpu, logical[:1])
except RuntimeError as error:
    print(type(error).__name__, error, sep=": ")

# %% construct
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
print("replicas:", strategy.num_replicas_in_sync)
print(*strategy.extended.worker_devices, sep="\n")

# %% default
everything = tf.distribute.MirroredStrategy()
same = everything.extended.worker_devices == strategy.extended.worker_devices
print("without a list, the same two devices:", same)

# %% run
def who_am_i():
    context = tf.distribute.get_replica_context()
    return context.replica_id_in_sync_group


numbers = strategy.run(tf.function(who_am_i))
print(numbers)
print("as a tuple:", [int(n) for n in strategy.experimental_local_results(numbers)])
print("reduced:", int(strategy.reduce(tf.distribute.ReduceOp.SUM, numbers, axis=None)))

# %% variable
with strategy.scope():
    weight = tf.Variable(0.0, name="weight")
print(type(weight).__name__)
print(*(copy.device for copy in strategy.experimental_local_results(weight)), sep="\n")

# %% gradients
x = np.array([1.0, 2.0, 3.0, 4.0], dtype="float32")
y = 3.0 * x
dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(4)  # the global batch
distributed = strategy.experimental_distribute_dataset(dataset)


def replica_step(x, y):
    with tf.GradientTape() as tape:
        share = tf.reduce_sum(tf.square(weight * x - y)) / 4  # not / 2
    own = tape.gradient(share, weight)
    context = tf.distribute.get_replica_context()
    shared = context.all_reduce(tf.distribute.ReduceOp.SUM, own)
    weight.assign_sub(0.01 * shared)
    return own, shared


own, shared = strategy.run(tf.function(replica_step), args=next(iter(distributed)))
own_gradients = [float(g) for g in strategy.experimental_local_results(own)]
shared_gradient = [float(g) for g in strategy.experimental_local_results(shared)]
copies = [float(copy) for copy in strategy.experimental_local_results(weight)]
print("own gradients:     ", own_gradients)
print("all-reduced:       ", shared_gradient)
print("copies of weight:  ", [round(copy, 4) for copy in copies])
whole = np.mean(2 * (0.0 * x - y) * x)
print("whole batch, NumPy:", float(whole))
assert copies[0] == copies[1]
assert shared_gradient == [whole, whole]

# %% cross-device
def sum_of_ranks(operations):
    trial = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"], operations)

    def replica():
        context = tf.distribute.get_replica_context()
        rank = tf.cast(context.replica_id_in_sync_group, tf.float32) + 1.0
        return context.all_reduce(tf.distribute.ReduceOp.SUM, rank)

    results = trial.run(tf.function(replica))
    return [float(result) for result in trial.experimental_local_results(results)]


for operations in (
    tf.distribute.ReductionToOneDevice(),
    tf.distribute.HierarchicalCopyAllReduce(num_packs=1),
    tf.distribute.NcclAllReduce(),
):
    try:
        answer = sum_of_ranks(operations)
    except tf.errors.InvalidArgumentError as error:
        answer = f"{type(error).__name__}: {str(error).split(' used by')[0]}"
    print(f"{type(operations).__name__:26}", answer)
print("chosen by itself:", type(strategy.extended._cross_device_ops).__name__)

# %% created-alone
class Counting(tf.distribute.ReductionToOneDevice):
    calls = 0

    def reduce_implementation(self, *arguments, **options):
        Counting.calls += 1
        return super().reduce_implementation(*arguments, **options)


Counting()  # created, and given to nobody
sum_of_ranks(None)
calls_alone = Counting.calls
sum_of_ranks(Counting())
calls_passed = Counting.calls - calls_alone
print(f"asked to reduce: created alone {calls_alone}, passed {calls_passed}")

# %% scaling
def gradients(x, y, global_batch):
    """The gradient at weight 0 by three rules, for one batch split in two."""
    dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(global_batch)
    batch = next(iter(strategy.experimental_distribute_dataset(dataset)))

    examples = len(x)

    def replica(x, y):
        each = 2 * (0.0 * x - y) * x  # (examples of this replica,)
        return tf.reduce_sum(each) / examples, tf.reduce_mean(each), tf.size(each)

    share, mean, size = strategy.run(tf.function(replica), args=batch)
    rules = {
        "share of the global batch, summed": (share, tf.distribute.ReduceOp.SUM),
        "mean per replica, summed": (mean, tf.distribute.ReduceOp.SUM),
        "mean per replica, averaged": (mean, tf.distribute.ReduceOp.MEAN),
    }
    sizes = [int(s) for s in strategy.experimental_local_results(size)]
    return sizes, {
        rule: float(strategy.reduce(operation, values, axis=None))
        for rule, (values, operation) in rules.items()
    }


def show(x, y, global_batch):
    sizes, by_rule = gradients(x, y, global_batch)
    whole = np.mean(2 * (0.0 * x - y) * x)
    print(f"{len(x)} examples, split {sizes}, right answer {whole:.1f}")
    for rule, value in by_rule.items():
        print(f"    {rule:34} {value:7.1f}")
    return whole, by_rule


whole, by_rule = show(x, y, global_batch=4)

# %% uneven
uneven_whole, uneven = show(x[:3], y[:3], global_batch=4)
lonely_whole, lonely = show(x[:1], y[:1], global_batch=4)
