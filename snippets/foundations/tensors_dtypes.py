# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6", "matplotlib"]
#
# [tool.book]
# title = "Dtypes: defaults, casts, and five ways to lose numbers"
# sources = ["zt-ch1-cast", "kth-dtype-and-cast", "kth-dtype-table"]
#
# [tool.book.values]
# counted = "[int(n) for n in counted]"
# distinct = "[int(v) for v in distinct]"
# low_places = "int(tf.reduce_sum(tf.cast(casts != 255, tf.int32)))"
# high_places = "int(tf.reduce_sum(tf.cast(casts == 255, tf.int32)))"
# wrapped = "int(wrapped)"
# silent_half = "[int(v) for v in half]"
# same_object = "same_object"
# int8_sum = "int(int8_sum)"
# reinterpreted = "len(reinterpreted)"
# dtypes = "len(dtypes)"
# mean_of_ints = "int(mean_of_ints)"
# refusals = "len(refused)"
# attempts = "len(attempts)"
# ///

# %% defaults
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

values = (1, 1.0, True, 1j, "one", 2**31, [1, 2.5], np.array([1, 2]), np.array([1.0]))
for value in values:
    print(f"{value!r:>16} -> {tf.constant(value).dtype.name}")

# %% all-dtypes
dtypes = {value for value in vars(tf.dtypes).values() if isinstance(value, tf.DType)}
print(len(dtypes), "dtypes")

# %% cast
matrix = tf.constant([[1.0, 2.0], [3.0, 4.0]])
small = tf.cast(matrix, dtype=tf.int8)
same_object = tf.cast(matrix, dtype=tf.float32) is matrix
print(small)
print("another object:", small is not matrix, " cast to its own dtype:", same_object)

# %% numpy-dtype
array = np.array([1, 2, 3])  # int64: three times eight bytes
reinterpreted = array.view(np.float32)  # what `array.dtype = np.float32` does
print("reinterpreted:", reinterpreted)
print("converted:    ", array.astype(np.float32))

# %% losses
int8_sum = tf.constant(100, dtype=tf.int8) + 100
wrapped = tf.cast(tf.constant(300), dtype=tf.uint8)
mean_of_ints = tf.reduce_mean(tf.constant([1, 2, 2]))
print("100 + 100 in int8:     ", int8_sum.numpy())
print("300 as uint8:          ", wrapped.numpy())
print("2.9 and -2.9 as int32: ", tf.cast([2.9, -2.9], tf.int32).numpy())
print("mean of [1, 2, 2]:     ", mean_of_ints.numpy())
print("1 / 3 from int8, int32:", (tf.constant(1, tf.int8) / 3).dtype.name,
      (tf.constant(1) / 3).dtype.name)

# %% two-answers
copies = tf.fill((41,), 300.0)
casts = tf.cast(copies, dtype=tf.uint8)
saturated = tf.saturate_cast(copies, dtype=tf.uint8)
distinct = tf.unique(casts).y.numpy()
print("41 times 300.0 as uint8:", *distinct)
print("with saturate_cast:     ", *tf.unique(saturated).y.numpy())

# %% two-answers-picture
figure, axis = plt.subplots(figsize=(7.2, 2.6))
axis.plot(saturated, color="C0", linewidth=6, alpha=0.35)
axis.plot(casts, "o", color="C1", markersize=4)
axis.text(0, 222, "tf.saturate_cast: a band at 255", color="C0")
axis.text(20, 52, "tf.cast: dots", color="C1")
axis.set(xlabel="place in the tensor; every entry is 300.0", ylabel="as uint8",
         ylim=(0, 285), yticks=(0, *sorted(distinct.tolist())))
plt.show()

# %% counting
names = ("float16", "bfloat16", "float32", "float64")
counted = []
for name in names:
    powers = [2.0**exponent for exponent in range(60)]
    stuck = [p for p in powers if tf.constant(p, name) + 1 == tf.constant(p, name)]
    counted.append(stuck[0])
    print(f"{name:9} counts by ones to {int(stuck[0]):,} and no further")

# %% strict
import textwrap

ints, floats32 = tf.constant([1, 2, 3]), tf.constant([1.0, 2.0, 3.0])
attempts = {
    "int32 + float32": lambda: ints + floats32,
    "float32 + float64": lambda: floats32 + tf.constant(1.0, dtype=tf.float64),
    "int32 + 0.5": lambda: ints + 0.5,
    "bool + bool": lambda: tf.constant(True) + tf.constant(True),
}
refused = []
for name, attempt in attempts.items():
    try:
        attempt()
    except tf.errors.InvalidArgumentError as error:
        refused.append(name)
        print(f"{name}: {type(error).__name__}")
        message = str(error).partition(" [Op")[0].partition(": bfloat16")[0]
        print(textwrap.fill(message, initial_indent="    ", subsequent_indent="    "))

# %% weak
print("float32 + 1:          ", (floats32 + 1).dtype.name)
print("float32 + NumPy array:", (floats32 + np.array([0.1, 0.2, 0.3])).dtype.name)
half = ints * np.float64(0.5)
print("int32 * np.float64(0.5):", half.numpy())
print("uint8 1 + 300:          ", (tf.constant(1, dtype=tf.uint8) + 300).numpy())
