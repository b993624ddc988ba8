# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "tensorboard~=2.21.0", "scikit-learn", "matplotlib"]
#
# [tool.book]
# title = "The older listing: what fails, what flatters, and what its printed log gives away"
# sources = [
#     "tb-previous-listing-notes", "tb-boston-load-standardise",
#     "tb-linreg-subclassed-model", "tb-linreg-loss-optimizer-metrics",
#     "tb-linreg-training-loop", "tb-linreg-printed-log",
# ]
#
# [tool.book.smoke]
# EPOCHS = 150
# ORDERS = 5
#
# [tool.book.values]
# accuracy_of_prices = "accuracy_of_prices"
# own_scaler = "scores['test split'][1]"
# training_scaler = "scores['training split'][1]"
# own_scaler_mse = "scores['test split'][0]"
# training_scaler_mse = "scores['training split'][0]"
# one_row = "one_row"
# batch_mean = "batch_mean"
# fixed_change = "fixed_change"
# fresh_change = "fresh_change"
# fixed_last = "fixed_last"
# orders = "ORDERS"
# train_low = "float(cloud[:, 0].min())"
# train_high = "float(cloud[:, 0].max())"
# test_low = "float(cloud[:, 1].min())"
# test_high = "float(cloud[:, 1].max())"
# test_loss_rmse = "float(np.sqrt(29.143898010253906))"
# train_loss_rmse = "float(np.sqrt(21.970487594604492))"
# best_epochs = "best_epochs"
# best_rmses = "best_rmses"
# last_rmses = "last_rmses"
# ///

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras.datasets import boston_housing
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import StandardScaler

# %% parameters
EPOCHS = 1_000
ORDERS = 2_000
SEEDS = (0, 1, 2)
BATCH = 32
LEARNING_RATE = 0.01

# %% errors
class OldModel(keras.Model):
    def __init__(self):
        super().__init__()
        start = tf.random.normal(shape=(13, 1), dtype=tf.float64)
        self.weight = tf.Variable(start)
        self.bias = tf.Variable(tf.constant(1.0, dtype=tf.float64))

    def call(self, inputs):
        return tf.add(tf.matmul(inputs, self.weight), self.bias)


keras.utils.set_random_seed(0)
old_model = OldModel()
print("trainable:", old_model.trainable_variables)
attempts = {
    "call": (tf.errors.InvalidArgumentError, lambda: old_model(np.zeros((2, 13)))),
    "apply": (ValueError, lambda: keras.optimizers.SGD().apply_gradients(zip([], []))),
    "reset": (AttributeError, lambda: keras.metrics.Mean().reset_states()),
}
for name, (kind, attempt) in attempts.items():
    try:
        attempt()
    except kind as error:
        said = str(error).split("call().\n\n")[-1].split(" [Op")[0]
        print(f"{name}: {type(error).__name__}: {said}")

# %% accuracy
(x_train, y_train), (x_test, y_test) = boston_housing.load_data()
accuracy = keras.metrics.Accuracy()
accuracy.update_state(y_test, y_test + 0.1)  # off by a hundred dollars
accuracy_of_prices = float(accuracy.result())
print("accuracy of nearly perfect prices:", accuracy_of_prices)

# %% scalers
train_scaler = StandardScaler().fit(x_train)
rows = train_scaler.transform(x_train)
exact = LinearRegression().fit(rows, y_train)

scores = {}
for name, fitted in (("training split", x_train), ("test split", x_test)):
    test_rows = StandardScaler().fit(fitted).transform(x_test)
    error = float(np.mean((exact.predict(test_rows) - y_test) ** 2))
    scores[name] = (error, error**0.5)
    print(f"test rows scaled by the {name:14s}: MSE {error:.2f}, RMSE {error**0.5:.3f}")

price_of_one = [
    float(exact.predict(scaler.transform(x_test[:1]))[0])
    for scaler in (train_scaler, StandardScaler().fit(x_test[:50]))
]
one_row = price_of_one
print("the same house, other company:", np.round(price_of_one, 1))

# %% batch-means
old_rows = StandardScaler().fit(x_test).transform(x_test)  # as the listing has it
squares = (exact.predict(old_rows) - y_test) ** 2
parts = [squares[start : start + BATCH] for start in range(0, len(squares), BATCH)]
batch_mean = float(np.mean([part.mean() for part in parts]))
print("means of the batches:", [round(float(part.mean()), 2) for part in parts])
print("rows in the batches: ", [len(part) for part in parts])
print(f"mean of means {batch_mean:.2f}, mean of all rows {squares.mean():.2f}")

# %% orders
targets = y_train.reshape(-1, 1)


