# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Rows of different length: padded, ragged, by length"
#
# [tool.book.smoke]
# REVIEWS = 200
#
# [tool.book.values]
# share = "[float(share[name]) for name in share]"
# names = "list(share)"
# longest = "int(lengths.max())"
# median = "float(np.median(lengths))"
# reviews = "REVIEWS"
# ///

# %% parameters
REVIEWS = 4_000
BATCH = 32
BORDERS = (100, 150, 200, 300, 500)

# %% reviews
import keras
import numpy as np
import tensorflow as tf

(texts, _), _ = keras.datasets.imdb.load_data()  # lists of word numbers
texts = texts[:REVIEWS]
lengths = np.array([len(text) for text in texts])
flat = tf.ragged.constant(list(texts), dtype=tf.int32)  # no padding stored
reviews = tf.data.Dataset.from_tensor_slices(flat).map(lambda text: text)
reviews = reviews.shuffle(buffer_size=REVIEWS, seed=0)
print("words: median", int(np.median(lengths)), " longest", lengths.max())

# %% three-ways
ways = {
    "all to the longest": reviews.padded_batch(BATCH, padded_shapes=[lengths.max()]),
    "each batch to its longest": reviews.padded_batch(BATCH),
    "batches of like length": reviews.bucket_by_sequence_length(
        element_length_func=lambda text: tf.shape(text)[0],
        bucket_boundaries=BORDERS,
        bucket_batch_sizes=[BATCH] * (len(BORDERS) + 1),
    ),
    "ragged": reviews.ragged_batch(BATCH),
}
share, shapes = {}, {}
for name, batches in ways.items():
    words = cells = 0
    shapes[name] = []
    for batch in batches:
        ragged = isinstance(batch, tf.RaggedTensor)
        values = batch.flat_values if ragged else batch
        words += int(tf.math.count_nonzero(values))
        cells += int(tf.size(values))
        shapes[name].append(tuple(batch.shape))
    assert words == lengths.sum(), "a word was lost"
    share[name] = 1 - words / cells
    print(f"{name:26} padding {share[name]:4.0%}   first batch {shapes[name][0]}")
