# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "h5py"]
#
# [tool.book]
# title = "Solution: go on from an old .h5 file, with its optimizer's state"
# sources = []
# marks = []
#
# [tool.book.values]
# difference = "difference"
# updates = "updates"
# ///

# %% solution
import h5py
import keras
import numpy as np
import tensorflow as tf

tf.config.experimental.enable_op_determinism()
generator = np.random.default_rng(0)
rows = generator.normal(size=(640, 20)).astype("float32")
targets = rows @ generator.normal(size=(20, 1)).astype("float32")


def train(model, epochs):
    model.fit(rows, targets, epochs=epochs, shuffle=False, verbose=0)
    return model


def build_model():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input(shape=(20,)), keras.layers.Dense(units=1)])
    model.compile(optimizer="rmsprop", loss="mse")
    return model


straight = train(build_model(), epochs=4)
train(build_model(), epochs=2).save("old.h5")

model = keras.models.load_model("old.h5", compile=False)
optimizer = keras.optimizers.RMSprop()
optimizer.build(model.trainable_variables)
with h5py.File("old.h5") as file:
    group = file["optimizer_weights"]
    for variable, name in zip(
        optimizer.variables, group.attrs["weight_names"], strict=True
    ):
        variable.assign(group[name][()])
updates = int(optimizer.iterations)
model.compile(optimizer=optimizer, loss="mse")

train(model, epochs=2)
difference = max(
    float(np.abs(a - b).max())
    for a, b in zip(model.get_weights(), straight.get_weights())
)
print("updates:", updates, "difference:", difference)
