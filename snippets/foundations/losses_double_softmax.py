# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Softmax in the model and again in the loss, on Fashion-MNIST"
#
# [tool.book.smoke]
# SEEDS = [0]
# EPOCHS = 1
# EXAMPLES = 500
#
# [tool.book.values]
# seeds = "len(SEEDS)"
# epochs = "EPOCHS"
# examples = "EXAMPLES"
# softmax_from_logits = "float(np.abs(curves['softmax'] - curves['logits']).max())"
# seen_from_softmax = "float(np.abs(curves['twice, seen'] - curves['softmax']).max())"
# logits_loss = "[float(curve[-1]) for curve in curves['logits']]"
# unseen_loss = "[float(curve[-1]) for curve in curves['twice, unseen']]"
# logits_accuracy = "[float(score) for score in scores['logits']]"
# unseen_accuracy = "[float(score) for score in scores['twice, unseen']]"
# floor = "float(floor)"
# ///

# %% parameters
SEEDS = (0, 1, 2)
EPOCHS = 8
EXAMPLES = 5000

# %% data
import warnings

import keras
import matplotlib.pyplot as plt
import numpy as np

(images, labels), (test_images, test_labels) = keras.datasets.fashion_mnist.load_data()
images, labels = images[:EXAMPLES] / np.float32(255), labels[:EXAMPLES]
test_images = test_images / np.float32(255)


# %% train
def train(seed, outputs, from_logits):
    keras.utils.set_random_seed(seed)
    hidden = [keras.layers.Flatten(), keras.layers.Dense(64, activation="relu")]
    model = keras.Sequential([keras.Input(shape=(28, 28)), *hidden, *outputs()])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=from_logits)
    model.compile(optimizer="sgd", loss=loss, metrics=["accuracy"])
    history = model.fit(images, labels, batch_size=32, epochs=EPOCHS, verbose=0)
    score = model.evaluate(test_images, test_labels, batch_size=1000, verbose=0)[1]
    return history.history["loss"], score


dense, reshape = keras.layers.Dense, keras.layers.Reshape
variants = {  # name: (last layers, from_logits)
    "logits": (lambda: [dense(10)], True),
    "softmax": (lambda: [dense(10, activation="softmax")], False),
    "twice, seen": (lambda: [dense(10, activation="softmax")], True),
    "twice, unseen": (lambda: [dense(10, activation="softmax"), reshape((10,))], True),
}
curves, scores = {}, {}
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for name, (outputs, from_logits) in variants.items():
        results = [train(seed, outputs, from_logits) for seed in SEEDS]
        curves[name] = np.array([curve for curve, _ in results])
        scores[name] = [score for _, score in results]
        print(f"{name:14} loss {curves[name][:, -1].mean():.3f}, "
              f"test accuracy {np.mean(scores[name]):.3f}")
print({str(warning.message) for warning in caught})

# %% picture
figure, axis = plt.subplots()
epochs = np.arange(1, EPOCHS + 1)
for name, color in (("logits", "C0"), ("twice, unseen", "C1")):
    runs = curves[name]
    axis.plot(epochs, runs.T, color=color, linewidth=0.8, alpha=0.6)
    axis.plot(epochs, runs.mean(axis=0), color=color, linewidth=2.2)
    axis.text(epochs[-1], runs.mean(axis=0)[-1] + 0.06, name, color=color, ha="right")
floor = np.log(np.e + 9) - 1
axis.axhline(floor, color="C6", linestyle="--", linewidth=1)
axis.text(EPOCHS, floor - 0.02, "the floor under softmax twice", color="C6",
          ha="right", va="top")
axis.set(xlabel="epoch", ylabel="training loss, as reported", ylim=(0.3, None))
plt.show()
