# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "predict and calling the model: same numbers, different machinery"
# sources = ["mtf-ch03-fashion-mlp-compile-fit"]
# marks = []
#
# [tool.book.values]
# gap = "float(gap)"
# training_gap = "float(training_gap)"
# calls = "batches"
# gib_at_once = "float(at_once)"
# mib_batch = "float(in_batches)"
# names = "list(named)"
# listed = "[float(value) for value in listed]"
# accuracy = "float(named['accuracy'])"
# loss = "float(named['loss'])"
# plain = "float(plain)"
# loss_part = "float(losses[0])"
# batch_gap = "float(abs(losses[0] - losses[1]))"
# plain_gap = "float(abs(plain - losses[0]))"
# ///

# %% model
import keras
import numpy as np

(x, y), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x, y = x[:5_000].reshape(-1, 784).astype("float32") / 255.0, y[:5_000]
x_test = x_test.reshape(-1, 784).astype("float32") / 255.0  # (10000, 784)

keras.utils.set_random_seed(0)
model = keras.Sequential([
    keras.Input(shape=(784,)),
    keras.layers.Dense(units=64, activation="relu"),
    keras.layers.Dropout(rate=0.5),
    keras.layers.Dense(units=10),
])
model.compile(
    optimizer="adam",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
history = model.fit(x, y, epochs=2, verbose=0)

# %% evaluate
named = model.evaluate(x_test, y_test, verbose=0, return_dict=True)
listed = model.evaluate(x_test, y_test, verbose=0)
print("dictionary", {name: round(value, 3) for name, value in named.items()})
print("list      ", [round(value, 3) for value in listed])

# %% short-batch
part, truth = x_test[:1_000], y_test[:1_000]  # 10 batches of 96 and one of 40
losses = [
    model.evaluate(part, truth, batch_size=size, verbose=0)[0] for size in (96, 1_000)
]
by_batch = [
    float(model.loss(truth[at : at + 96], model(part[at : at + 96])))
    for at in range(0, 1_000, 96)
]
plain = np.mean(by_batch)
print(f"batches of 96 {losses[0]:.5f}, one of 1,000 {losses[1]:.5f}", end=", ")
print(f"plain mean of batches {plain:.5f}")

# %% two-ways
predicted = model.predict(x_test, verbose=0)
called = model(x_test)
gap = np.max(np.abs(predicted - called))
print("predict:", type(predicted).__name__, " call:", type(called).__name__)
print(f"largest difference: {gap:.1e}")

# %% dropout
training_gap = np.max(np.abs(model(x_test, training=True) - predicted))
print(f"with training=True: {training_gap:.1f}")

# %% batches
seen = []
count = keras.callbacks.LambdaCallback(
    on_predict_batch_end=lambda batch, logs: seen.append(len(logs["outputs"]))
)
model.predict(x_test, callbacks=[count], verbose=0)
batches = len(seen)
print(batches, "batches, of", seen[0], "rows, the last of", seen[-1])

# %% memory
places, filters, size = 26 * 26, 32, 4  # what one Conv2D makes of a 28 x 28 picture
at_once = 60_000 * places * filters * size / 2**30
in_batches = 32 * places * filters * size / 2**20
print(f"60,000 pictures: {at_once:.1f} GiB at once, {in_batches:.1f} MiB in batches")

# %% one-picture
picture = x_test[0]
try:
    model.predict(picture, verbose=0)
except ValueError as error:
    message = str(error).splitlines()[2].strip("\033[01m")  # without bold type
    print(type(error).__name__, message, sep=": ")
print(model.predict(picture[np.newaxis], verbose=0).shape)
