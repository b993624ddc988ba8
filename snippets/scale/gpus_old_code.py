# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Spellings of earlier GPU code, and what they say today"
#
# [tool.book.values]
# errors = "errors"
# ///

# %% errors
import keras
import tensorflow as tf

number = tf.constant(1.0)
scaling = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD())
attempts = {
    "mixed_precision.experimental.Policy": lambda: (
        keras.mixed_precision.experimental.Policy("mixed_float16")
    ),
    "optimizer.get_scaled_loss": lambda: scaling.get_scaled_loss(number),
    "keras.utils.multi_gpu_model": lambda: keras.utils.multi_gpu_model,
    "train.experimental.enable_mixed_precision_graph_rewrite": lambda: (
        tf.train.experimental.enable_mixed_precision_graph_rewrite
    ),
    "config.experimental_list_devices": lambda: tf.config.experimental_list_devices(),
}
errors = []
for old, attempt in attempts.items():
    try:
        attempt()
    except AttributeError as error:
        message = str(error).replace("tensorflow._api.v2", "tensorflow")
        errors.append(f"{type(error).__name__}: {message}")
        print(f"{old}\n  {errors[-1]}")
