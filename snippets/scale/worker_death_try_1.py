# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Exercise: an iterator in the checkpoint"
#
# [tool.book.values]
# calm = "calm"
# resumed = "resumed"
# fresh = "fresh"
# ///

# %% parameters
ROWS = 100
BUFFER = 20
TAKEN = 7  # rows taken before the interruption

# %% solution
import tempfile

import keras
import tensorflow as tf


def rows():
    keras.utils.set_random_seed(0)
    return iter(tf.data.Dataset.range(ROWS).shuffle(BUFFER, seed=1).repeat())


def take(iterator, count):
    return [int(next(iterator)) for _ in range(count)]


with tempfile.TemporaryDirectory() as folder:
    iterator = rows()
    take(iterator, TAKEN)
    path = tf.train.Checkpoint(iterator=iterator).save(f"{folder}/ckpt")
    calm = take(iterator, 8)

    iterator = rows()
    tf.train.Checkpoint(iterator=iterator).restore(path)
    resumed = take(iterator, 8)
fresh = take(rows(), 8)

print("undisturbed:", calm)
print("restored:   ", resumed)
print("begun anew: ", fresh)
