# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Workers belong to the data, not to fit"
#
# [tool.book.values]
# error = "error"
# works = "float(len(seen))"
# ///

# %% data
import keras
import numpy as np

keras.utils.set_random_seed(0)
inputs = np.random.default_rng(seed=0).normal(size=(32, 3)).astype("float32")
targets = inputs.sum(axis=1, keepdims=True)
model = keras.Sequential([keras.Input(shape=(3,)), keras.layers.Dense(units=1)])
model.compile(optimizer="sgd", loss="mse")

# %% old
try:
    model.fit(inputs, targets, workers=2, use_multiprocessing=False)
except TypeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
seen = set()


class Batches(keras.utils.PyDataset):
    def __len__(self):
        return 4

    def __getitem__(self, index):
        seen.add(index)
        rows = slice(8 * index, 8 * index + 8)
        return inputs[rows], targets[rows]


batches = Batches(workers=2, use_multiprocessing=False, max_queue_size=4)
model.fit(batches, verbose=0)
print("batches loaded:", sorted(seen))
