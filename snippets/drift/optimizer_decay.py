# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tf-keras~=2.21.0", "tensorflow~=2.21.0"]
#
# [tool.book]
# title = "decay= is taken, ignored, and the learning rate never falls"
#
# [tool.book.values]
# error = "error"
# old_steps = "old_steps"
# keras2_steps = "keras2_steps"
# new_steps = "new_steps"
# works = "new_steps[-1]"
# ///

# %% measure
import warnings

import keras
import tensorflow as tf
import tf_keras


def step_lengths(optimizer):
    """How far one weight moves in each of four updates with gradient 1."""
    variable = tf.Variable(0.0)
    positions = [0.0]
    for _ in range(4):
        optimizer.apply_gradients([(tf.constant(1.0), variable)])
        positions.append(float(variable))
    return [round(before - after, 4) for before, after in zip(positions, positions[1:])]


# %% old
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    decaying = keras.optimizers.Adam(learning_rate=0.1, decay=1.0)
    old_steps = step_lengths(decaying)
error = f"no exception; {caught[0].category.__name__}: {caught[0].message}"
print(error)
print("Keras 3, decay=", old_steps)

# %% then
keras2 = tf_keras.optimizers.legacy.Adam(learning_rate=0.1, decay=1.0)
keras2_steps = step_lengths(keras2)
print("Keras 2, decay=", keras2_steps)

# %% new
schedule = keras.optimizers.schedules.InverseTimeDecay(
    initial_learning_rate=0.1, decay_steps=1, decay_rate=1.0
)
new_steps = step_lengths(keras.optimizers.Adam(learning_rate=schedule))
print("Keras 3, schedule", new_steps)
