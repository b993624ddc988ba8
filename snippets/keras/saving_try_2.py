# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Solution: which optimizers need their state?"
# sources = []
# marks = []
#
# [tool.book.values]
# names = "list(results)"
# differences = "[result[1] for result in results.values()]"
# variables = "[result[0] for result in results.values()]"
# ///

# %% solution
import keras
import numpy as np
import tensorflow as tf

tf.config.experimental.enable_op_determinism()
generator = np.random.default_rng(0)
rows = generator.normal(size=(640, 20)).astype("float32")
targets = rows @ generator.normal(size=(20, 1)).astype("float32")

optimizers = {
    "SGD": lambda: keras.optimizers.SGD(learning_rate=0.01),
    "SGD, momentum": lambda: keras.optimizers.SGD(learning_rate=0.01, momentum=0.9),
    "Adagrad": lambda: keras.optimizers.Adagrad(learning_rate=0.01),
    "Adam": lambda: keras.optimizers.Adam(learning_rate=0.01),
}


def build_model(make_optimizer):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input(shape=(20,)), keras.layers.Dense(units=1)])
    model.compile(optimizer=make_optimizer(), loss="mse")
    return model


def train(model, epochs):
    model.fit(rows, targets, epochs=epochs, shuffle=False, verbose=0)
    return model


results = {}
for name, make_optimizer in optimizers.items():
    straight = train(build_model(make_optimizer), epochs=4)
    half = train(build_model(make_optimizer), epochs=2)
    resumed = build_model(make_optimizer)
    resumed.set_weights(half.get_weights())  # the weights, and nothing else
    train(resumed, epochs=2)
    difference = float(np.abs(
        resumed.get_weights()[0] - straight.get_weights()[0]
    ).max())
    results[name] = (len(half.optimizer.variables) - 2, difference)
    print(f"{name:14s} {results[name][0]} arrays of state, difference {difference:.5f}")
