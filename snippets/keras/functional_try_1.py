# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Exercise: few labels, on codes and on pixels"
# timeout = 600
#
# [tool.book.smoke]
# IMAGES = 512
# TEST_IMAGES = 256
# EPOCHS = 1
# LABEL_EPOCHS = 2
# SEEDS = [0]
#
# [tool.book.values]
# labels = "LABELS"
# on_codes = "accuracy['codes']"
# on_pixels = "accuracy['pixels']"
# trainable_codes = "sizes['codes']"
# trainable_pixels = "sizes['pixels']"
# ///

# %% parameters
IMAGES = 10_000  # pictures without labels
LABELS = 300
TEST_IMAGES = 5_000
EPOCHS = 10
LABEL_EPOCHS = 100
SEEDS = (0, 1, 2)

# %% data
import keras
import numpy as np
from keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train[:IMAGES].reshape(-1, 784) / np.float32(255)
x_test = x_test[:TEST_IMAGES].reshape(-1, 784) / np.float32(255)
y_train, y_test = y_train[:IMAGES], y_test[:TEST_IMAGES]

# %% compare
accuracy = {"codes": [], "pixels": []}
sizes = {}
for seed in SEEDS:
    keras.utils.set_random_seed(seed)
    picture = keras.Input(shape=(784,))
    code = layers.Dense(units=64, activation="relu", name="code")(picture)
    drawing = layers.Dense(units=784, activation="sigmoid")(code)
    autoencoder = keras.Model(inputs=picture, outputs=drawing)
    autoencoder.compile(optimizer="adam", loss="mse")
    autoencoder.fit(x_train, x_train, batch_size=128, epochs=EPOCHS, verbose=0)
    autoencoder.get_layer("code").trainable = False

    for name, features in (("codes", code), ("pixels", picture)):
        logits = layers.Dense(units=10)(features)  # a new branch of the old graph
        classifier = keras.Model(inputs=picture, outputs=logits)
        sizes[name] = sum(w.shape.num_elements() for w in classifier.trainable_weights)
        classifier.compile(
            optimizer="adam",
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )
        chosen = np.random.default_rng(seed).choice(IMAGES, size=LABELS, replace=False)
        classifier.fit(
            x_train[chosen], y_train[chosen], epochs=LABEL_EPOCHS, verbose=0
        )
        score = classifier.evaluate(x_test, y_test[:TEST_IMAGES], verbose=0)[1]
        accuracy[name].append(float(score))
for name, scores in accuracy.items():
    print(f"{name:6} {sizes[name]:5} trainable,", [f"{score:.1%}" for score in scores])
