# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "A loop that does not learn: eager, a report on gradients, and the first NaN"
#
# [tool.book.values]
# missing = "missing"
# refused = "refused"
# spoiled = "list(spoiled.values())"
# constant_pixels = "constant_pixels"
# message = "message"
# graph_loss = "float(loss_with_nan)"
# eager_loss_nan = "int(np.isnan(eager_loss))"
# unmerged_nan = "int(np.isnan(unmerged_loss))"
# repaired = "[float(loss) for loss in repaired]"
# ///

# %% loop
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(0)
(x, y), _ = keras.datasets.fashion_mnist.load_data()
x = x[:256].reshape(256, 784).astype("float32")  # pixels from 0 to 255
y = y[:256].astype("int32")
mean, deviation = x.mean(axis=0), x.std(axis=0)
batches = tf.data.Dataset.from_tensor_slices((x, y)).batch(64)

body = keras.layers.Dense(units=32, activation="relu", name="body")
head = keras.layers.Dense(units=10, name="head")
extra = keras.layers.Dense(units=3, name="extra")
for layer, inputs in ((body, 784), (head, 32), (extra, 32)):
    layer.build((None, inputs))
variables = [variable for layer in (body, head, extra)
             for variable in layer.trainable_variables]
loss_function = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


# %% report
def report(gradients):
    """One word or number for each variable; call it before `apply`."""
    found = {}
    for variable, gradient in zip(variables, gradients):
        if gradient is None:
            found[variable.path] = "None"
        elif not tf.reduce_all(tf.math.is_finite(gradient)):
            found[variable.path] = "not finite"
        else:
            found[variable.path] = f"{float(tf.norm(gradient)):.3f}"
    return found


# %% unused
images, labels = next(iter(batches))
with tf.GradientTape() as tape:
    features = body(images / 255.0)
    logits = head(features)
    extra(features)  # computed, and in no loss
    loss = loss_function(labels, logits)
unused = report(tape.gradient(loss, variables))
for name, word in unused.items():
    print(f"{name:12} {word}")
missing = [name for name, word in unused.items() if word == "None"]

# %% cut
with tf.GradientTape() as tape:
    logits = head(body(images / 255.0))
    answers = tf.argmax(logits, axis=1)  # a class number has no slope
    loss = tf.reduce_mean(tf.cast(answers != tf.cast(labels, tf.int64), tf.float32))
gradients = tape.gradient(loss, variables)
print(set(report(gradients).values()))
try:
    keras.optimizers.Adam().apply(gradients, variables)
except ValueError as error:
    refused = f"{type(error).__name__}: {error}"
    print(refused)

# %% nan
@tf.function
def step(images, labels):
    with tf.GradientTape() as tape:
        standardised = (images - mean) / deviation
        loss = loss_function(labels, head(body(standardised)))
    return loss, tape.gradient(loss, variables[:4])


loss_with_nan, gradients = step(images, labels)
eager_loss, _ = step.python_function(images, labels)  # the same code, no graph
print("loss: eager", eager_loss.numpy(), " graph", loss_with_nan.numpy())
spoiled = report(gradients)
for name, word in spoiled.items():
    print(f"{name:12} {word}")

# %% unmerged
tf.config.optimizer.set_experimental_options({"remapping": False})
unmerged = tf.function(step.python_function)
unmerged_loss, _ = unmerged(images, labels)
print("loss: graph, no operations merged", unmerged_loss.numpy())
tf.config.optimizer.set_experimental_options({"remapping": True})

# %% numerics
tf.debugging.enable_check_numerics()
checked = tf.function(step.python_function)  # traced anew, with a check on every op
try:
    checked(images, labels)
except tf.errors.InvalidArgumentError as error:
    lines = str(error).splitlines()
    message = next(line for line in lines if line.startswith("!!!")).strip("! ")
    print(message)
tf.debugging.disable_check_numerics()

# %% eager
tf.config.run_functions_eagerly(True)
for number, (images, labels) in enumerate(batches, start=1):
    loss, gradients = step(images, labels)  # a breakpoint in `step` would stop here
    if not np.isfinite(loss):
        bad = ~tf.math.is_finite((images - mean) / deviation).numpy()
        print(f"batch {number}: {bad.any(axis=1).sum()} of {len(bad)} rows,",
              f"pixels {np.flatnonzero(bad.any(axis=0))}")
        break
tf.config.run_functions_eagerly(False)
constant_pixels = int((deviation == 0).sum())
print("pixels with one value in all images:", constant_pixels)

# %% repaired
deviation = np.where(deviation > 0, deviation, 1.0)
mended = tf.function(step.python_function)  # the old graph holds the old array
optimizer = keras.optimizers.Adam()
repaired = []
for epoch in range(3):
    for images, labels in batches:
        loss, gradients = mended(images, labels)
        optimizer.apply(gradients, variables[:4])
        repaired.append(loss.numpy())
print(f"loss {repaired[0]:.2f}, after {len(repaired)} steps {repaired[-1]:.2f}")
