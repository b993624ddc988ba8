# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "The printed loss is a mean over a moving model"
# sources = ["mtf-ch03-fashion-mlp-compile-fit"]
# marks = []
#
# [tool.book.smoke]
# TRAIN_ROWS = 1_280
# EVERY = 5
#
# [tool.book.values]
# printed = "[float(value) for value in printed]"
# by_hand = "[float(value) for value in by_hand]"
# unweighted = "[float(value) for value in unweighted]"
# gap = "float(np.max(np.abs(np.subtract(by_hand, printed))))"
# first_batch = "float(watch.batch_loss[0])"
# first_now = "float(now[first_end])"
# last_now = "float(now[-1])"
# now_low = "float(now[late].min())"
# now_high = "float(now[late].max())"
# val_low = "float(val_now[late].min())"
# val_high = "float(val_now[late].max())"
# running_low = "float(running[late_steps].min())"
# running_high = "float(running[late_steps].max())"
# moments = "int(late.sum())"
# before_last = "[float(v) for v in now[ends - 1]]"
# after_last = "[float(v) for v in now[ends]]"
# last_rows = "int(rows[0, -1])"
# together = "float(np.corrcoef(now[late], val_now[late])[0, 1])"
# ///

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras.layers import Dense

# %% parameters
BATCH = 64
EPOCHS = 3
TRAIN_ROWS = 50_000
EVERY = 46  # batches between two looks at the model of the moment

# %% data
(x, y), _ = keras.datasets.fashion_mnist.load_data()
x = x.reshape(60_000, 784).astype("float32") / 255.0
x_val, y_val = x[-10_000:], y[-10_000:]
x, y = x[:TRAIN_ROWS], y[:TRAIN_ROWS]

keras.utils.set_random_seed(0)
inputs = keras.Input(shape=(784,))
hidden = Dense(units=64, activation="relu")(inputs)
hidden = Dense(units=64, activation="relu")(hidden)
model = keras.Model(inputs=inputs, outputs=Dense(units=10)(hidden))
loss_function = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


# %% watch
class Watch(keras.callbacks.Callback):
    """Notes the loss of each batch, the running mean, and the model of the moment."""

    def __init__(self):
        super().__init__()
        self.batch_loss, self.batch_rows, self.running = [], [], []
        self.looked_at, self.now, self.val_now = [], [], []

    def on_train_batch_begin(self, batch, logs=None):
        rows = slice(batch * BATCH, (batch + 1) * BATCH)
        self.batch_loss.append(float(loss_function(y[rows], self.model(x[rows]))))
        self.batch_rows.append(len(y[rows]))

    def on_train_batch_end(self, batch, logs=None):
        self.running.append(float(logs["loss"]))
        if (batch + 1) % EVERY == 0 or batch == self.params["steps"] - 2:
            self.looked_at.append(len(self.running))
            self.now.append(float(loss_function(y, self.model(x))))
            self.val_now.append(float(loss_function(y_val, self.model(x_val))))


# %% fit
watch = Watch()
model.compile(optimizer=keras.optimizers.RMSprop(), loss=loss_function)
history = model.fit(
    x, y, batch_size=BATCH, epochs=EPOCHS, shuffle=False, callbacks=[watch], verbose=0
)
printed = history.history["loss"]

# %% mean
losses = np.array(watch.batch_loss).reshape(EPOCHS, -1)  # (epoch, batch)
rows = np.array(watch.batch_rows).reshape(EPOCHS, -1)
by_hand = np.sum(losses * rows, axis=1) / np.sum(rows, axis=1)
unweighted = losses.mean(axis=1)
print("printed by fit  ", *(f"{value:.6f}" for value in printed))
print("rows x loss     ", *(f"{value:.6f}" for value in by_hand))
print("plain mean      ", *(f"{value:.6f}" for value in unweighted))

# %% moments
steps = losses.shape[1]
running, now, val_now = (np.array(v) for v in (watch.running, watch.now, watch.val_now))
looked_at = np.array(watch.looked_at)
ends = np.flatnonzero(looked_at % steps == 0)  # looks after the last batch of an epoch
first_end = ends[0]
late = looked_at > (EPOCHS - 1) * steps  # the moments of the last epoch
late_steps = slice((EPOCHS - 1) * steps + steps // 2, EPOCHS * steps)
print(f"last epoch: the model's own loss lies between {now[late].min():.3f}", end="")
print(f" and {now[late].max():.3f}; fit prints {printed[-1]:.3f}")
for before, after in zip(now[ends - 1], now[ends]):
    print(f"last batch, of {rows[0, -1]} rows: from {before:.3f} to {after:.3f}")

# %% figure
at = np.arange(1, len(running) + 1) / steps
figure, axes = plt.subplots(figsize=(7.2, 4.2))
axes.plot(
    at, watch.batch_loss, ".", color="C6", alpha=0.3, markersize=3, rasterized=True
)
axes.plot(looked_at / steps, val_now, ":", color="C2", linewidth=1.6)
axes.plot(looked_at / steps, now, "o-", color="C1", markersize=3.5, linewidth=1.3)
for epoch in range(EPOCHS):
    part = slice(epoch * steps, (epoch + 1) * steps)
    axes.plot(at[part], running[part], color="C0", linewidth=2.6)
    axes.plot(epoch + 1, printed[epoch], "s", color="C0", markersize=8)
    axes.annotate(
        f"{printed[epoch]:.3f}", (epoch + 1, printed[epoch]), xytext=(-6, 14),
        textcoords="offset points", color="C0", ha="right", weight="bold",
    )
axes.text(0.14, 0.83, "running mean", color="C0", transform=axes.transAxes)
axes.text(
    0.14, 0.76, "its last value, ■, is what fit prints", color="C0",
    transform=axes.transAxes, fontsize=8,
)
axes.text(EPOCHS + 0.06, printed[-1] - 0.04, "all training\nrows, by the\nmodel now",
          color="C1", va="top", fontsize=8)
axes.text(EPOCHS + 0.06, val_now[-1], "validation\nrows", color="C2", va="center",
          fontsize=8)
axes.text(0.56, 0.93, "dots: single batches", color="C6", transform=axes.transAxes)
axes.set(xlabel="epoch", ylabel="cross-entropy", ylim=(0.15, 1.2))
axes.set_xlim(0, EPOCHS + 0.5)
axes.set_xticks(range(EPOCHS + 1))
plt.show()
