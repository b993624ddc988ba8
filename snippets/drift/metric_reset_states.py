# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0"]
#
# [tool.book]
# title = "A metric is reset in the singular"
#
# [tool.book.values]
# error = "error"
# works = "float(mean.result())"
# ///

# %% old
import keras

mean = keras.metrics.Mean()
mean.update_state([1.0, 3.0])
try:
    mean.reset_states()
except AttributeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
mean.reset_state()
mean.update_state([10.0])
print(float(mean.result()))
