# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "XLA on and off: one fused kernel instead of many"
# marks = ["timing"]
#
# [tool.book.smoke]
# ROWS = 10000
# REPEATS = 3
#
# [tool.book.values]
# elements = "ROWS * 100"
# graph_operations = "len(graph_operations)"
# kernels = "len(kernels)"
# ratio_elementwise = "float(ratio_elementwise)"
# ratio_product = "float(ratio_product)"
# ratio_step = "float(ratio_step)"
# step_operations = "int(step_operations)"
# ratio_first_call = "float(ratio_first_call)"
# ratio_new_shape = "float(ratio_new_shape)"
# traces = "int(traces)"
# largest_difference = "float(largest_difference)"
# ///

# %% parameters
ROWS = 50000
REPEATS = 20

# %% function
import re
import time

import keras
import numpy as np
import tensorflow as tf


def smooth(inputs):
    """The tanh form of GELU: nine operations on each element."""
    cubic = inputs + 0.044715 * inputs * inputs * inputs
    return 0.5 * inputs * (1.0 + tf.tanh(0.79788456 * cubic))


graph = tf.function(smooth)
fused = tf.function(smooth, jit_compile=True)

# %% operations
tf.random.set_seed(0)
inputs = tf.random.normal(shape=(ROWS, 100))
nodes = graph.get_concrete_function(inputs).graph.get_operations()
graph_operations = [node.type for node in nodes if node.type in
                    ("Mul", "AddV2", "Tanh")]
print("in the graph:", len(graph_operations), graph_operations)

program = fused.experimental_get_compiler_ir(inputs)(stage="optimized_hlo")
entry = program[program.index("ENTRY"):]
kernels = re.findall(r"= \S+ (fusion|custom-call|call|dot)\(", entry)
print("after XLA:", len(kernels), kernels)
noise = r", (metadata|parameter_replication|backend_config)=\{.*?\}|, kind=\w+"
print(re.sub(noise, "", entry).strip())


# %% measure
def quickest(function, *arguments):
    """Seconds of the quickest call: what else the machine does only adds to it."""
    function(*arguments)  # trace, and compile
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        function(*arguments)
        seconds.append(time.perf_counter() - started)
    return min(seconds)


largest_difference = np.max(np.abs(graph(inputs) - fused(inputs)))
assert largest_difference < 1e-5
ratio_elementwise = quickest(graph, inputs) / quickest(fused, inputs)
print(f"elementwise: {ratio_elementwise:.1f} times as fast with XLA")

# %% product
matrix = tf.random.normal(shape=(512, 512))
plain_product = tf.function(tf.matmul)
fused_product = tf.function(tf.matmul, jit_compile=True)
np.testing.assert_allclose(
    plain_product(matrix, matrix), fused_product(matrix, matrix), atol=1e-3
)
ratio_product = (
    quickest(plain_product, matrix, matrix)
    / quickest(fused_product, matrix, matrix)
)
print(f"one matrix product: {ratio_product:.1f} times as fast with XLA")

# %% train-step
def trainer(jit_compile):
    """A compiled training step of a small network, and the network."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([
        keras.Input(shape=(100,)),
        keras.layers.Dense(units=64, activation="gelu"),
        keras.layers.Dense(units=64, activation="gelu"),
        keras.layers.Dense(units=1),
    ])
    optimizer = keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)

    @tf.function(jit_compile=jit_compile)
    def step(batch):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(batch) - batch[:, :1]))
        optimizer.apply(tape.gradient(loss, model.trainable_variables))
        return loss

    return step, model


(plain_step, plain_model), (fused_step, fused_model) = trainer(False), trainer(True)
batch = inputs[:32]
ratio_step = quickest(plain_step, batch) / quickest(fused_step, batch)
for plain, compiled in zip(plain_model.get_weights(), fused_model.get_weights()):
    np.testing.assert_allclose(plain, compiled, atol=1e-4)
step_operations = len(
    plain_step.get_concrete_function(batch).graph.get_operations()
)
print(f"a training step of {step_operations} operations: "
      f"{ratio_step:.1f} times as fast with XLA")

# %% new-shapes
signature = [tf.TensorSpec(shape=(None, 100), dtype=tf.float32)]
flexible = tf.function(smooth, jit_compile=True, input_signature=signature)
first, again = [], []
for rows in range(100, 110):  # ten lengths, one trace, ten compilations
    batch = inputs[:rows]
    for seconds in (first, again):
        started = time.perf_counter()
        flexible(batch)
        seconds.append(time.perf_counter() - started)
traces = flexible.experimental_get_tracing_count()
ratio_first_call = first[0] / min(again)
ratio_new_shape = min(first[1:]) / min(again)
print("traces:", traces)
print(f"first call of all: {ratio_first_call:.0f} times a later one")
print(f"first call with a new length: {ratio_new_shape:.0f} times")
