# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Estimators are gone; a strategy and Keras do their work"
#
# [tool.book.values]
# error = "error"
# works = "history.history['loss'][-1] / history.history['loss'][0]"
# ///

# %% old
import keras
import numpy as np
import tensorflow as tf

try:
    tf.estimator.RunConfig()
except AttributeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
inputs = np.linspace(start=0.0, stop=1.0, num=32, dtype="float32")[:, None]
targets = 3 * inputs

keras.utils.set_random_seed(0)
strategy = tf.distribute.MirroredStrategy(devices=["/cpu:0"])
with strategy.scope():
    model = keras.Sequential([keras.Input(shape=(1,)), keras.layers.Dense(units=1)])
    model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.1), loss="mse")
history = model.fit(inputs, targets, epochs=10, verbose=0)
print(f"loss {history.history['loss'][0]:.2f} -> {history.history['loss'][-1]:.2f}")
