# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "A split behind a shuffle leaks: take and skip of a moving order"
#
# [tool.book.smoke]
# SEEDS = [0]
# EPOCHS = 2
#
# [tool.book.values]
# seen_before = "seen_before"
# leaky_reported = "[run['reported'] for run in runs['moving']]"
# leaky_true = "[run['true'] for run in runs['moving']]"
# sound_reported = "[run['reported'] for run in runs['fixed']]"
# sound_true = "[run['true'] for run in runs['fixed']]"
# theory = "1 - VALIDATION / (TRAIN + VALIDATION)"
# images = "TRAIN + VALIDATION"
# validation = "VALIDATION"
# epochs = "EPOCHS"
# ///

# %% parameters
TRAIN = 600
VALIDATION = 200
TEST = 10_000
EPOCHS = 30
BATCH = 32
SEEDS = (0, 1, 2)

# %% split
import keras
import numpy as np
import tensorflow as tf


def split(everything, seed, reshuffle):
    mixed = everything.shuffle(
        buffer_size=TRAIN + VALIDATION, seed=seed, reshuffle_each_iteration=reshuffle
    )
    return mixed.skip(VALIDATION), mixed.take(VALIDATION)


# %% count
train, validation = split(tf.data.Dataset.range(TRAIN + VALIDATION), 0, reshuffle=True)
trained_on, seen_before = set(), []
for epoch in range(4):
    trained_on |= set(map(int, train))
    held_out = set(map(int, validation))
    seen_before.append(len(held_out & trained_on) / VALIDATION)
print("share of the validation rows that were trained on, by epoch:", seen_before)

# %% network
(x, y), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x, x_test = (pixels.astype("float32") / 255.0 for pixels in (x, x_test))
x_test, y_test = x_test[:TEST], y_test[:TEST]


def build_model(seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([
        keras.Input(shape=(28, 28)),
        keras.layers.Flatten(),
        keras.layers.Dense(units=128, activation="relu"),
        keras.layers.Dense(units=10),
    ])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    return model


# %% train
runs = {"moving": [], "fixed": []}
for seed in SEEDS:
    start = seed * (TRAIN + VALIDATION)  # other images for each seed
    chosen = slice(start, start + TRAIN + VALIDATION)
    images = tf.data.Dataset.from_tensor_slices((x[chosen], y[chosen]))
    for name, reshuffle in (("moving", True), ("fixed", False)):
        train, validation = split(images, seed, reshuffle)
        model = build_model(seed)
        history = model.fit(
            train.batch(BATCH), validation_data=validation.batch(BATCH),
            epochs=EPOCHS, shuffle=False, verbose=0,
        ).history
        _, true = model.evaluate(x_test, y_test, batch_size=500, verbose=0)
        runs[name].append({"reported": history["val_accuracy"][-1], "true": true})

print("split      reported (three seeds)    on the test images")
for name, found in runs.items():
    columns = (np.array([run[key] for run in found]) for key in ("reported", "true"))
    print(f"{name:10}", *(np.round(column, 3) for column in columns))
