# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "A skip connection: the same twenty layers, with and without a way around"
# timeout = 600
#
# [tool.book.smoke]
# BLOCKS = 4
# IMAGES = 512
# TEST_IMAGES = 256
# EPOCHS = 1
# SEEDS = [0]
#
# [tool.book.values]
# blocks = "BLOCKS"
# images = "IMAGES"
# parameters = "parameters"
# plain_ratio = "[float(s[0] / s[-1]) for s in slopes['plain']]"
# skip_ratio = "[float(s[0] / s[-1]) for s in slopes['skip']]"
# plain_accuracy = "accuracy['plain']"
# skip_accuracy = "accuracy['skip']"
# ///

# %% parameters
BLOCKS = 20
WIDTH = 32
IMAGES = 10_000
TEST_IMAGES = 4_000
EPOCHS = 3
SEEDS = (0, 1, 2)

# %% build
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers


def build_network(skip, seed):
    keras.utils.set_random_seed(seed)
    inputs = keras.Input(shape=(784,))
    x = layers.Dense(units=WIDTH, name="entry")(inputs)
    for number in range(BLOCKS):
        change = layers.Dense(
            units=WIDTH, activation="sigmoid", name=f"block_{number}"
        )(x)
        x = layers.Add()([x, change]) if skip else change
    return keras.Model(inputs=inputs, outputs=layers.Dense(units=10)(x))


# %% data
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train[:IMAGES].reshape(IMAGES, 784) / np.float32(255)
x_test = x_test[:TEST_IMAGES].reshape(TEST_IMAGES, 784) / np.float32(255)
y_train, y_test = y_train[:IMAGES], y_test[:TEST_IMAGES]
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


# %% slopes
@tf.function
def gradient_sizes(model, kernels):
    with tf.GradientTape() as tape:
        value = loss(y_train[:256], model(x_train[:256]))
    return [tf.norm(gradient) for gradient in tape.gradient(value, kernels)]


slopes = {"plain": [], "skip": []}
accuracy = {"plain": [], "skip": []}
for name, skip in (("plain", False), ("skip", True)):
    for seed in SEEDS:
        network = build_network(skip=skip, seed=seed)
        parameters = network.count_params()
        kernels = [
            network.get_layer(f"block_{number}").kernel.value
            for number in range(BLOCKS)
        ]
        slopes[name].append(np.array(gradient_sizes(network, kernels)))
        network.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
        network.fit(x_train, y_train, batch_size=64, epochs=EPOCHS, verbose=0)
        accuracy[name].append(network.evaluate(x_test, y_test, verbose=0)[1])
    print(name, parameters, [f"{score:.1%}" for score in accuracy[name]])

# %% figure
figure, axes = plt.subplots()
block = np.arange(1, BLOCKS + 1)
for name, color in (("plain", "C1"), ("skip", "C0")):
    for sizes in slopes[name]:
        axes.plot(block, sizes, color=color, linewidth=0.8, alpha=0.5)
    mean = np.exp(np.log(slopes[name]).mean(axis=0))
    axes.plot(block, mean, color=color, linewidth=2.5)
    middle = BLOCKS // 2
    label = {"xytext": (8, -6), "textcoords": "offset points", "va": "top"}
    axes.annotate(name, (block[middle], mean[middle]), color=color, **label)
axes.set(
    yscale="log",
    xlabel="block, from the input (1) to the output",
    ylabel="size of the gradient\nbefore training (norm)",
)
axes.set_xticks(block[:: max(1, BLOCKS // 10)])
plt.show()
