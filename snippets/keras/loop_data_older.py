# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Two older spellings that still run"
# sources = [
#     "mtf-ch03-custom-loop-data-model", "mtf-ch03-custom-loop-train-step",
# ]
#
# [tool.book.values]
# warning = "warning"
# same = "int(same)"
# ///

# %% older
import warnings

import keras
import numpy as np

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    keras.layers.Conv2D(filters=16, kernel_size=5, input_shape=(28, 28, 1))
first = str(caught[0].message).split(". ")[0]
warning = f"{caught[0].category.__name__}: {first}"
print(warning)

first, second = (keras.Variable([1.0, 2.0]) for _ in range(2))
slope = keras.ops.convert_to_tensor([0.5, -0.5])
keras.optimizers.SGD(learning_rate=0.1).apply_gradients(zip([slope], [first]))
keras.optimizers.SGD(learning_rate=0.1).apply([slope], [second])
same = np.array_equal(first.numpy(), second.numpy())
print("apply_gradients(zip(…)) and apply(…, …) agree:", same)
