# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "Solution: the floor under a loss with label smoothing"
#
# [tool.book.values]
# sure = "float(sure)"
# floor = "float(floor)"
# entropy = "float(entropy)"
# best = "float(best)"
# target = "float(target[0])"
# ///

# %% smooth
import keras
import numpy as np

label = np.array([[1.0, 0.0, 0.0, 0.0]])
loss = keras.losses.CategoricalCrossentropy(label_smoothing=0.1)
target = label[0] * 0.9 + 0.1 / 4  # what the smoothing makes of the label
sure = loss(label, np.array([[1.0, 0.0, 0.0, 0.0]]))

# %% floor
shares = np.linspace(0.7, 0.999, 300)
rows = np.column_stack([shares, *[(1 - shares) / 3] * 3])  # (guess, class)
costs = [float(loss(label, row[None])) for row in rows]
floor, best = min(costs), shares[np.argmin(costs)]
entropy = -np.sum(target * np.log(target))
print(f"lowest {floor:.4f} at {best:.3f}; entropy of the target {entropy:.4f}")
print(f"loss of a model that is sure and right: {float(sure):.4f}")
