# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "What the book's listings say today"
# sources = ["mtf-ch03-compile-arguments", "mtf-ch03-fashion-mlp-data"]
# marks = []
#
# [tool.book.values]
# float_gap = "float(float_gap)"
# labels_mib = "[float(y.astype(kind).nbytes / 2**20) for kind in ('uint8', 'float32')]"
# ///

# %% model
import keras
import numpy as np

(x, y), _ = keras.datasets.fashion_mnist.load_data()
x = x[:1_000].reshape(-1, 784).astype("float32") / 255.0


def build_model():
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input(shape=(784,)), keras.layers.Dense(units=10)])


cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

# %% skeleton
skeletons = [
    "model.compile(optimizer='rmsprop', loss='mse' metrics=['mae'])",
    "model.compile(optimizer='rmsprop', loss='mse', Metrics=['mae'])",
]
model = build_model()
for skeleton in skeletons:
    try:
        eval(skeleton)
    except (SyntaxError, TypeError) as error:
        print(type(error).__name__, str(error).splitlines()[0], sep=": ")

# %% removed
for name in ("fit_generator", "predict_generator", "predict_classes"):
    try:
        getattr(model, name)
    except AttributeError as error:
        print(type(error).__name__, error, sep=": ")

# %% labels
results = []
for kind in ("uint8", "float32"):
    model = build_model()
    model.compile(optimizer="rmsprop", loss=cross_entropy, metrics=["accuracy"])
    history = model.fit(x, y[:1_000].astype(kind), epochs=2, verbose=0).history
    results.append(history["loss"] + history["accuracy"])
float_gap = np.max(np.abs(np.subtract(*results)))
print("largest difference in loss and accuracy:", float_gap)
