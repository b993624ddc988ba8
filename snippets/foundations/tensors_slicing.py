# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6", "matplotlib"]
#
# [tool.book]
# title = "Every way to take a part of a tensor, and what stands in for assignment"
# sources = ["zt-ch1-slicing"]
#
# [tool.book.values]
# forms = "len(selections)"
# agree = "agree"
# tried = "len(indices)"
# refused = "refused"
# updated = "[int(v) for v in tf.reshape(updated, [-1])]"
# picked = "[int(v) for v in picked]"
# ///

# %% slicing
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from matplotlib.patches import Rectangle

matrix = tf.constant([[1, 2], [3, 4]], dtype=tf.int8)
print(matrix[0, 1])
print(matrix[1, :2])
print(matrix[tf.newaxis, 1, :2])

# %% forms
grid = tf.reshape(tf.range(24), (4, 6))
selections = {
    "grid[1, 2]": grid[1, 2],
    "grid[-1]": grid[-1],
    "grid[:, 1]": grid[:, 1],
    "grid[1:3, ::2]": grid[1:3, ::2],
    "grid[::-1, ..., 5]": grid[::-1, ..., 5],
    "grid[grid % 5 == 0]": grid[grid % 5 == 0],
    "tf.gather(grid, [3, 0])": tf.gather(grid, [3, 0]),
    "tf.gather(…, [4, 1], axis=1)": tf.gather(grid, [4, 1], axis=1),
    "tf.gather_nd(…, [[0, 5], [3, 2]])": tf.gather_nd(grid, [[0, 5], [3, 2]]),
}

# %% picture
figure, panels = plt.subplots(nrows=3, ncols=3, figsize=(7.2, 4.9))
for panel, (title, part) in zip(panels.flat, selections.items()):
    order = {int(value): place for place, value in enumerate(np.ravel(part))}
    for value in range(24):
        row, column = divmod(value, 6)
        taken = value in order
        panel.add_patch(Rectangle(
            (column, row), 0.92, 0.92, facecolor="C0" if taken else "C6",
            alpha=0.5 if taken else 0.12,
        ))
        if taken:
            panel.text(column + 0.46, row + 0.46, order[value] + 1, fontsize=8,
                       ha="center", va="center", fontweight="bold")
    panel.set_title(f"{title}\n→ shape {tuple(part.shape)}", fontsize=7.5)
    panel.set(xlim=(0, 6), ylim=(4, 0), aspect="equal")
    panel.set_axis_off()
plt.show()

# %% as-numpy
array = grid.numpy()
expected = [array[1, 2], array[-1], array[:, 1], array[1:3, ::2], array[::-1, ..., 5],
            array[array % 5 == 0], array[[3, 0]], array[:, [4, 1]],
            array[[0, 3], [5, 2]]]
agree = sum(np.array_equal(part, other)
            for part, other in zip(selections.values(), expected))
print(agree, "of", len(selections), "equal NumPy's answer")

# %% no-lists
refused = 0
indices = {"[[3, 0]]": [[3, 0]], "[[0, 3], [5, 2]]": ([0, 3], [5, 2]),
                    "[tensor]": tf.constant([3, 0]), "[9]": 9}
for name, index in indices.items():
    try:
        grid[index]
    except (TypeError, tf.errors.InvalidArgumentError) as error:
        refused += 1
        message = str(error).partition("}} ")[2] or str(error)
        print(f"grid{name}: {type(error).__name__}: {message[:54]}")
print("grid[7:9] raises nothing:", grid[7:9].shape)

# %% no-assignment
try:
    grid[0, 0] = 100
except TypeError as error:
    message = str(error).replace("tensorflow.python.framework.ops.", "")
    print(type(error).__name__, message, sep=": ")

# %% update
updated = tf.tensor_scatter_nd_update(
    tf.zeros((2, 3), tf.int32), indices=[[0, 2], [1, 0]], updates=[7, 8]
)
added = tf.tensor_scatter_nd_add([0, 0, 0], indices=[[1], [1]], updates=[5, 5])
clipped = tf.where(grid > 3, 3, grid)
print(updated.numpy().tolist())
print("added twice to one place:", added.numpy())
print("where:", clipped[0].numpy())

# %% pick
scores = tf.constant([[9, 1, 4], [2, 8, 5]])  # (batch, classes)
labels = tf.constant([2, 1])  # (batch,)
picked = tf.gather(scores, labels, batch_dims=1)
print("one score a row:", picked.numpy())
