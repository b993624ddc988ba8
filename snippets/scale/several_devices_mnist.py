# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "tensorboard", "matplotlib", "numpy"]
#
# [tool.book]
# title = "MNIST with fit on two logical devices, callbacks included"
# sources = ["mtf-ch07-mnist-tfds", "mtf-ch07-scope-model", "mtf-ch07-lr-callbacks", "mtf-ch07-mnist-accuracy"]
#
# [tool.book.smoke]
# SEEDS = [0]
# TRAIN_IMAGES = 1280
# HELD_OUT = 1000
# EPOCHS = 2
#
# [tool.book.values]
# epochs = "EPOCHS"
# train_images = "TRAIN_IMAGES"
# seeds = "len(SEEDS)"
# steps = "steps_per_epoch"
# book_steps = "math.ceil(60_000 / GLOBAL_BATCH)"
# rates = "rates"
# train_accuracy = "[float(history['accuracy'][-1]) for history in histories]"
# test_accuracy = "[float(score) for score in test_scores]"
# restored_accuracy = "float(restored_accuracy)"
# files = "len(checkpoints)"
# ///

# %% parameters
SEEDS = (0, 1, 2)
TRAIN_IMAGES = 10_240
HELD_OUT = 10_000
EPOCHS = 9
BATCH_PER_REPLICA = 64

# %% devices
import math
import tempfile
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
logical = [tf.config.LogicalDeviceConfiguration() for _ in range(2)]
tf.config.set_logical_device_configuration(cpu, logical)
strategy = tf.distribute.MirroredStrategy()
GLOBAL_BATCH = BATCH_PER_REPLICA * strategy.num_replicas_in_sync
print("global batch:", GLOBAL_BATCH)

# %% data
(images, labels), (test_images, test_labels) = keras.datasets.mnist.load_data()


def dataset_of(images, labels, shuffle=False):
    images = images[..., np.newaxis].astype("float32") / 255.0  # (image, 28, 28, 1)
    dataset = tf.data.Dataset.from_tensor_slices((images, labels))
    if shuffle:
        dataset = dataset.shuffle(buffer_size=len(images), seed=0)
    return dataset.batch(GLOBAL_BATCH).prefetch(tf.data.AUTOTUNE)


train = dataset_of(images[:TRAIN_IMAGES], labels[:TRAIN_IMAGES], shuffle=True)
validation = dataset_of(images[-HELD_OUT:], labels[-HELD_OUT:])
test = dataset_of(test_images[:HELD_OUT], test_labels[:HELD_OUT])
steps_per_epoch = math.ceil(TRAIN_IMAGES / GLOBAL_BATCH)
print("steps an epoch:", steps_per_epoch)


# %% model
def build_model():
    model = keras.Sequential([
        keras.Input(shape=(28, 28, 1)),
        keras.layers.Conv2D(filters=32, kernel_size=3, activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Flatten(),
        keras.layers.Dense(units=64, activation="relu"),
        keras.layers.Dense(units=10),
    ])
    model.compile(
        optimizer=keras.optimizers.Adam(),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


# %% callbacks
def rate_of(epoch):
    if epoch < 3:
        return 1e-3
    return 1e-4 if epoch < 7 else 1e-5


class PrintRate(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        # self.model, not a global; .numpy(), since float() refuses a mirrored variable
        rate = float(self.model.optimizer.learning_rate.numpy())
        rates.append(rate)
        print(f"epoch {epoch + 1}: learning rate {rate:.0e}, "
              f"validation accuracy {logs['val_accuracy']:.4f}")


def callbacks_in(folder):
    return [
        keras.callbacks.TensorBoard(log_dir=folder / "logs"),
        keras.callbacks.ModelCheckpoint(
            filepath=folder / "ckpt_{epoch:02d}.weights.h5", save_weights_only=True
        ),
        keras.callbacks.LearningRateScheduler(rate_of),
    ]


# %% train
folder = tempfile.TemporaryDirectory()
rates, histories, test_scores = [], [], []
for seed in SEEDS:
    keras.utils.set_random_seed(seed)
    with strategy.scope():
        model = build_model()
    first = seed == SEEDS[0]
    extra = [*callbacks_in(Path(folder.name)), PrintRate()] if first else []
    callbacks = extra or [keras.callbacks.LearningRateScheduler(rate_of)]
    history = model.fit(
        train, validation_data=validation, epochs=EPOCHS, callbacks=callbacks, verbose=0
    )
    histories.append(history.history)
    test_scores.append(model.evaluate(test, verbose=0)[1])  # once, at the end
    print(f"seed {seed}: accuracy in training {history.history['accuracy'][-1]:.4f}, "
          f"on the test images {test_scores[-1]:.4f}")

# %% restore
checkpoints = sorted(Path(folder.name).glob("*.weights.h5"))
plain = build_model()  # no strategy: one device
plain.load_weights(checkpoints[-1])
restored_accuracy = plain.evaluate(test, verbose=0)[1]
print(f"{len(checkpoints)} checkpoints; the last on one: {restored_accuracy:.4f}")
events = sorted({path.parent.name for path in Path(folder.name).rglob("events.out*")})
print("TensorBoard logs:", events)
folder.cleanup()

# %% figure
figure, axes = plt.subplots()
epochs = np.arange(1, EPOCHS + 1)
for key, colour, marker, name in (
    ("accuracy", "C1", "s", "training, as the book reports"),
    ("val_accuracy", "C0", "o", "images not trained on"),
):
    curves = np.array([history[key] for history in histories])
    axes.plot(epochs, curves.T, color=colour, alpha=0.5, linewidth=0.8)
    axes.plot(epochs, curves.mean(axis=0), color=colour, marker=marker, linewidth=2)
    axes.annotate(name, (epochs[-1], curves.mean(axis=0)[-1]), xytext=(6, 0),
                  textcoords="offset points", color=colour, va="center")
for edge in (3.5, 7.5):
    if edge < EPOCHS:
        axes.axvline(edge, color="C6", linewidth=0.8, linestyle=":")
axes.set(xlabel="epoch (dotted: the learning rate falls to a tenth)", ylabel="accuracy")
axes.set_xlim(right=EPOCHS * 1.45)
axes.set_xticks(epochs)
plt.show()
