# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "What XLA compiles and what it refuses"
#
# [tool.book.values]
# accepted = "accepted"
# refused = "refused"
# ///

# %% try
import re

import numpy as np
import tensorflow as tf

candidates = {
    "loop over a tensor": lambda x: tf.while_loop(
        lambda total: total < 10.0, lambda total: [2 * total], [tf.reduce_sum(x)]
    )[0],
    "tf.where, one result per hit": lambda x: tf.where(x > 1.0),
    "tf.boolean_mask": lambda x: tf.boolean_mask(x, x > 1.0),
    "tf.unique": lambda x: tf.unique(x)[0],
    "text": lambda x: tf.strings.as_string(x),
    "tf.print": lambda x: (tf.print(x), x)[1],
    "Python inside (numpy_function)": lambda x: tf.numpy_function(
        np.sin, [x], tf.float32
    ),
    "reading a file": lambda x: tf.io.read_file("some.txt"),
}
numbers = tf.constant([1.0, 2.0, 2.0])
accepted, refused = [], []
for name, function in candidates.items():
    compiled = tf.function(function, jit_compile=True, autograph=False)
    try:
        result = compiled(numbers)
    except tf.errors.InvalidArgumentError as error:
        what = re.search(r"No registered '(\w+)' OpKernel", error.message)
        refused.append(f"{name}: no kernel for {what[1]}")
    else:
        np.testing.assert_array_equal(result, function(numbers))
        accepted.append(name)
print("compiled, same result as without:", *accepted, sep="\n  ")
print("refused:", *refused, sep="\n  ")
