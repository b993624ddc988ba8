# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0"]
#
# [tool.book]
# title = "No rewriting of graphs: a policy, and compile scales the loss"
#
# [tool.book.values]
# error = "error"
# works = "type(model.optimizer).__name__"
# ///

# %% old
import keras
import tensorflow as tf

try:
    tf.train.experimental.enable_mixed_precision_graph_rewrite
except AttributeError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
keras.config.set_dtype_policy("mixed_float16")
model = keras.Sequential([keras.Input(shape=(3,)), keras.layers.Dense(units=1)])
model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.001), loss="mse")
inner = type(model.optimizer.inner_optimizer).__name__
print(type(model.optimizer).__name__, "around", inner)
