# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "The slides' two Keras programs, with the data that they left out"
# sources = ["kth-keras-linreg", "kth-keras-logreg", "kth-promised-keras-logreg-data"]
#
# [tool.book.smoke]
# EPOCHS = 2
# SEEDS = [0]
#
# [tool.book.values]
# epochs = "EPOCHS"
# linear = "linear"
# linear_loss = "linear_loss"
# slow_loss = "[run[0] for run in runs[0.001]]"
# fast_loss = "[run[0] for run in runs[0.05]]"
# slow_accuracy = "[run[1] for run in runs[0.001]]"
# fast_accuracy = "[run[1] for run in runs[0.05]]"
# fast_weights = "np.mean([run[2] for run in runs[0.05]], axis=0).tolist()"
# slow_weights = "np.mean([run[2] for run in runs[0.001]], axis=0).tolist()"
# meaningless = "meaningless"
# ///

# %% parameters
EPOCHS = 100
SEEDS = (0, 1, 2)

# %% linear
import keras
import numpy as np

generator = np.random.default_rng(0)
inputs = generator.normal(size=(2000, 3)).astype("float32")
z = inputs @ [0.3, 0.5, 0.1] - 0.2
targets = (generator.random(2000) < 1 / (1 + np.exp(-z))).astype("float32")


def fit(activation, loss, metric, answers, learning_rate, seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [keras.Input(shape=(3,)), keras.layers.Dense(units=1, activation=activation)]
    )
    optimizer = keras.optimizers.SGD(learning_rate=learning_rate)
    model.compile(optimizer=optimizer, loss=loss, metrics=[metric])
    model.fit(inputs, answers, epochs=EPOCHS, batch_size=32, verbose=0)
    value, measured = model.evaluate(inputs, answers, verbose=0)
    found = np.concatenate([array.ravel() for array in model.get_weights()]).tolist()
    return value, measured, found


linear_loss, _, linear = fit("linear", "mse", "mae", z, learning_rate=0.001, seed=0)
print("weights, bias", np.round(linear, 4))

# %% logistic
runs = {}
for learning_rate in (0.001, 0.05):
    runs[learning_rate] = [
        fit("sigmoid", "binary_crossentropy", "accuracy", targets, learning_rate, seed)
        for seed in SEEDS
    ]
    loss, accuracy = np.mean([run[:2] for run in runs[learning_rate]], axis=0)
    weights = np.mean([run[2] for run in runs[learning_rate]], axis=0)
    print(learning_rate, f"loss {loss:.3f} accuracy {accuracy:.3f}", weights.round(2))

# %% real-targets
_, meaningless, _ = fit("sigmoid", "binary_crossentropy", "accuracy", z, 0.001, seed=0)
print(f"accuracy with the slides' real-valued targets: {meaningless:.3f}")
