# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Class and sample weights: what they multiply and what they do not"
# sources = ["mtf-ch03-compile-arguments"]
# marks = []
#
# [tool.book.smoke]
# ROWS = 600
# EPOCHS = 1
# SEEDS = [0]
# WEIGHTS = [1.0, 2.0]
#
# [tool.book.values]
# differences = "[float(value) for value in differences]"
# loss_gap = "float(abs(scores['loss'] - by_hand['loss']))"
# loss = "float(scores['loss'])"
# normalised = "float(by_hand['divided by the weights'])"
# plain_gap = "float(abs(scores['plain'] - by_hand['plain']))"
# weighted_gap = "float(abs(scores['weighted'] - by_hand['weighted']))"
# plain = "float(scores['plain'])"
# weighted = "float(scores['weighted'])"
# weights = "list(WEIGHTS)"
# recall = "[float(v) for v in recall.mean(axis=1)]"
# precision = "[float(v) for v in precision.mean(axis=1)]"
# accuracy = "[float(v) for v in share.mean(axis=1)]"
# recall_first = "[float(v) for v in recall[0]]"
# recall_last = "[float(v) for v in recall[-1]]"
# precision_first = "[float(v) for v in precision[0]]"
# precision_last = "[float(v) for v in precision[-1]]"
# accuracy_first = "[float(v) for v in share[0]]"
# accuracy_last = "[float(v) for v in share[-1]]"
# evaluated_gap = "float(evaluated_gap)"
# ///

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras.layers import Dense

# %% parameters
ROWS = 10_000
EPOCHS = 8
WEIGHTS = (1.0, 2.0, 4.0, 8.0)  # of one shirt; all other rows count 1
SEEDS = (0, 1, 2)

# %% data
(x, y), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x, y = x[:ROWS].reshape(-1, 784).astype("float32") / 255.0, y[:ROWS]
x_test = x_test.reshape(-1, 784).astype("float32") / 255.0
shirt = 6


# %% model
def build_model(seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([
        keras.Input(shape=(784,)),
        Dense(units=64, activation="relu"),
        Dense(units=64, activation="relu"),
        Dense(units=10),
    ])
    model.compile(
        optimizer="adam",
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.SparseCategoricalAccuracy(name="plain")],
        weighted_metrics=[keras.metrics.SparseCategoricalAccuracy(name="weighted")],
    )
    return model


# %% same
row_weights = np.where(y == shirt, 4.0, 1.0)
by_class, by_row = build_model(0), build_model(0)
options = {"batch_size": 64, "epochs": 1, "verbose": 0}
by_class.fit(x, y, class_weight={shirt: 4.0}, **options)
by_row.fit(x, y, sample_weight=row_weights, **options)
pairs = zip(by_class.get_weights(), by_row.get_weights())
differences = [np.max(np.abs(one - other)) for one, other in pairs]
print("largest difference of a weight:", max(differences))

# %% by-hand
weights = np.where(y_test == shirt, 4.0, 1.0)
scores = by_class.evaluate(
    x_test, y_test, sample_weight=weights, verbose=0, return_dict=True
)
logits = by_class.predict(x_test, verbose=0).astype("float64")
losses = np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(logits)), y_test]
right = logits.argmax(axis=1) == y_test
by_hand = {
    "loss": np.sum(weights * losses) / len(losses),
    "divided by the weights": np.sum(weights * losses) / np.sum(weights),
    "plain": np.mean(right),
    "weighted": np.sum(weights * right) / np.sum(weights),
}
for name, value in by_hand.items():
    said = f"{scores[name]:.4f}" if name in scores else "-"
    print(f"{name:23} by hand {value:.4f}  evaluate {said}")

# %% validation
history = build_model(0).fit(
    x, y, class_weight={shirt: 4.0}, validation_data=(x[:500], y[:500]), **options
)
weighted, plain = (history.history["val_" + name][0] for name in ("weighted", "plain"))
evaluated_gap = abs(weighted - plain)
print(f"training:   plain {history.history['plain'][0]:.3f}", end=", ")
print(f"weighted {history.history['weighted'][0]:.3f}")
print(f"validation: plain {plain:.3f}, weighted {weighted:.3f}")

# %% shirts
shape = (len(WEIGHTS), len(SEEDS))
recall, precision, share = np.zeros(shape), np.zeros(shape), np.zeros(shape)
for row, weight in enumerate(WEIGHTS):
    for column, seed in enumerate(SEEDS):
        model = build_model(seed)
        model.fit(
            x, y, class_weight={shirt: weight}, batch_size=128, epochs=EPOCHS, verbose=0
        )
        guesses = model.predict(x_test, batch_size=1_000, verbose=0).argmax(axis=1)
        recall[row, column] = np.mean(guesses[y_test == shirt] == shirt)
        precision[row, column] = np.mean(y_test[guesses == shirt] == shirt)
        share[row, column] = np.mean(guesses == y_test)
    print(
        f"weight {weight:.0f}: shirts found {recall[row].mean():.2f}, answers 'shirt' "
        f"right {precision[row].mean():.2f}, all classes {share[row].mean():.3f}"
    )

# %% figure
figure, axes = plt.subplots(figsize=(7.2, 3.2))
lines = (
    ("shirts found", recall, "C0", "o"),
    ("answers “shirt” that are right", precision, "C1", "s"),
    ("all classes right", share, "C2", "^"),
)
for name, values, color, mark in lines:
    axes.plot(WEIGHTS, values, mark, color=color, alpha=0.5, markersize=4)
    axes.plot(WEIGHTS, values.mean(axis=1), color=color)
    axes.annotate(
        name, (WEIGHTS[-1], values[-1].mean()), xytext=(8, 0),
        textcoords="offset points", color=color, va="center",
    )
axes.set_xscale("log", base=2)
axes.set_xticks(WEIGHTS, [f"{weight:g}" for weight in WEIGHTS])
axes.set(xlabel="weight of a shirt", ylabel="share of the test rows")
axes.set_xlim(WEIGHTS[0] / 1.1, WEIGHTS[-1] * 3.2)
plt.show()
