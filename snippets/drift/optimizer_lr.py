# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0"]
#
# [tool.book]
# title = "The learning rate is spelled out: lr= is refused, learning_rate= is taken"
#
# [tool.book.values]
# error = "error"
# works = "float(optimizer.learning_rate)"
# ///

# %% old
import keras

try:
    keras.optimizers.SGD(lr=0.01)
except ValueError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
optimizer = keras.optimizers.SGD(learning_rate=0.01)
print(f"{float(optimizer.learning_rate):.2f}")
