# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Three diagrams: Keras and TensorFlow on two axes, a layer, a convolution"
# sources = ["mtf-ch01-fig-1-1-keras-vs-tf", "mtf-ch01-fig-1-2-layer-io", "mtf-ch01-discrete-convolution", "mtf-ch01-fig-1-12-1-13-conv-steps"]
#
# [tool.book.values]
# largest_difference = "float(np.max(np.abs(by_hand - by_layer)))"
# output_side = "by_hand.shape[0]"
# convolution_weights = "convolution.count_params()"
# dense_weights = "dense.count_params()"
# centre = "float(by_hand[1, 1])"
# ///

# %% two-axes
import keras
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

building = ["Sequential", "functional\nkeras.Model(…)",
            "subclass\nkeras.Model", "tf.Module\nand tensors"]
training = ["fit", "fit with\ncallbacks", "own\ntrain_step", "GradientTape\nloop"]
examples = [
    (0, 0, "this chapter"),
    (1, 1, "early stopping,\ntwo inputs"),
    (2, 2, "GAN"),
    (1, 3, "own loop,\nKeras model"),
    (3, 3, "from scratch"),
]

figure, panel = plt.subplots(figsize=(7.2, 4.4))
panel.add_patch(FancyBboxPatch((-0.36, -0.36), 2.76, 2.76, boxstyle="round,pad=0.05",
                               facecolor="C0", alpha=0.14))
panel.add_patch(FancyBboxPatch((-0.47, -0.47), 3.92, 3.92, boxstyle="round,pad=0.05",
                               fill=False, edgecolor="C1", linestyle="--", lw=1.6))
panel.text(-0.3, 2.2, "Keras", color="C0", fontsize=13, fontweight="bold")
panel.text(-0.3, 3.15, "TensorFlow", color="C1", fontsize=13, fontweight="bold")
for x, y, text in examples:
    panel.plot(x, y, "o", color="C1" if max(x, y) == 3 else "C0", ms=8)
    panel.annotate(text, (x, y), xytext=(0, -9), textcoords="offset points",
                   ha="center", va="top", fontsize=9)
panel.set_xticks(range(4), building)
panel.set_yticks(range(4), training)
panel.set(xlim=(-0.65, 3.6), ylim=(-0.65, 3.6))
panel.set_xlabel("how the model is put together   (more control →)")
panel.set_ylabel("how it is trained   (more control →)")
figure.tight_layout()
plt.show()

# %% layer-picture
def box(panel, x, y, text, colour):
    rounded = FancyBboxPatch((x - 0.75, y - 0.3), 1.5, 0.6, boxstyle="round,pad=0.06")
    rounded.set(facecolor=colour, edgecolor=colour, alpha=0.18)
    panel.add_patch(rounded)
    panel.text(x, y, text, ha="center", va="center", fontsize=9)


figure, panel = plt.subplots(figsize=(7.2, 2.9))
box(panel, 0, 1.2, "KerasTensor\nshape (None, 4)", "C0")
box(panel, 5, 1.2, "KerasTensor\nshape (None, 3)", "C0")
box(panel, 0, -0.2, "tf.Tensor\n[[1, 0, 2, 1]]", "C1")
box(panel, 5, -0.2, "tf.Tensor\n[[0, 1.97, 0.97]]", "C1")
panel.add_patch(Rectangle((1.75, -0.75), 1.5, 2.5, facecolor="C6", alpha=0.18))
panel.text(2.5, 1.5, "Dense(units=3)", ha="center", fontsize=10, fontweight="bold")
panel.text(2.5, 0.5, "owns\nkernel (4, 3)\nbias (3,)", ha="center", va="center")
for y, text, colour in [(1.2, "to plan", "C0"), (-0.2, "to compute", "C1")]:
    for start, end in [(0.85, 1.7), (3.3, 4.15)]:
        panel.add_patch(FancyArrowPatch((start, y), (end, y), arrowstyle="-|>",
                                        mutation_scale=12, color=colour, lw=1.6))
    panel.text(1.27, y + 0.15, text, ha="center", color=colour, fontsize=8.5)
