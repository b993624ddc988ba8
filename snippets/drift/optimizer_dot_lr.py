# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0"]
#
# [tool.book]
# title = "The compiled optimizer has a learning_rate and no lr"
#
# [tool.book.values]
# error = "error"
# works = "float(model.optimizer.learning_rate)"
# ///

# %% old
import keras

model = keras.Sequential([keras.Input(shape=(3,)), keras.layers.Dense(units=1)])
model.compile(optimizer="adam", loss="mse")
try:
    model.optimizer.lr.assign(0.05)
except AttributeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
model.optimizer.learning_rate = 0.05
print(f"{float(model.optimizer.learning_rate):.2f}")
