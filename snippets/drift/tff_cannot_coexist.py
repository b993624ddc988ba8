# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "TensorFlow Federated does not fit in; its central idea does"
#
# [tool.book.values]
# error = "error"
# works = "float(errors[-1])"
# ///

# %% old
try:
    import tensorflow_federated as tff
except ModuleNotFoundError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% clients
import keras
import numpy as np

keras.utils.set_random_seed(0)
generator = np.random.default_rng(seed=0)
clients = []
for center in (-1.0, 0.0, 1.0):  # each client sees its own part of the line
    inputs = generator.normal(loc=center, scale=0.5, size=(32, 1)).astype("float32")
    clients.append((inputs, 3 * inputs + 1))

# %% new
model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(units=1)])
model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.1), loss="mse")

errors = []
for _ in range(10):
    shared = model.get_weights()
    returned = []
    for inputs, targets in clients:
        model.set_weights(shared)
        model.train_on_batch(inputs, targets)
        returned.append(model.get_weights())
    model.set_weights([np.mean(weights, axis=0) for weights in zip(*returned)])
    errors.append(np.mean([model.test_on_batch(*client) for client in clients]))
print(f"error {errors[0]:.2f} -> {errors[-1]:.2f}")
