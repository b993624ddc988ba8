# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "h5py"]
#
# [tool.book]
# title = "The old formats today: what is refused, and what is quietly lost"
# sources = ["mtf-ch02-model-save-h5"]
# marks = []
#
# [tool.book.values]
# messages = "messages"
# saved_variables = "len(model.optimizer.variables)"
# h5_variables = "len(from_h5.optimizer.variables)"
# h5_updates = "int(from_h5.optimizer.iterations)"
# h5_difference = "h5_difference"
# stored = "stored"
# keras_variables = "len(from_keras.optimizer.variables)"
# message = "message[:16]"
# ignored_variables = "len(from_ignored.optimizer.variables)"
# ///

# %% model
import h5py
import keras
import numpy as np

keras.utils.set_random_seed(0)
model = keras.Sequential([
    keras.Input(shape=(784,)),
    keras.layers.Dense(units=64, activation="relu"),
    keras.layers.Dense(units=10, activation="softmax"),
])
model.compile(optimizer="rmsprop", loss="sparse_categorical_crossentropy")
generator = np.random.default_rng(0)
images = generator.random((640, 784), dtype="float32")
digits = generator.integers(0, 10, size=640)
history = model.fit(images, digits, batch_size=64, verbose=0)

# %% refused
old_calls = {
    "save to a folder": lambda: model.save("folder"),
    "save_format": lambda: model.save("folder", save_format="tf"),
    "signatures": lambda: model.save("model.keras", signatures=None),
    "weights to .h5": lambda: model.save_weights("weights.h5"),
    "checkpoint prefix": lambda: model.save_weights("weights"),
    "hdf5": lambda: keras.callbacks.ModelCheckpoint("best.hdf5"),
    "weights only": lambda: keras.callbacks.ModelCheckpoint(
        "epoch_{epoch}", save_weights_only=True
    ),
}
messages = []
for name, call in old_calls.items():
    try:
        call()
    except ValueError as error:
        first_sentence = str(error).replace("e.g.", "eg").split(". ")[0]
        messages.append(first_sentence)
        print(f"{name}: {type(error).__name__}\n    {first_sentence}")

# %% h5
model.save("model.h5")
from_h5 = keras.models.load_model("model.h5")

h5_difference = float(np.abs(
    from_h5.predict(images, verbose=0) - model.predict(images, verbose=0)
).max())
with h5py.File("model.h5") as file:
    stored = len(file["optimizer_weights"].attrs["weight_names"])
print("predictions differ by", h5_difference)
print("updates counted:", int(from_h5.optimizer.iterations))
print("optimizer variables: in the model", len(model.optimizer.variables))
print("in the file", stored, "and after loading", len(from_h5.optimizer.variables))

# %% continue
try:
    from_h5.fit(images, digits, batch_size=64, verbose=0)
except ValueError as error:
    message = str(error)
    print(type(error).__name__, message.split(", shape")[0], sep=": ")

# %% ignored
model.save("small.keras", include_optimizer=False)
from_ignored = keras.models.load_model("small.keras")
model.save("model.keras")
from_keras = keras.models.load_model("model.keras")
print("include_optimizer=False:", len(from_ignored.optimizer.variables), "variables")
print("by default:", len(from_keras.optimizer.variables), "variables")

# %% mse
other = keras.models.clone_model(model)
other.compile(optimizer="rmsprop", loss="mse")
other.save("mse.h5")
try:
    keras.models.load_model("mse.h5")
except ValueError as error:
    print(type(error).__name__, error, sep=": ")
