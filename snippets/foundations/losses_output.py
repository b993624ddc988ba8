# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Which output layer with which loss: five tasks, five fits, four mistakes"
# sources = ["mtf-ch03-output-layer-loss-table"]
#
# [tool.book.smoke]
# SEEDS = [0]
# EPOCHS = 3
#
# [tool.book.values]
# seeds = "len(SEEDS)"
# regression = "fits['regression']"
# positive = "fits['positive amounts']"
# binary = "fits['yes or no']"
# multi_class = "fits['one of three']"
# multi_label = "fits['any of three']"
# relu_output = "relu_output"
# relu_zero = "relu_zero"
# one_softmax = "one_softmax"
# share_yes = "float(yes.mean())"
# shape_error = "shape_error"
# ///

# %% parameters
SEEDS = (0, 1, 2)
EPOCHS = 40

# %% tasks
import keras
import numpy as np

generator = np.random.default_rng(seed=0)
inputs = generator.normal(size=(1000, 4)).astype("float32")
scores = inputs @ generator.normal(size=(4, 3))  # (example, score): what decides
targets = {
    "regression": scores[:, :1],
    "positive amounts": np.exp(scores[:, :1] / 2),
    "yes or no": (scores[:, :1] > 0.3).astype("float32"),
    "one of three": scores.argmax(axis=1),
    "any of three": (scores > 0.3).astype("float32"),
}
outputs = {  # task: (units, activation of the model's last layer, loss, metric)
    "regression": (1, None, "mean_squared_error", "mean_squared_error"),
    "positive amounts": (1, "exponential", "poisson", "mean_squared_error"),
    "yes or no": (1, "sigmoid", "binary_crossentropy", "accuracy"),
    "one of three": (3, "softmax", "sparse_categorical_crossentropy", "accuracy"),
    "any of three": (3, "sigmoid", "binary_crossentropy", "binary_accuracy"),
}


# %% fit
def fit(seed, target, units, activation, loss, metric):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [keras.Input(shape=(4,)), keras.layers.Dense(units, activation=activation)]
    )
    optimizer = keras.optimizers.Adam(learning_rate=0.03)
    model.compile(optimizer=optimizer, loss=loss, metrics=[metric])
    model.fit(inputs[:800], target[:800], epochs=EPOCHS, verbose=0)
    _, score = model.evaluate(inputs[800:], target[800:], verbose=0)
    return float(score), model


fits = {}
for task, output in outputs.items():
    fits[task] = [fit(seed, targets[task], *output)[0] for seed in SEEDS]
    print(f"{task:17}{output[3]:19}", np.round(fits[task], 3))

# %% mistakes
numbers, yes = targets["regression"], targets["yes or no"]
tries = [fit(seed, numbers, 1, "relu", "mse", "mse") for seed in SEEDS]
relu_output = [score for score, _ in tries]
lowest = min(model.predict(inputs[800:], verbose=0).min() for _, model in tries)
relu_zero = float(lowest)
print("ReLU on numbers of both signs: error", np.round(relu_output, 2))

softmax = [fit(s, yes, 1, "softmax", "binary_crossentropy", "accuracy") for s in SEEDS]
one_softmax = [score for score, _ in softmax]
print("softmax over one unit: accuracy", np.round(one_softmax, 3),
      "and predictions", np.unique(softmax[0][1].predict(inputs, verbose=0)))

try:
    one_hot_loss = "categorical_crossentropy"
    fit(0, targets["one of three"], 3, "softmax", one_hot_loss, "accuracy")
except ValueError as error:
    shape_error = f"{type(error).__name__}: {error}"
    print(shape_error)
