# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Solution: two optimizers, each with its own part of the model"
#
# [tool.book.smoke]
# ROWS = 256
#
# [tool.book.values]
# same_gap = "same_gap"
# frozen_move = "frozen_move"
# moves = "moves"
# steps = "steps"
# ///

# %% parameters
ROWS = 2_048
BATCH = 64

# %% model
import keras
import numpy as np
import tensorflow as tf

(x, y), _ = keras.datasets.fashion_mnist.load_data()
x = x[:ROWS].reshape(ROWS, 784).astype("float32") / 255.0
batches = tf.data.Dataset.from_tensor_slices((x, y[:ROWS])).batch(BATCH)
loss_function = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


# %% train
def train(*optimizers):
    """One optimizer for the whole, or one for the body and one for the head."""
    keras.utils.set_random_seed(0)
    body = keras.layers.Dense(units=32, activation="relu")
    head = keras.layers.Dense(units=10)
    model = keras.Sequential([keras.Input(shape=(784,)), body, head])
    parts = [body.trainable_variables, head.trainable_variables]
    if len(optimizers) == 1:
        parts = [model.trainable_variables]
    for optimizer, part in zip(optimizers, parts):
        optimizer.build(part)

    @tf.function
    def step(images, labels):
        with tf.GradientTape() as tape:
            loss = loss_function(labels, model(images, training=True))
        for optimizer, part, gradients in zip(
            optimizers, parts, tape.gradient(loss, parts)
        ):
            optimizer.apply(gradients, part)

    start = model.get_weights()
    for images, labels in batches:
        step(images, labels)
    moves = [float(np.abs(a - b).max()) for a, b in zip(start, model.get_weights())]
    return model.get_weights(), moves, [int(one.iterations) for one in optimizers]


# %% check
SGD, Adam = keras.optimizers.SGD, keras.optimizers.Adam
whole, _, _ = train(SGD(learning_rate=0.1))
halves, _, _ = train(SGD(learning_rate=0.1), SGD(learning_rate=0.1))
same_gap = max(float(np.abs(a - b).max()) for a, b in zip(whole, halves))
_, frozen, _ = train(SGD(learning_rate=0.0), Adam(learning_rate=0.001))
frozen_move = max(frozen[:2])
_, moves, steps = train(SGD(learning_rate=0.01), Adam(learning_rate=0.001))
print("two equal halves against one:", same_gap)
print("body with a rate of zero moved by", frozen_move)
print("SGD for the body, Adam for the head:", np.round(moves, 3), "steps", steps)
