# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "keras~=3.15.1"]
#
# [tool.book]
# title = "compile() takes optimizers of Keras, not of TensorFlow 1"
#
# [tool.book.values]
# error = "error.partition(' at 0x')[0]"
# works = "float(model.optimizer.learning_rate)"
# ///

# %% old
import keras
from tensorflow.python.training import gradient_descent

model = keras.Sequential([keras.Input(shape=(3,)), keras.layers.Dense(units=1)])
try:
    descent = gradient_descent.GradientDescentOptimizer(0.001)
    model.compile(optimizer=descent, loss="mse")
except ValueError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.001), loss="mse")
print(f"{float(model.optimizer.learning_rate):.3f}")
