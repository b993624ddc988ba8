# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy~=2.4.6"]
#
# [tool.book]
# title = "An array of one element is no scalar"
#
# [tool.book.values]
# error = "error"
# works = "float(predicted)"
# ///

# %% old
import numpy as np

probabilities = np.array([[0.1, 0.7, 0.2]])  # (1, classes)
best = np.argmax(probabilities, axis=1)  # (1,)
try:
    int(best)
except TypeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
predicted = int(best[0])
print(predicted)
