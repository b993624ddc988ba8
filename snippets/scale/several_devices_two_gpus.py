# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow[and-cuda]~=2.21.0", "numpy"]
#
# [tool.book]
# title = "One card split into two logical GPUs, the same mirrored training"
# sources = ["mtf-ch07-cross-device-ops"]
# marks = ["gpu"]
#
# [tool.book.smoke]
# STEPS = 10
#
# [tool.book.values]
# replicas = "mirrored.num_replicas_in_sync"
# operations = "list(differences)"
# loss_difference = "[float(difference) for difference in differences.values()]"
# refused = "list(refused)"
# ///

# %% parameters
STEPS = 100
GLOBAL_BATCH = 64
MEMORY_LIMIT = 2048  # MiB for each logical GPU
TOLERANCE = 1e-3

# %% devices
import keras
import numpy as np
import tensorflow as tf

gpus = tf.config.list_physical_devices("GPU")
assert gpus, "TensorFlow sees no GPU"
half = tf.config.LogicalDeviceConfiguration(memory_limit=MEMORY_LIMIT)
tf.config.set_logical_device_configuration(gpus[0], [half, half])
tf.config.experimental.enable_tensor_float_32_execution(False)  # all bits of float32
print([device.name for device in tf.config.list_logical_devices("GPU")])

# %% data
(images, labels), _ = keras.datasets.mnist.load_data()
count = STEPS * GLOBAL_BATCH
images = images[:count].reshape(STEPS, GLOBAL_BATCH, 784).astype("float32") / 255
labels = labels[:count].reshape(STEPS, GLOBAL_BATCH).astype("int32")
dataset = tf.data.Dataset.from_tensor_slices((images, labels))


# %% train
def train(strategy):
    keras.utils.set_random_seed(0)
    with strategy.scope():
        model = keras.Sequential([
            keras.Input(shape=(784,)),
            keras.layers.Dense(units=64, activation="relu"),
            keras.layers.Dense(units=10),
        ])
        optimizer = keras.optimizers.SGD(learning_rate=0.125)
        optimizer.build(model.trainable_variables)

    def replica_step(images, labels):
        with tf.GradientTape() as tape:
            logits = model(images, training=True)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
            loss = tf.reduce_sum(losses) / GLOBAL_BATCH
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    @tf.function
    def step(images, labels):
        shares = strategy.run(replica_step, args=(images, labels))
        return strategy.reduce(tf.distribute.ReduceOp.SUM, shares, axis=None)

    distributed = strategy.experimental_distribute_dataset(dataset)
    return np.array([step(*batch).numpy() for batch in distributed])


# %% compare
single = train(tf.distribute.OneDeviceStrategy("/GPU:0"))
differences, refused = {}, {}
for operations in (
    None,  # what TensorFlow chooses
    tf.distribute.HierarchicalCopyAllReduce(num_packs=1),
    tf.distribute.ReductionToOneDevice(),
    tf.distribute.NcclAllReduce(),  # NCCL may refuse two ranks on one card
):
    mirrored = tf.distribute.MirroredStrategy(["GPU:0", "GPU:1"], operations)
    name = type(operations).__name__ if operations else "by itself"
    try:
        losses = train(mirrored)
    except tf.errors.OpError as error:
        refused[name] = str(error).splitlines()[0]
        print(f"{name}: {type(error).__name__}: {refused[name]}")
        continue
    differences[name] = np.max(np.abs(losses - single))
    assert differences[name] < TOLERANCE, name
    print(f"{name}: largest difference {differences[name]:.1e}")
assert "HierarchicalCopyAllReduce" in differences
