# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "tensorboard~=2.21.0"]
#
# [tool.book]
# title = "One flipped bit in an event file"
#
# [tool.book.values]
# read = "len(read)"
# kept = "kept"
# written = "STEPS"
# ///

# %% parameters
STEPS = 10

# %% flip
from pathlib import Path

import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

with tf.summary.create_file_writer("logs").as_default() as writer:
    for step in range(STEPS):
        tf.summary.scalar("loss", 1.0 / (step + 1), step=step)
writer.close()

(path,) = Path("logs").glob("events*")
raw = bytearray(path.read_bytes())
raw[len(raw) // 2] ^= 1  # one bit, in the middle
path.write_bytes(raw)

# %% read
read = []
try:
    for record in tf.data.TFRecordDataset(str(path)):
        read.append(record)
except tf.errors.DataLossError as error:
    message = error.message.split(" [Op")[0].split("}} ")[-1]
    print(type(error).__name__, message, sep=": ")
kept = len(EventAccumulator("logs").Reload().Tensors("loss"))
print("records read:", len(read), "of", STEPS + 1)
print("points that EventAccumulator shows:", kept)
