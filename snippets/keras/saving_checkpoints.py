# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Checkpoints while training runs"
# sources = []
# marks = []
#
# [tool.book.smoke]
# TRAIN_IMAGES = 320
# VALIDATION_IMAGES = 100
# EPOCHS = 3
#
# [tool.book.values]
# epochs = "EPOCHS"
# best_epoch = "best_epoch"
# best = "best"
# last = "last"
# loaded = "loaded"
# kept = "kept"
# epoch = "int(epoch)"
# step = "int(restored_optimizer.iterations)"
# difference = "difference"
# ///

# %% imports
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

# %% parameters
TRAIN_IMAGES = 1_000
VALIDATION_IMAGES = 2_000
EPOCHS = 20
SEED = 0

# %% data
(x, y), _ = keras.datasets.mnist.load_data()
x = x.reshape(-1, 784).astype("float32") / 255
x_train, y_train = x[:TRAIN_IMAGES], y[:TRAIN_IMAGES]
validation = (x[-VALIDATION_IMAGES:], y[-VALIDATION_IMAGES:])


def build_model(seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([
        keras.Input(shape=(784,)),
        keras.layers.Dense(units=64, activation="relu"),
        keras.layers.Dense(units=10, activation="softmax"),
    ])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return model


# %% callback
model = build_model(SEED)
keep_best = keras.callbacks.ModelCheckpoint(
    "best.keras", monitor="val_loss", save_best_only=True
)
history = model.fit(
    x_train, y_train, validation_data=validation, epochs=EPOCHS, verbose=0,
    batch_size=32, callbacks=[keep_best],
)
curve = history.history["val_loss"]
best_epoch, best, last = int(np.argmin(curve)) + 1, min(curve), curve[-1]

best_model = keras.models.load_model("best.keras")
loaded = best_model.evaluate(*validation, verbose=0)
print(f"last epoch ({EPOCHS}) {last:.4f}")
print(f"best epoch ({best_epoch}) {best:.4f}, loaded from the file {loaded:.4f}")

# %% manager
epoch = tf.Variable(0, dtype=tf.int64)
checkpoint = tf.train.Checkpoint(model=model, optimizer=model.optimizer, epoch=epoch)
manager = tf.train.CheckpointManager(checkpoint, "checkpoints", max_to_keep=2)
for _ in range(3):
    model.fit(x_train, y_train, batch_size=32, verbose=0)
    epoch.assign_add(1)
    manager.save()
kept = [Path(path).name for path in manager.checkpoints]
print(kept)
for name, shape in tf.train.list_variables(manager.latest_checkpoint)[-4:]:
    print(name.removesuffix("/.ATTRIBUTES/VARIABLE_VALUE"), shape)

# %% restore
new_model = build_model(seed=1)
epoch = tf.Variable(0, dtype=tf.int64)
restored_optimizer = new_model.optimizer
checkpoint = tf.train.Checkpoint(
    model=new_model, optimizer=restored_optimizer, epoch=epoch
)
manager = tf.train.CheckpointManager(checkpoint, "checkpoints", max_to_keep=2)
status = checkpoint.restore(manager.latest_checkpoint)
restored_optimizer.build(new_model.trainable_variables)
status.assert_consumed()
difference = max(
    float(np.abs(new - old).max())
    for new, old in zip(new_model.get_weights(), model.get_weights())
)
print(f"epoch {int(epoch)}, update {int(restored_optimizer.iterations)}, {difference}")
