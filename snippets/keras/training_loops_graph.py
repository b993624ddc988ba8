# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "What tf.function traces, and when it traces again"
# sources = ["gt-train-test-steps"]
# marks = []
#
# [tool.book.values]
# train_traces = "first_traces['train']"
# validation_traces = "first_traces['validation']"
# built_traces = "built_traces"
# fixed_traces = "fixed_traces"
# ///

# %% setup
import keras
import tensorflow as tf

keras.utils.set_random_seed(0)
images = tf.random.uniform(shape=(80, 28, 28, 1))
labels = tf.random.uniform(shape=(80,), maxval=10, dtype=tf.int32)
batches = tf.data.Dataset.from_tensor_slices((images, labels)).batch(32)  # 32, 32, 16
full_batches = batches.take(2)

model = keras.Sequential([keras.Input(shape=(28, 28, 1)), keras.layers.Flatten()])
model.add(keras.layers.Dense(units=10))
loss_function = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = keras.optimizers.Adam()

# %% count-traces
traces = {"train": 0, "validation": 0}


@tf.function
def train_step(images, labels):
    traces["train"] += 1  # Python: runs while tracing, never afterwards
    with tf.GradientTape() as tape:
        loss = loss_function(labels, model(images, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))


@tf.function
def validation_step(images, labels):
    traces["validation"] += 1
    return loss_function(labels, model(images, training=False))


# %% run
for epoch in range(3):
    for image_batch, label_batch in full_batches:
        train_step(image_batch, label_batch)
    for image_batch, label_batch in batches:
        validation_step(image_batch, label_batch)
first_traces = dict(traces)
print("calls ", {"train": 3 * 2, "validation": 3 * 3})
print("traces", first_traces)

# %% fewer
traces["train"] = 0
optimizer = keras.optimizers.Adam()
optimizer.build(model.trainable_variables)
train_step = tf.function(train_step.python_function)
for image_batch, label_batch in full_batches:
    train_step(image_batch, label_batch)
built_traces = traces["train"]
print("train step, optimizer built beforehand:", built_traces)

traces["validation"] = 0
any_size = [
    tf.TensorSpec(shape=(None, 28, 28, 1), dtype=tf.float32),
    tf.TensorSpec(shape=(None,), dtype=tf.int32),
]
fixed_step = tf.function(validation_step.python_function, input_signature=any_size)
for image_batch, label_batch in batches:
    fixed_step(image_batch, label_batch)
fixed_traces = traces["validation"]
print("validation step, batch size left open: ", fixed_traces)
