# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Exercise: a picture made brighter, in three ways"
#
# [tool.book.values]
# wrapped = "wrapped"
# clipped_right = "clipped_right"
# widened_right = "widened_right"
# pixels = "int(tf.size(picture))"
# ///

# %% parameters
BRIGHTER = 60

# %% add
import matplotlib.pyplot as plt
import tensorflow as tf

ramp = tf.cast(tf.linspace(0.0, 255.0, 64), dtype=tf.uint8)
picture = tf.repeat(ramp[tf.newaxis, :], repeats=8, axis=0)  # (height, width)
plain = picture + BRIGHTER
late = tf.saturate_cast(plain, dtype=tf.uint8)  # the sum has wrapped already
widened = tf.saturate_cast(tf.cast(picture, dtype=tf.int32) + BRIGHTER, dtype=tf.uint8)

expected = [min(int(value) + BRIGHTER, 255) for value in ramp]
wrapped = int(tf.reduce_sum(tf.cast(plain < picture, dtype=tf.int32)))
clipped_right = bool(tf.reduce_all(late == expected))
widened_right = bool(tf.reduce_all(widened == expected))
print(f"plain sum: {wrapped} of {tf.size(picture)} pixels became darker")
print(f"saturate_cast afterwards: right {clipped_right}")
print(f"int32 first:              right {widened_right}")

# %% look
names = ("as it was", f"plus {BRIGHTER}, in uint8", "in int32, then saturated")
_, panels = plt.subplots(nrows=3, figsize=(7.2, 2.6))
for axes, name, image in zip(panels, names, (picture, plain, widened), strict=True):
    axes.imshow(image, cmap="gray", vmin=0, vmax=255, aspect="auto")
    axes.set_title(name, fontsize=9)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(True)  # white on white has an edge
plt.show()
