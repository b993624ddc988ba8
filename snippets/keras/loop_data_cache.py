# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6", "matplotlib"]
#
# [tool.book]
# title = "Augment behind the cache, or train on frozen noise"
#
# [tool.book.smoke]
# IMAGES = 100
# TEST_IMAGES = 500
# SEEDS = [0]
# EPOCHS = 2
#
# [tool.book.values]
# views = "views"
# orders = "[int(len(set(map(tuple, found))) == 1) for found in orders.values()]"
# none = "scores['nothing']"
# before = "scores['before the cache']"
# behind = "scores['behind the cache']"
# seeded = "scores['a seed for each']"
# restarts = "restarts"
# epochs = "EPOCHS"
# images = "IMAGES"
# ///

# %% parameters
IMAGES = 1_000
TEST_IMAGES = 10_000
EPOCHS = 25
BATCH = 50
SHIFT = 3  # pixels, in each direction
SEEDS = (0, 1, 2)

# %% data
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
x, x_test = (pixels[..., np.newaxis].astype("float32") / 255.0
             for pixels in (x, x_test))  # (images, 28, 28, 1)


def move(image, label):
    padded = tf.pad(image, [[SHIFT, SHIFT], [SHIFT, SHIFT], [0, 0]])
    return tf.image.random_crop(padded, size=(28, 28, 1)), label


def move_by(example, seed):
    image, label = example
    padded = tf.pad(image, [[SHIFT, SHIFT], [SHIFT, SHIFT], [0, 0]])
    return tf.image.stateless_random_crop(padded, (28, 28, 1), seed=seed), label


# %% pipelines
def pipelines(images, labels):
    rows = tf.data.Dataset.from_tensor_slices((images, labels))
    seeds = tf.data.Dataset.random(seed=1, rerandomize_each_iteration=True).batch(2)
    return {
        "nothing": rows.cache(),
        "before the cache": rows.map(move).cache(),
        "behind the cache": rows.cache().map(move),
        "a seed for each": tf.data.Dataset.zip(rows.cache(), seeds).map(move_by),
    }


# %% views
keras.utils.set_random_seed(0)
views = []
figure, axes = plt.subplots(nrows=3, ncols=8, figsize=(7.2, 3.1))
choices = pipelines(x[:1], y[:1])
for line, name in zip(axes, list(choices)[1:]):
    epochs = [next(iter(choices[name]))[0].numpy() for _ in range(EPOCHS)]
    views.append(len({image.tobytes() for image in epochs}))
    for number, (panel, image) in enumerate(zip(line, epochs), start=1):
        panel.imshow(image[..., 0], cmap="cividis")
        panel.axhline(13.5, color="C1", linewidth=0.7)
        panel.axvline(13.5, color="C1", linewidth=0.7)
        panel.set(xticks=[], yticks=[])
        if name == "before the cache":
            panel.set_title(f"epoch {number}", fontsize=8, weight="normal")
    label = name.replace(" the", "\nthe").replace(" for", "\nfor")
    line[0].set_ylabel(label, fontsize=8, rotation=0, ha="right", va="center")
plt.show()
for name, count in zip(list(choices)[1:], views):
    print(f"{name:17} {count:2} different pictures of one digit in {EPOCHS} epochs")

# %% restart
keras.utils.set_random_seed(0)
three = tf.data.Dataset.range(3)


def draw(row):
    return tf.random.uniform(shape=())


def rounded(data):
    return [round(float(value), 2) for value in data]


once = three.map(draw)
drawn = {
    "three passes": rounded(once) + rounded(once) + rounded(once),
    "one pass of repeat(3)": rounded(once.repeat(3)),
}
restarts = [int(found[:3] == found[3:6]) for found in drawn.values()]
for name, found in drawn.items():
    print(f"{name:22}", *found[:3], " ", *found[3:6], " ", *found[6:])


# %% train
def train(data, seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([
        keras.Input(shape=(28, 28, 1)),
        keras.layers.Flatten(),
        keras.layers.Dense(units=256, activation="relu"),
        keras.layers.Dense(units=10),
    ])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    batches = data.shuffle(buffer_size=IMAGES, seed=seed).batch(BATCH)
    model.fit(batches, epochs=EPOCHS, shuffle=False, verbose=0)
    return model.evaluate(x_test[:TEST_IMAGES], y_test[:TEST_IMAGES],
                          batch_size=500, verbose=0)[1]


scores = {}
for seed in SEEDS:
    chosen = slice(seed * IMAGES, (seed + 1) * IMAGES)
    for name, data in pipelines(x[chosen], y[chosen]).items():
        scores.setdefault(name, []).append(train(data, seed))
for name, found in scores.items():
    print(f"{name:17} test accuracy", np.round(found, 3), f"mean {np.mean(found):.3f}")

# %% order
rows = tf.data.Dataset.range(8)
orders = {
    "cache, shuffle": rows.cache().shuffle(buffer_size=8, seed=1),
    "shuffle, cache": rows.shuffle(buffer_size=8, seed=1).cache(),
}
for name, data in orders.items():
    orders[name] = [list(map(int, data)) for _ in range(3)]
    print(f"{name}:", *("".join(map(str, order)) for order in orders[name]))
