# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6", "matplotlib"]
#
# [tool.book]
# title = "One row of bytes, read by a dtype, folded by shapes"
# sources = ["kth-tensor-definition", "kth-rank", "kth-shape"]
#
# [tool.book.values]
# place = "place"
# as_float = "float(cube[1, 0, 2])"
# bytes = "len(raw)"
# strides = "strides"
# shared = "[bool(flag) for flag in shared]"
# as_int = "int(as_int[1])"
# ///

# %% numbers
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from matplotlib.patches import Rectangle

numbers = tf.range(12, dtype=tf.float32)  # (12,)
table = tf.reshape(numbers, (3, 4))
cube = tf.reshape(numbers, (2, 2, 3))

strides = [int(np.prod(cube.shape[axis + 1 :])) for axis in range(3)]
place = 1 * strides[0] + 0 * strides[1] + 2 * strides[2]
print("strides", strides, " place of [1, 0, 2]:", place)
print("cube[1, 0, 2] =", cube[1, 0, 2].numpy())

# %% one-buffer
shared = [
    np.shares_memory(np.asarray(numbers), np.asarray(reading))
    for reading in (table, cube, tf.transpose(table), table[:, 1])
]
print("table and cube share the buffer:", shared[:2])
print("transpose and column share it:  ", shared[2:])

# %% other-dtype
raw = numbers.numpy().tobytes()
as_int = tf.bitcast(numbers, tf.int32)  # the same bytes, read otherwise
print(raw[4:8].hex(" "), "is", numbers[1].numpy(), "or", as_int[1].numpy())

# %% picture
def draw_cell(panel, x, y, text, index, size):
    shade = 0.06 + 0.035 * index
    panel.add_patch(Rectangle((x, y), 1, 0.8, facecolor="C0", alpha=shade))
    marked = index == place
    panel.add_patch(Rectangle((x, y), 1, 0.8, fill=False, zorder=3 if marked else 2,
                              edgecolor="C1" if marked else "C6",
                              linewidth=2.2 if marked else 0.5))
    panel.text(x + 0.5, y + 0.38, text, ha="center", va="center", fontsize=size)


figure, panel = plt.subplots(figsize=(7.2, 4.3))
rows = [
    (0, "buffer: 48 bytes", [raw[4 * i : 4 * i + 4].hex() for i in range(12)], 7),
    (1.5, "read as int32", [str(value) for value in as_int.numpy()], 5.9),
    (3.0, "read as float32, shape (12,), rank 1",
     [f"{value:g}" for value in numbers.numpy()], 9),
]
for top, title, texts, size in rows:
    panel.text(0, top - 0.12, title, fontsize=8.5, fontweight="bold")
    for index, text in enumerate(texts):
        draw_cell(panel, index, top, text, index, size)
panel.text(0, 4.63, "shape (3, 4), rank 2", fontsize=8.5, fontweight="bold")
for index in range(12):
    row, column = divmod(index, 4)
    draw_cell(panel, column, 4.75 + 0.8 * row, f"{numbers[index]:g}", index, 9)
panel.text(5.2, 4.63, "shape (2, 2, 3), rank 3", fontsize=8.5, fontweight="bold")
for index in range(12):
    block, row, column = np.unravel_index(index, (2, 2, 3))
    draw_cell(panel, 5.2 + column + 3.7 * block, 4.75 + 0.8 * row,
              f"{numbers[index]:g}", index, 9)
panel.text(5.2, 6.85, f"cube[1, 0, 2]: place 1·6 + 0·3 + 2·1 = {place}",
           color="C1", fontsize=9)
panel.set(xlim=(-0.1, 12.1), ylim=(7.25, -0.5))
panel.set_axis_off()
plt.show()