panel.set(xlim=(-1, 6), ylim=(-0.9, 1.9))
panel.set_axis_off()
figure.tight_layout()
plt.show()

# %% convolution
picture = np.array(
    [
        [0, 0, 1, 0, 0],
        [0, 1, 1, 0, 0],
        [0, 0, 1, 0, 0],
        [0, 0, 1, 0, 0],
        [0, 1, 1, 1, 0],
    ],
    dtype="float32",
)
kernel = np.array([[0, 1, 2], [2, 2, 0], [0, 1, 2]], dtype="float32")

by_hand = np.zeros((3, 3), dtype="float32")
for row in range(3):
    for column in range(3):
        window = picture[row : row + 3, column : column + 3]
        by_hand[row, column] = np.sum(window * kernel)

convolution = keras.layers.Conv2D(filters=1, kernel_size=3, use_bias=False)
convolution.build((None, 5, 5, 1))
convolution.set_weights([kernel[:, :, np.newaxis, np.newaxis]])
by_layer = convolution(picture[np.newaxis, :, :, np.newaxis]).numpy()[0, :, :, 0]
print(by_hand)
print("largest difference to Conv2D", np.abs(by_hand - by_layer).max())

# %% dense-instead
dense = keras.layers.Dense(units=9, use_bias=False)
dense.build((None, 25))
print("Conv2D, 25 inputs to 9 outputs:", convolution.count_params(), "weights")
print("Dense,  25 inputs to 9 outputs:", dense.count_params(), "weights")

# %% convolution-steps
figure, panels = plt.subplots(nrows=3, ncols=3, figsize=(7.2, 6.0))
for (row, column), panel in np.ndenumerate(panels):
    window = Rectangle((column - 0.5, row - 0.5), 3, 3)
    window.set(facecolor="C0", alpha=0.2, edgecolor="C0")
    panel.add_patch(window)
    for (r, c), value in np.ndenumerate(picture):
        panel.text(c - 0.1, r, f"{value:.0f}", ha="center", va="center", fontsize=12,
                   fontweight="bold" if value else "normal")
    for (r, c), weight in np.ndenumerate(kernel):
        panel.text(column + c + 0.45, row + r + 0.4, f"×{weight:.0f}", color="C0",
                   ha="right", va="center", fontsize=8)
    panel.set_title(f"output ({row}, {column}) = {by_hand[row, column]:.0f}")
    panel.set(xlim=(-0.5, 4.5), ylim=(4.5, -0.5), aspect="equal", xticks=[], yticks=[])
    panel.spines[:].set_visible(False)
figure.tight_layout()
plt.show()

# %% what-each-sees
patch = [7, 8, 9, 13, 14, 15, 19, 20, 21]
dense_text = "36 weights,\n36 others for\nthe next unit"
convolution_text = "9 weights,\nthe same 9 for\nthe next output"
views = [
    ("one unit of Dense", range(36), "C1", dense_text),
    ("one output of Conv2D", patch, "C0", convolution_text),
]

figure, panels = plt.subplots(ncols=2, figsize=(7.2, 2.9))
for panel, (title, inputs, colour, text) in zip(panels, views):
    for pixel in range(36):
        row, column = divmod(pixel, 6)
        seen = pixel in inputs
        square = Rectangle((column, -row), 0.9, 0.9)
        square.set(facecolor=colour if seen else "C6", alpha=0.3 if seen else 0.12)
        panel.add_patch(square)
        if seen:
            ends = [column + 0.45, 8.5], [0.45 - row, -2]
            panel.plot(*ends, color=colour, lw=0.7, alpha=0.7)
    panel.plot(8.5, -2, "o", color=colour, ms=11)
    panel.text(8.9, -2, text, va="center", color=colour, fontsize=9)
    panel.set_title(title, color=colour)
    panel.set(xlim=(-0.2, 12.4), ylim=(-5.3, 1.2), aspect="equal")
    panel.set_axis_off()
panels[1].add_patch(Rectangle((1, -3), 2.9, 2.9, fill=False, edgecolor="C0", lw=2))
figure.tight_layout()
plt.show()