def train(seed, test_rows, reshuffle):
    rng = np.random.default_rng(seed)
    weight, bias = rng.normal(size=(13, 1)), 1.0
    order, log, test_rmse = rng.permutation(len(rows)), [], []
    for _ in range(EPOCHS):
        losses = []
        for start in range(0, len(rows), BATCH):
            chosen = order[start : start + BATCH]
            error = rows[chosen] @ weight + bias - targets[chosen]
            losses.append((error**2).mean())
            slope = 2 * rows[chosen].T @ error / len(chosen)
            weight = weight - LEARNING_RATE * slope
            bias = bias - LEARNING_RATE * 2 * error.mean()
        log.append(np.mean(losses))
        test_error = (test_rows @ weight + bias)[:, 0] - y_test
        test_rmse.append(np.sqrt((test_error**2).mean()))
        order = rng.permutation(len(rows)) if reshuffle else order
    return np.array(log), np.array(test_rmse)


right_rows = train_scaler.transform(x_test)
runs = {
    reshuffle: [train(seed, right_rows, reshuffle) for seed in SEEDS]
    for reshuffle in (False, True)
}
fixed_change, fresh_change = (
    [float(abs(log[-1] - log[-101])) for log, _ in runs[reshuffle]]
    for reshuffle in (False, True)
)
fixed_last = [float(log[-1]) for log, _ in runs[False]]
best_epochs = [int(rmse.argmin()) + 1 for _, rmse in runs[True]]
best_rmses = [float(rmse.min()) for _, rmse in runs[True]]
last_rmses = [float(rmse[-100:].mean()) for _, rmse in runs[True]]
print("printed loss, change over the last 100 epochs")
print("  one order for ever:", [f"{change:.0e}" for change in fixed_change])
print("  a new order each:  ", [f"{change:.0e}" for change in fresh_change])
print("lowest test RMSE at epoch", best_epochs)

# %% fixed-points
def fixed_point(order):
    """Where SGD ends up that meets the same batches in the same order for ever."""
    ones = np.ones((len(rows), 1))
    inputs = np.hstack([rows, ones])[order]
    prices = targets[order]
    starts = range(0, len(inputs), BATCH)
    parts = [(inputs[s : s + BATCH], prices[s : s + BATCH]) for s in starts]
    matrix, shift = np.eye(14), np.zeros((14, 1))
    for part, price in parts:  # each step maps the weights w to a @ w + b
        rate = 2 * LEARNING_RATE / len(part)
        a, b = np.eye(14) - rate * part.T @ part, rate * part.T @ price
        matrix, shift = a @ matrix, a @ shift + b
    weights = np.linalg.solve(np.eye(14) - matrix, shift)

    test = (np.hstack([old_rows, ones[: len(old_rows)]]) @ weights)[:, 0] - y_test
    losses = [(test[s : s + BATCH] ** 2).mean() for s in range(0, len(test), BATCH)]
    printed = []
    for part, price in parts:
        error = part @ weights - price
        printed.append((error**2).mean())
        weights = weights - 2 * LEARNING_RATE / len(part) * part.T @ error
    return np.mean(printed), np.mean(losses)


rng = np.random.default_rng(0)
cloud = np.array([fixed_point(rng.permutation(len(rows))) for _ in range(ORDERS)])

# %% fixed-points-picture
_, (left, right) = plt.subplots(ncols=2, figsize=(7.2, 3.3))
for reshuffle, colour, wide in ((True, "C1", 0.3), (False, "C0", 2)):
    for log, _ in runs[reshuffle]:
        left.plot(range(100, EPOCHS + 1), log[99:], color=colour, lw=wide)
note = {"ha": "right", "transform": left.transAxes}
left.text(0.98, 0.95, "new order each epoch", color="C1", **note)
left.text(0.98, 0.03, "one order for ever", color="C0", **note)
left.set(title="three seeds each", xlabel="epoch", ylabel="training loss as printed")
right.plot(*cloud.T, ".", color="C0", alpha=0.3, ms=3, rasterized=True)
right.plot(21.9704876, 29.1438980, "*", color="C1", ms=13)
line = {"arrowstyle": "-", "lw": 1, "color": "C1"}
note = {"xytext": (22.6, 27.95), "color": "C1", "arrowprops": line}
right.annotate("last line of the source's log", xy=(21.9704876, 29.1438980), **note)
right.set(title="where one fixed order ends", xlabel="training loss as printed")
right.set_ylabel("test loss as printed")
plt.show()
print("training", np.round([cloud[:, 0].min(), cloud[:, 0].max()], 2))
print("test    ", np.round([cloud[:, 1].min(), cloud[:, 1].max()], 2))
