# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "keras~=3.15.1",
#   "tensorflow~=2.21.0",
#   "scikeras~=0.13.0",
#   "scikit-learn~=1.9.1",
#   "numpy~=2.4.6",
# ]
#
# [tool.book]
# title = "The wrapper for scikit-learn is a package of its own: SciKeras"
#
# [tool.book.values]
# error = "error"
# works = "float(accuracy)"
# ///

# %% old
try:
    from tensorflow.keras.wrappers.scikit_learn import KerasClassifier
except ModuleNotFoundError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
import keras
import numpy as np
from scikeras.wrappers import KerasClassifier

keras.utils.set_random_seed(0)
features = np.random.default_rng(seed=0).normal(size=(128, 2)).astype("float32")
labels = (features[:, 0] > 0).astype(int)

network = keras.Sequential(
    [keras.Input(shape=(2,)), keras.layers.Dense(units=1, activation="sigmoid")]
)
classifier = KerasClassifier(
    model=network,
    loss="binary_crossentropy",
    optimizer=keras.optimizers.Adam(learning_rate=0.1),
    epochs=10,
    verbose=0,
)
accuracy = classifier.fit(features, labels).score(features, labels)
print(f"{accuracy:.2f}")
