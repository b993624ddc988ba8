# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "Gradient accumulation, exact except through BatchNormalization"
#
# [tool.book.smoke]
# ROWS = 512
# SEEDS = [0]
#
# [tool.book.values]
# plain = "gaps['plain', 'loop']"
# relu = "gaps['plain, ReLU', 'loop']"
# layer = "gaps['LayerNormalization', 'loop']"
# batch = "gaps['BatchNormalization', 'loop']"
# keras_plain = "gaps['plain', 'Keras']"
# keras_batch = "gaps['BatchNormalization', 'Keras']"
# moved = "moved"
# small = "SMALL"
# large = "LARGE"
# ///

# %% parameters
ROWS = 2_048
SMALL = 16
LARGE = 128
SEEDS = (0, 1, 2)

# %% model
import keras
import numpy as np
import tensorflow as tf

tf.config.experimental.enable_op_determinism()
(x, y), _ = keras.datasets.fashion_mnist.load_data()
x = x[:ROWS].reshape(ROWS, 784).astype("float32") / 255.0
rows = tf.data.Dataset.from_tensor_slices((x, y[:ROWS].astype("int32")))
loss_function = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
kinds = {
    "plain": (keras.layers.Identity, "tanh"),
    "plain, ReLU": (keras.layers.Identity, "relu"),
    "LayerNormalization": (keras.layers.LayerNormalization, "tanh"),
    "BatchNormalization": (keras.layers.BatchNormalization, "tanh"),
}


def build_model(seed, kind):
    normalisation, activation = kinds[kind]
    keras.utils.set_random_seed(seed)
    return keras.Sequential([
        keras.Input(shape=(784,)),
        keras.layers.Dense(units=32),
        normalisation(),
        keras.layers.Activation(activation),
        keras.layers.Dense(units=10),
    ])


# %% accumulate
def train(model, batch_size, parts, by_keras=False):
    variables = model.trainable_variables
    optimizer = keras.optimizers.SGD(
        learning_rate=0.1, momentum=0.9,
        gradient_accumulation_steps=parts if by_keras else None,
    )
    sums = [tf.Variable(tf.zeros_like(variable)) for variable in variables]

    @tf.function
    def step(images, labels, last_part):
        with tf.GradientTape() as tape:
            loss = loss_function(labels, model(images, training=True))
        gradients = tape.gradient(loss, variables)
        if by_keras:
            optimizer.apply(gradients, variables)
            return
        for total, gradient in zip(sums, gradients):
            total.assign_add(gradient / parts)
        if last_part:
            optimizer.apply([total.value() for total in sums], variables)
            for total in sums:
                total.assign(tf.zeros_like(total))

    optimizer.build(variables)
    for number, (images, labels) in enumerate(rows.batch(batch_size), start=1):
        step(images, labels, tf.constant(number % parts == 0))
    return [variable.numpy() for variable in variables]


# %% compare
def largest_gap(first, second):
    return max(float(np.abs(a - b).max()) for a, b in zip(first, second))


gaps, moved = {}, []
for kind in kinds:
    for seed in SEEDS:
        whole = train(build_model(seed, kind), LARGE, parts=1)
        for way in ("loop", "Keras"):
            pieces = train(build_model(seed, kind), SMALL, parts=LARGE // SMALL,
                           by_keras=way == "Keras")
            gaps.setdefault((kind, way), []).append(largest_gap(whole, pieces))
        start = build_model(seed, kind).trainable_variables
        moved.append(largest_gap(whole, [variable.numpy() for variable in start]))
for (kind, way), found in gaps.items():
    print(f"{kind:20} {way:6}", *(f"{gap:.1e}" for gap in found))
print(f"training moved a weight by at least {min(moved):.2f}")
