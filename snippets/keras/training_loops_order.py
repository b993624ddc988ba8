# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "fit draws a new order of the data twice an epoch"
# sources = []
# marks = []
#
# [tool.book.values]
# plain_equal = "int(fit_plain == loop_plain)"
# skipped_equal = "int(fit_plain == loop_plain_long[::2])"
# repeated_equal = "int(fit_repeated == loop_repeated)"
# ///

# %% recorder
import keras
import numpy as np
import tensorflow as tf

rows = np.arange(6, dtype="float32")[:, np.newaxis]  # (6, 1)


class Recorder(keras.Model):
    """Learns nothing; writes down which rows `fit` hands to it."""

    def train_step(self, data):
        seen.extend(int(row) for row in data[:, 0])
        return {"loss": 0.0}


def shuffled():
    return tf.data.Dataset.from_tensor_slices(rows).shuffle(buffer_size=6, seed=1)


def by_epoch(numbers):
    return [numbers[start : start + 6] for start in range(0, len(numbers), 6)]


# %% plain
model = Recorder()
model.compile(run_eagerly=True)

seen = []
model.fit(shuffled().batch(2), epochs=3, shuffle=False, verbose=0)
fit_plain = by_epoch(seen)

dataset = shuffled()
loop_plain_long = [[int(row[0]) for row in dataset] for _ in range(6)]
loop_plain = loop_plain_long[:3]
print("fit ", fit_plain)
print("loop", loop_plain)
print("loop, every second epoch", loop_plain_long[::2])

# %% repeated
seen = []
stream = shuffled().batch(2).repeat()
model.fit(stream, epochs=3, steps_per_epoch=3, shuffle=False, verbose=0)
fit_repeated = by_epoch(seen)

batches = shuffled().batch(2).repeat().take(9)
loop_repeated = by_epoch([int(row[0]) for batch in batches for row in batch])
print("fit ", fit_repeated)
print("loop", loop_repeated)
