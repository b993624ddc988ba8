# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Solution: four small batches that count as one large one"
# sources = []
# marks = []
#
# [tool.book.smoke]
# IMAGES = 256
#
# [tool.book.values]
# difference = "difference"
# moved = "moved"
# updates = "int(updates)"
# ///

# %% imports
import keras
import numpy as np
import tensorflow as tf

# %% parameters
IMAGES = 2_048
LARGE = 128
SMALL = 32

# %% data
(x, y), _ = keras.datasets.mnist.load_data()
x = x[:IMAGES].reshape(IMAGES, 784).astype("float32") / 255.0  # (images, 784)
data = tf.data.Dataset.from_tensor_slices((x, y[:IMAGES]))
loss_function = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def build_model():
    keras.utils.set_random_seed(0)
    return keras.Sequential([
        keras.Input(shape=(784,)),
        keras.layers.Dense(units=32, activation="relu"),
        keras.layers.Dense(units=10),
    ])


# %% accumulate
def train(batch_size, batches_per_update):
    model = build_model()
    optimizer = keras.optimizers.Adam()
    variables = model.trainable_variables
    sums = [tf.Variable(tf.zeros_like(variable)) for variable in variables]

    @tf.function
    def add_gradients(images, labels):
        with tf.GradientTape() as tape:
            loss = loss_function(labels, model(images, training=True))
        for total, gradient in zip(sums, tape.gradient(loss, variables)):
            total.assign_add(gradient / batches_per_update)

    for step, (images, labels) in enumerate(data.batch(batch_size), start=1):
        add_gradients(images, labels)
        if step % batches_per_update == 0:
            optimizer.apply_gradients(zip(sums, variables))
            for total in sums:
                total.assign(tf.zeros_like(total))
    return model.get_weights(), optimizer.iterations.numpy()


# %% compare
large, updates = train(batch_size=LARGE, batches_per_update=1)
small, small_updates = train(batch_size=SMALL, batches_per_update=LARGE // SMALL)


def largest_gap(first, second):
    return max(float(np.abs(a - b).max()) for a, b in zip(first, second))


difference = largest_gap(large, small)
moved = largest_gap(large, build_model().get_weights())
print("updates", updates, "and", small_updates)
print(f"weights differ by at most {difference:.1e}")
print(f"training moved one by     {moved:.1e}")
