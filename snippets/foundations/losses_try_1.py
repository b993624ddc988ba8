# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "Solution: a loss whose best constant is the ninth decile"
#
# [tool.book.values]
# found = "float(found)"
# quantile = "float(quantile)"
# below = "float(below)"
# ///

# %% pinball
import keras
import numpy as np
import tensorflow as tf


class Pinball(keras.losses.Loss):
    def __init__(self, share):
        super().__init__()
        self.share = share

    def call(self, y_true, y_pred):
        short = tf.cast(y_true, y_pred.dtype) - y_pred  # positive: guessed too low
        return tf.maximum(self.share * short, (self.share - 1) * short)


# %% minimise
waits = np.random.default_rng(seed=0).lognormal(mean=1.0, sigma=0.8, size=400)
candidates = np.linspace(0, 16, 1601)
loss = Pinball(share=0.9)
costs = [loss(waits, np.full_like(waits, candidate)) for candidate in candidates]
found = candidates[np.argmin(costs)]
quantile, below = np.quantile(waits, 0.9), np.mean(waits <= found)
print(f"best constant {found:.2f}, ninth decile {quantile:.2f}, {below:.0%} lie below")
