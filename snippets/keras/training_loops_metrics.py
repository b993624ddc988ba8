# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "A metric is a small memory; and a loss metric that was not told of logits"
# sources = ["gt-metric-kinds", "gt-metrics-without-from-logits", "gt-reset-state-caution"]
# marks = []
#
# [tool.book.values]
# plain_mean = "float(plain.result())"
# weighted_mean = "float(weighted.result())"
# true_loss = "true_loss"
# metric_with = "metric_with"
# metric_without = "metric_without"
# by_formula = "float(by_formula)"
# sure_true = "float(true_curve[-1])"
# sure_metric = "float(metric_curve[-1])"
# wall = "float(metric_curve[0])"
# ///

# %% state
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

running = keras.metrics.Mean(name="running")
for batch_loss in (2.0, 1.0, 0.6):
    running.update_state(batch_loss)
    print("update", batch_loss, "-> result", round(float(running.result()), 4))

print({variable.name: float(variable.numpy()) for variable in running.variables})
running.reset_state()
print({variable.name: float(variable.numpy()) for variable in running.variables})

# %% weights
batch_losses = (0.2, 0.2, 2.0)
batch_sizes = (32, 32, 16)

plain = keras.metrics.Mean()
weighted = keras.metrics.Mean()
for batch_loss, batch_size in zip(batch_losses, batch_sizes):
    plain.update_state(batch_loss)
    weighted.update_state(batch_loss, sample_weight=batch_size)
print("every batch counts the same:", round(float(plain.result()), 3))
print("every image counts the same:", round(float(weighted.result()), 3))

# %% two-metrics
logits = tf.constant(
    [[4.0, 1.5, -2.0], [-0.5, 0.2, -1.0], [1.2, 3.0, 2.5]]  # (3 images, 3 classes)
)
labels = tf.constant([0, 0, 2])

loss_function = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
told = keras.metrics.SparseCategoricalCrossentropy(from_logits=True)
not_told = keras.metrics.SparseCategoricalCrossentropy()
told.update_state(labels, logits)
not_told.update_state(labels, logits)

true_loss = float(loss_function(labels, logits))
metric_with = float(told.result())
metric_without = float(not_told.result())
print("loss                      ", round(true_loss, 4))
print("metric, from_logits=True  ", round(metric_with, 4))
print("metric, from_logits absent", round(metric_without, 4))

# %% formula
clipped = np.clip(logits, 1e-7, 1 - 1e-7)
shares = clipped / clipped.sum(axis=1, keepdims=True)
print(shares.round(3))
by_formula = -np.log(shares[np.arange(3), labels]).mean()
print("by the formula", round(float(by_formula), 4))


# %% blind-spots
def cross_entropy(logits, from_logits):
    labels = np.zeros(len(logits), dtype="int32")  # class 0 is the true one
    return keras.losses.sparse_categorical_crossentropy(
        labels, logits, from_logits=from_logits
    ).numpy()


own_logit = np.linspace(start=-4.0, stop=8.0, num=400)
rows = np.stack([own_logit, np.full(400, 2.0), np.full(400, -1.0)], axis=1)
true_curve = cross_entropy(rows.astype("float32"), from_logits=True)
metric_curve = cross_entropy(rows.astype("float32"), from_logits=False)

figure, axes = plt.subplots()
axes.plot(own_logit, true_curve)
axes.plot(own_logit, metric_curve, "--")
axes.text(-3.9, 3.7, "true loss", color="C0")
axes.text(0.3, 14.4, "metric that takes logits for probabilities", color="C1")
axes.set_xlabel("logit of the true class (the others: 2 and −1)")
axes.set_ylabel("cross-entropy")
plt.show()
