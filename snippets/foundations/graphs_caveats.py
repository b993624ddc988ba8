# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "What runs once: side effects, lists, closures, random numbers, variables"
# sources = ["zt-ch2-promised-caveats"]
#
# [tool.book.values]
# kept = "kept"
# leak_error = "leak_error"
# fixed_losses = "fixed_losses"
# stale = "stale"
# fresh = "fresh"
# mixed = "mixed"
# numpy_noise = "numpy_noise"
# tensor_noise = "tensor_noise"
# created_error = "created_error"
# totals = "totals"
# ///

# %% lists
import numpy as np
import tensorflow as tf

history = []


@tf.function
def squared_error(prediction):
    loss = tf.square(prediction - 1.0)
    history.append(loss)
    return loss


for prediction in (1.0, 2.0, 3.0):
    squared_error(tf.constant(prediction))
kept = len(history)
print(kept, history)
try:
    tf.stack(history)
except TypeError as problem:
    first_sentence = str(problem).split(". ")[0]
    leak_error = f"{type(problem).__name__}: {first_sentence}."
    print(leak_error)

# %% lists-fixed
@tf.function
def squared_error(prediction):
    return tf.square(prediction - 1.0)


history = [squared_error(tf.constant(p)) for p in (1.0, 2.0, 3.0)]
fixed_losses = [float(loss) for loss in history]
print(fixed_losses)

# %% closure
rate = 3.0


@tf.function
def scale(x):
    return rate * x


stale = [float(scale(tf.constant(1.0)))]
rate = 5.0
stale.append(float(scale(tf.constant(1.0))))
mixed = float(scale(tf.constant([1.0]))[0])  # another shape
print(stale, mixed)

# %% closure-fixed
rate = tf.Variable(3.0)


@tf.function
def scale(x):
    return rate * x


fresh = [float(scale(tf.constant(1.0)))]
rate.assign(5.0)
fresh.append(float(scale(tf.constant(1.0))))
print(fresh)

# %% random
generator = np.random.default_rng(0)
tf.random.set_seed(0)


@tf.function
def noise():
    return generator.normal(), tf.random.normal(shape=())


numpy_noise, tensor_noise = [], []
for _ in range(3):
    from_numpy, from_tensorflow = noise()
    numpy_noise.append(float(from_numpy))
    tensor_noise.append(float(from_tensorflow))
print("NumPy     ", np.round(numpy_noise, 3))
print("TensorFlow", np.round(tensor_noise, 3))


# %% variable
@tf.function
def count_up():
    total = tf.Variable(0)
    return total.assign_add(1)


try:
    count_up()
except ValueError as problem:
    created_error = str(problem).strip().splitlines()[-1].strip().split(". ")[0] + "."
    print(created_error)


# %% variable-fixed
class Counter(tf.Module):
    def __init__(self):
        self.total = None

    @tf.function
    def __call__(self):
        if self.total is None:  # Python: true only in the first trace
            self.total = tf.Variable(0)
        return self.total.assign_add(1)


counter, another = Counter(), Counter()
totals = [int(counter()), int(counter()), int(another())]
print(totals)
