# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "tensorboard~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "An event file, byte by byte: scalars, a histogram, a text and an image"
# sources = ["tb-summary-writers"]
#
# [tool.book.values]
# bytes = "len(raw)"
# records = "len(found)"
# kinds = "[kind for _, _, kind in found]"
# sizes = "[size for _, size, _ in found]"
# frame = "FRAME"
# scalar_bytes = "scalar_bytes"
# stored_loss = "stored_loss"
# written_loss = "0.1"
# checksum_ok = "int(checksum_ok)"
# buckets = "len(boxes)"
# counted = "float(boxes[:, 2].sum())"
# image_bytes = "len(png)"
# image_difference = "int(image_difference)"
# ///

# %% imports
import struct
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

# %% write
drawn = np.random.default_rng(0).normal(size=1_000)
rows, columns = np.mgrid[0:24, 0:24] / 23
picture = np.stack([rows, columns, 1 - rows], axis=-1).astype("float32")[np.newaxis]

writer = tf.summary.create_file_writer("logs/kinds")
with writer.as_default():
    for step in range(3):
        tf.summary.scalar("loss", 0.1 / (step + 1), step=step)
    tf.summary.histogram("numbers", drawn, step=3)
    tf.summary.text("note", "learning rate **0.01**, seed 0", step=3)
    tf.summary.image("square", picture, step=3)  # (images, height, width, channels)

writer.close()
(path,) = Path("logs/kinds").glob("events.out.tfevents.*")

# %% records
for record in tf.data.TFRecordDataset(str(path)):
    event = tf.compat.v1.Event.FromString(record.numpy())
    if event.file_version:
        print("version:", event.file_version)
    for value in event.summary.value:
        plugin = value.metadata.plugin_data.plugin_name or "-"
        shape = tuple(tf.make_ndarray(value.tensor).shape)
        print(f"step {event.step}  {value.tag:8s} {plugin:10s} tensor of shape {shape}")

# %% bytes
FRAME = 8 + 4 + 4  # length, checksum of the length, checksum of the content
raw = path.read_bytes()
found, place, checksum_ok = [], 0, True
while place < len(raw):
    (size,) = struct.unpack("<Q", raw[place : place + 8])
    content = raw[place + 12 : place + 12 + size]
    (checksum,) = struct.unpack("<I", raw[place + 12 + size : place + FRAME + size])
    checksum_ok &= checksum == masked_crc32c(content)
    event = tf.compat.v1.Event.FromString(content)
    kind = event.summary.value[0].tag if event.summary.value else "version"
    found.append((place, size, kind))
    place += FRAME + size
scalar_bytes = found[2][1] + FRAME
print(len(found), "records in", len(raw), "bytes; checksums right:", checksum_ok)

# %% picture
_, axes = plt.subplots(figsize=(7.2, 2.6))
names = {"version": "C6", "loss": "C0", "numbers": "C2", "note": "C4", "square": "C1"}
for place, size, kind in found:
    axes.barh(0, FRAME + size, left=place, color=names[kind], edgecolor="C6", lw=1)
for kind, colour in names.items():
    places = [p + (s + FRAME) / 2 for p, s, k in found if k == kind]
    axes.text(np.mean(places), 0.5, kind, color=colour, ha="center")
start, size, _ = found[2]
axes.annotate(
    f"step 1 of loss, {size + FRAME} bytes:\n"
    f"8 length | 4 checksum | {size} content | 4 checksum\n"
    "content: wall time, step, tag, tensor, plugin",
    xy=(start + (size + FRAME) / 2, -0.45), xytext=(len(raw) * 0.28, -1.3),
    ha="left", va="center", arrowprops={"arrowstyle": "->", "color": "C6", "lw": 1.2},
)  # fmt: skip
axes.set(ylim=(-1.7, 0.8), yticks=[], xlabel="byte of the file")
axes.spines["left"].set_visible(False)
plt.show()

# %% read-back
tensors = {}
for record in tf.data.TFRecordDataset(str(path)):
    event = tf.compat.v1.Event.FromString(record.numpy())
    for value in event.summary.value:
        tensors.setdefault(value.tag, []).append(tf.make_ndarray(value.tensor))

stored_loss = float(tensors["loss"][0])
boxes = tensors["numbers"][0]  # (buckets, 3): left edge, right edge, how many
width, height, png = tensors["square"][0]
decoded = tf.io.decode_png(png).numpy()
image_difference = np.abs(decoded / 255 - picture[0]).max() > 1 / 255
print("0.1 came back as", stored_loss)
print("histogram", boxes.shape, "numbers counted:", boxes[:, 2].sum())
print("text     ", tensors["note"][0])
print("image    ", width, height, png[:8], len(png), "bytes")

# %% read-back-picture
_, (left, middle, right) = plt.subplots(ncols=3, figsize=(7.2, 2.4))
left.plot([float(v) for v in tensors["loss"]], "o-", color="C0")
left.set(title="loss", xlabel="step", ylabel="loss", xticks=range(3))
middle.stairs(boxes[:, 2], np.append(boxes[:, 0], boxes[-1, 1]), fill=True, color="C2")
middle.set(title="numbers", xlabel="value", ylabel="how many")
right.imshow(decoded)
right.set(title="square", xlabel="column", ylabel="row")
plt.show()
