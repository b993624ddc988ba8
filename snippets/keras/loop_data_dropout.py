# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "A Dropout layer that never acts: one forgotten argument, three seeds"
# sources = ["mtf-ch03-custom-loop-train-step"]
#
# [tool.book.smoke]
# TRAIN_IMAGES = 128
# TEST_IMAGES = 100
# EPOCHS = 2
# SEEDS = [0]
#
# [tool.book.values]
# images = "TRAIN_IMAGES"
# epochs = "EPOCHS"
# zeros_without = "zeros['model(images)']"
# zeros_with = "zeros['model(images, training=True)']"
# test_without = "[run['accuracy'] for run in runs['without']]"
# test_with = "[run['accuracy'] for run in runs['with']]"
# loss_without = "[run['test_loss'] for run in runs['without']]"
# loss_with = "[run['test_loss'] for run in runs['with']]"
# ///

# %% parameters
TRAIN_IMAGES = 1_000
TEST_IMAGES = 1_000
BATCH = 64
EPOCHS = 30
SEEDS = (0, 1, 2)

# %% zeros
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(0)
dropout = keras.Sequential([keras.Input(shape=(1_000,)), keras.layers.Dropout(0.2)])
ones = tf.ones(shape=(10, 1_000))
with tf.GradientTape():  # an open tape changes nothing
    outputs = {
        "model(images)": dropout(ones),
        "model(images, training=True)": dropout(ones, training=True),
    }
zeros = {call: float(tf.reduce_mean(tf.cast(output == 0, tf.float32)))
         for call, output in outputs.items()}
for call, share in zeros.items():
    print(f"{call:30} sets {share:.1%} to zero")

# %% data
(x, y), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x, x_test = (pixels[..., np.newaxis].astype("float32") / 255.0
             for pixels in (x, x_test))  # (images, 28, 28, 1)
test = (x_test[:TEST_IMAGES], y_test[:TEST_IMAGES])


def build_model(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential([
        keras.Input(shape=(28, 28, 1)),
        keras.layers.Conv2D(filters=16, kernel_size=5, activation="relu"),
        keras.layers.MaxPooling2D(pool_size=2),
        keras.layers.Conv2D(filters=32, kernel_size=5, activation="relu"),
        keras.layers.MaxPooling2D(pool_size=2),
        keras.layers.Dropout(rate=0.2),
        keras.layers.Flatten(),
        keras.layers.Dense(units=128, activation="relu"),
        keras.layers.Dense(units=10, activation="softmax"),
    ])


# %% train
def train(seed, training):
    model = build_model(seed)
    loss_function = keras.losses.SparseCategoricalCrossentropy()
    optimizer = keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)
    chosen = slice(seed * TRAIN_IMAGES, (seed + 1) * TRAIN_IMAGES)
    train_set = (x[chosen], y[chosen])
    data = tf.data.Dataset.from_tensor_slices(train_set)
    data = data.shuffle(buffer_size=TRAIN_IMAGES, seed=seed).batch(BATCH)

    @tf.function
    def step(images, labels):
        with tf.GradientTape() as tape:
            loss = loss_function(labels, model(images, training=training))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)

    @tf.function
    def score(images, labels):
        probabilities = model(images, training=False)
        right = keras.metrics.sparse_categorical_accuracy(labels, probabilities)
        return loss_function(labels, probabilities), tf.reduce_mean(right)

    for epoch in range(EPOCHS):
        for images, labels in data:
            step(images, labels)
    test_loss, accuracy = score(*test)
    return {"test_loss": float(test_loss), "accuracy": float(accuracy)}


runs = {
    "without": [train(seed, training=None) for seed in SEEDS],  # as in the source
    "with": [train(seed, training=True) for seed in SEEDS],
}
for name, found in runs.items():
    print(f"{name:8} test loss", *(f"{run['test_loss']:.3f}" for run in found),
          "  accuracy", *(f"{run['accuracy']:.3f}" for run in found))
