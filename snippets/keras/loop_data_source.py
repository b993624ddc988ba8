# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy~=2.4.6", "matplotlib"]
#
# [tool.book]
# title = "The source's loop on all of Fashion-MNIST, with correct metrics listening in"
# sources = [
#     "mtf-ch03-custom-loop-data-model", "mtf-ch03-custom-loop-train-step",
#     "mtf-ch03-custom-loop-epochs",
# ]
#
# [tool.book.smoke]
# TRAIN_IMAGES = 650
# TEST_IMAGES = 150
# EPOCHS = 2
#
# [tool.book.values]
# parameters = "model.count_params()"
# batches = "len(train_data)"
# last_train = "TRAIN_IMAGES - (len(train_data) - 1) * BATCH"
# last_test = "TEST_IMAGES - (len(test_data) - 1) * BATCH"
# loss = "log['loss']"
# accuracy = "log['accuracy']"
# test_loss = "log['test_loss']"
# test_accuracy = "log['test_accuracy']"
# weighted_loss = "log['weighted_loss']"
# weighted_test_loss = "log['weighted_test_loss']"
# never_reset = "log['never_reset']"
# running_mean_gap = "running_mean_gap"
# source_loss = "SOURCE['loss']"
# source_accuracy = "SOURCE['accuracy']"
# source_test_accuracy = "SOURCE['test_accuracy']"
# samples = "len(samples)"
# right = "sum(said == true for said, true in samples)"
# ///

# %% parameters
TRAIN_IMAGES = 60_000
TEST_IMAGES = 10_000
BATCH = 64
EPOCHS = 5

# %% data
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras.layers import Conv2D, Dense, Dropout, Flatten, MaxPooling2D

CLASSES = ["T-shirt", "trousers", "pullover", "dress", "coat",
           "sandal", "shirt", "sneaker", "bag", "ankle boot"]

(x, y), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x = x[:TRAIN_IMAGES, ..., np.newaxis].astype("float32") / 255.0  # (images, 28, 28, 1)
x_test = x_test[:TEST_IMAGES, ..., np.newaxis].astype("float32") / 255.0

train_data = tf.data.Dataset.from_tensor_slices((x, y[:TRAIN_IMAGES])).batch(BATCH)
test_data = tf.data.Dataset.from_tensor_slices((x_test, y_test[:TEST_IMAGES]))
test_data = test_data.batch(BATCH)
print(len(train_data), "batches to train,", len(test_data), "to test")

# %% model
keras.utils.set_random_seed(0)
model = keras.Sequential([
    keras.Input(shape=(28, 28, 1)),
    Conv2D(filters=16, kernel_size=5, activation="relu"),
    MaxPooling2D(pool_size=2),
    Conv2D(filters=32, kernel_size=5, activation="relu"),
    MaxPooling2D(pool_size=2),
    Dropout(rate=0.2),
    Flatten(),
    Dense(units=128, activation="relu"),
    Dense(units=len(CLASSES), activation="softmax"),
])
loss_function = keras.losses.SparseCategoricalCrossentropy()
optimizer = keras.optimizers.Adam()

# %% metrics
train_loss, test_loss = keras.metrics.Mean(), keras.metrics.Mean()
train_accuracy = keras.metrics.SparseCategoricalAccuracy()
test_accuracy = keras.metrics.SparseCategoricalAccuracy()

weighted_loss, weighted_test_loss = keras.metrics.Mean(), keras.metrics.Mean()
never_reset = keras.metrics.SparseCategoricalAccuracy()


# %% steps
@tf.function
def train_step(images, labels):
    with tf.GradientTape() as tape:
        probabilities = model(images)  # the source's call
        loss = loss_function(labels, probabilities)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply(gradients, model.trainable_variables)
    train_loss.update_state(loss)
    weighted_loss.update_state(loss, sample_weight=tf.shape(labels)[0])
    for metric in (train_accuracy, never_reset):
        metric.update_state(labels, probabilities)


@tf.function
def test_step(images, labels):
    probabilities = model(images, training=False)
    loss = loss_function(labels, probabilities)
    test_loss.update_state(loss)
    weighted_test_loss.update_state(loss, sample_weight=tf.shape(labels)[0])
    test_accuracy.update_state(labels, probabilities)


# %% epochs
watched = {
    "loss": train_loss, "accuracy": train_accuracy, "test_loss": test_loss,
    "test_accuracy": test_accuracy, "weighted_loss": weighted_loss,
    "weighted_test_loss": weighted_test_loss,
}
log = {name: [] for name in (*watched, "never_reset")}
for epoch in range(EPOCHS):
    for metric in watched.values():
        metric.reset_state()
    for images, labels in train_data:
        train_step(images, labels)
    for images, labels in test_data:
        test_step(images, labels)
    for name, metric in (*watched.items(), ("never_reset", never_reset)):
        log[name].append(float(metric.result()))
    shown = ("loss", "accuracy", "test_loss", "test_accuracy")
    print(f"epoch {epoch + 1} ", *(f"{name} {log[name][-1]:.3f}" for name in shown))

# %% listeners
print("epoch  accuracy: reset   never reset    test loss: as listed  weighted")
for number in range(EPOCHS):
    print(f"{number + 1:5}{log['accuracy'][number]:16.3f}"
          f"{log['never_reset'][number]:14.3f}{log['test_loss'][number]:23.4f}"
          f"{log['weighted_test_loss'][number]:10.4f}")
running = np.cumsum(log["accuracy"]) / np.arange(1, EPOCHS + 1)
running_mean_gap = float(np.abs(running - log["never_reset"]).max())

# %% samples
generator = np.random.default_rng(0)
chosen = generator.choice(len(x_test), size=25, replace=False)
answers = model(x_test[chosen], training=False).numpy().argmax(axis=1)  # one call
samples = [(CLASSES[answer], CLASSES[label])
           for answer, label in zip(answers, y_test[chosen])]
wrong = [pair for pair in samples if pair[0] != pair[1]]
print(f"{len(samples) - len(wrong)} of {len(samples)} right")
for said, true in wrong:
    print(f"{true}, called {said}")

# %% curves
SOURCE = {  # as printed in the source
    "loss": [0.558, 0.361, 0.309, 0.278, 0.254],
    "accuracy": [0.797, 0.869, 0.888, 0.899, 0.907],
    "test_accuracy": [0.844, 0.872, 0.874, 0.876, 0.887],
}
numbers = np.arange(1, EPOCHS + 1)
figure, axes = plt.subplots()
lines = (("accuracy", "C0", "training", "center"),
         ("test_accuracy", "C1", "test", "bottom"),
         ("never_reset", "C6", "training, never reset", "top"))
for name, colour, label, side in lines:
    axes.plot(numbers, log[name], "o-", color=colour)
    axes.text(EPOCHS + 0.12, log[name][-1], label, color=colour, va=side)
    if name in SOURCE:
        axes.plot(numbers, SOURCE[name][:EPOCHS], "x", color=colour, markersize=8)
axes.text(1.1, SOURCE["accuracy"][0], "crosses: the source's print-out", va="center")
axes.set(xlabel="epoch", ylabel="accuracy", xlim=(0.8, EPOCHS + 1.6))
axes.set_xticks(numbers)
plt.show()
