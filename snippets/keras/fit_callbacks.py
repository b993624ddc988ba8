# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "The order of the hooks of a callback, logged and drawn"
# sources = ["mtf-ch03-fashion-mlp-compile-fit"]
# marks = []
#
# [tool.book.smoke]
# ROWS = 160
#
# [tool.book.values]
# calls = "[name for name, _ in log.calls]"
# hooks = "len(hooks)"
# keys_epoch = "keys['on_epoch_end']"
# keys_batch = "keys['on_train_batch_end']"
# fit_calls = "fit_calls"
# stopped_after = "entries"
# stopped_batches = "stopper.batches"
# ///

# %% imports
import keras
import matplotlib.pyplot as plt
from keras.layers import Dense

# %% parameters
ROWS = 160  # of Fashion-MNIST: two batches of 64 and one of 32
BATCH = 64

# %% data
(x, y), _ = keras.datasets.fashion_mnist.load_data()
x = x.reshape(60_000, 784).astype("float32") / 255.0
x_val, y_val, x, y = x[-BATCH:], y[-BATCH:], x[:ROWS], y[:ROWS]

keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input(shape=(784,)), Dense(units=10)])
model.compile(
    optimizer="rmsprop",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)

# %% hooks
hooks = [
    f"on_{name}_{when}"
    for name in ("train", "epoch", "train_batch", "test", "test_batch", "predict",
                 "predict_batch")
    for when in ("begin", "end")
]


class Log(keras.callbacks.Callback):
    """Writes down which hook was called, and what stood in its logs."""

    def __init__(self):
        super().__init__()
        self.calls = []


def logging_hook(name):
    def hook(self, *arguments, **named):
        logs = [*arguments, *named.values()][-1]  # the last argument of every hook
        self.calls.append((name, sorted(logs or {})))

    return hook


for name in hooks:
    setattr(Log, name, logging_hook(name))

# %% order
log = Log()
model.fit(
    x, y, batch_size=BATCH, epochs=2, validation_data=(x_val, y_val), callbacks=[log],
    verbose=0,
)
fit_calls = len(log.calls)
model.evaluate(x_val, y_val, batch_size=BATCH, callbacks=[log], verbose=0)
model.predict(x_val, batch_size=BATCH, callbacks=[log], verbose=0)
for name, _ in log.calls[:14]:
    print(name)
print("...", fit_calls, "calls by fit,", len(log.calls) - fit_calls, "by the others")

# %% logs
keys = {name: found for name, found in log.calls if found}
for name, found in keys.items():
    print(f"{name:20}", *found)

# %% picture
spans, open_calls = [], []
for place, (name, _) in enumerate(log.calls[:fit_calls]):
    kind, when = name.removeprefix("on_").rsplit("_", maxsplit=1)
    if when == "begin":
        open_calls.append((kind, place))
    else:
        opened, start = open_calls.pop()
        assert opened == kind  # hooks nest like brackets
        spans.append((kind, start, place, len(open_calls)))

colors = {"train": "C6", "epoch": "C0", "train_batch": "C1", "test": "C2",
          "test_batch": "C3"}
deepest = max(depth for *_, depth in spans)
figure, axes = plt.subplots(figsize=(7.2, 2.9))
for kind, start, end, depth in spans:
    axes.broken_barh(
        [(start, end - start)], (depth * 1.5, 1.1), color=colors[kind], alpha=0.3
    )
    axes.plot([start, end], [depth * 1.5] * 2, color=colors[kind], linewidth=2)
    axes.plot(start, depth * 1.5 + 0.55, ">", color=colors[kind], clip_on=False)
    axes.plot(end, depth * 1.5 + 0.55, "s", color=colors[kind], markersize=4,
              clip_on=False)
    if end - start > 2:  # room for a name
        axes.text((start + end) / 2, depth * 1.5 + 0.55, kind, ha="center",
                  va="center", color=colors[kind], weight="bold")
axes.text(4.5, 3 * 1.5 + 0.1, "training batches", color="C1", fontsize=8, ha="center")
axes.text(9.5, 4 * 1.5 + 0.1, "validation batch", color="C3", fontsize=8, ha="center")
axes.set(xlabel="call, in order   (▸ begin, ■ end)")
axes.set_ylim(deepest * 1.5 + 2.4, -0.3)
axes.set_yticks([])
axes.spines["left"].set_visible(False)
plt.show()


# %% own
class Budget(keras.callbacks.Callback):
    """Ends the training after a number of batches, also in the middle of an epoch."""

    def __init__(self, batches):
        super().__init__()
        self.allowed, self.batches = batches, 0

    def on_train_batch_end(self, batch, logs=None):
        self.batches += 1
        if self.batches == self.allowed:
            self.model.stop_training = True


stopper = Budget(batches=5)
stopped = model.fit(
    x, y, batch_size=BATCH, epochs=10, callbacks=[stopper], shuffle=False, verbose=0
)
entries = len(stopped.history["loss"])
print(stopper.batches, "batches,", entries, "entries in the history")
