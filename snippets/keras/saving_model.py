# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib", "h5py"]
#
# [tool.book]
# title = "What a .keras file holds, and that loading it gives the same model"
# sources = ["mtf-ch02-save-mnist-model-train", "mtf-ch02-load-model-assert"]
# marks = []
#
# [tool.book.smoke]
# TRAIN_IMAGES = 640
# TEST_IMAGES = 100
#
# [tool.book.values]
# parameters = "model.count_params()"
# loss = "loss"
# weights_bytes = "weights_bytes"
# optimizer_bytes = "optimizer_bytes"
# optimizer_arrays = "len(state)"
# largest = "float(predictions[0].max())"
# largest_class = "int(predictions[0].argmax())"
# difference = "float(np.abs(new_predictions - predictions).max())"
# untrained_difference = "float(np.abs(untrained - predictions).max())"
# updates = "int(model.optimizer.iterations)"
# new_updates = "int(new_model.optimizer.iterations)"
# state_difference = "state_difference"
# state_largest = "state_largest"
# ///

# %% imports
import json
import zipfile

import h5py
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

# %% parameters
TRAIN_IMAGES = 60_000
TEST_IMAGES = 10_000
SEED = 0

# %% data
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train[:TRAIN_IMAGES].reshape(-1, 784).astype("float32") / 255
y_train = y_train[:TRAIN_IMAGES]
x_test = x_test[:TEST_IMAGES].reshape(-1, 784).astype("float32") / 255

# %% model
keras.utils.set_random_seed(SEED)
inputs = keras.Input(shape=(784,), name="digits")
x = layers.Dense(units=64, activation="relu", name="dense_1")(inputs)
x = layers.Dense(units=64, activation="relu", name="dense_2")(x)
outputs = layers.Dense(units=10, activation="softmax", name="predictions")(x)
model = keras.Model(inputs=inputs, outputs=outputs, name="3_layer_mlp")
model.compile(optimizer="rmsprop", loss="sparse_categorical_crossentropy")
untrained = model.predict(x_test, verbose=0)
print(f"{model.count_params():,} weights")

# %% train
history = model.fit(x_train, y_train, batch_size=64, epochs=1, verbose=0)
loss = history.history["loss"][0]
predictions = model.predict(x_test, batch_size=1_000, verbose=0)
print(f"loss {loss:.4f} after {int(model.optimizer.iterations)} updates")

# %% save
model.save("model.keras")

archive = zipfile.ZipFile("model.keras")
entries = archive.infolist()
for entry in entries:
    print(f"{entry.filename:18s} {entry.file_size / 1000:6.1f} kB")

# %% config
config = json.loads(archive.read("config.json"))
print(list(config))
layer = config["config"]["layers"][1]
print(layer["class_name"], layer["config"]["name"], layer["config"]["units"])
print(config["compile_config"]["optimizer"]["class_name"])
print(config["compile_config"]["loss"])

# %% weights
archive.extract("model.weights.h5")
arrays, names = {}, {}
with h5py.File("model.weights.h5") as file:

    def note(path, node):
        if isinstance(node, h5py.Dataset):
            arrays[path] = (node.shape, node.nbytes)
        elif "name" in node.attrs:
            names[path] = node.attrs["name"]

    file.visititems(note)
for path, (shape, size) in arrays.items():
    print(f"{path:22s} {names[path.rsplit('/', 1)[0]]:12s} {shape}")

# %% picture
layer_groups = sorted({path.split("/vars")[0] for path in arrays if "layers" in path})
group_bytes = {
    group: sum(
        size for path, (_, size) in arrays.items() if path.startswith(f"{group}/")
    )
    for group in [*layer_groups, "optimizer"]
}
weights_bytes = sum(group_bytes[group] for group in layer_groups)
optimizer_bytes = group_bytes["optimizer"]
about = len(archive.read("metadata.json"))
rows = [("metadata.json", "version of Keras, date", about, "C6")]
for part, meaning in [
    ("config", "architecture"), ("compile_config", "compile configuration")
]:
    rows.append((f"config.json: {part}", meaning, len(json.dumps(config[part])), "C2"))
for group in layer_groups:
    meaning = f"weights of '{names[f'{group}/vars']}'"
    rows.append((f"model.weights.h5: {group}", meaning, group_bytes[group], "C0"))
rows.append(("model.weights.h5: optimizer", "optimizer state", optimizer_bytes, "C1"))

figure, axes = plt.subplots(figsize=(7.2, 3.4))
for place, (label, meaning, size, colour) in enumerate(rows):
    axes.barh(place, size, color=colour, height=0.7)
    label = f"{meaning}, {size / 1000:,.1f} kB"
    axes.text(size * 1.15, place, label, va="center", color=colour)
axes.set_yticks(range(len(rows)), [row[0] for row in rows])
axes.invert_yaxis()
axes.set_xscale("log")
axes.set_xlim(30, 3e7)
axes.set_xlabel("bytes (logarithmic)")
plt.show()

# %% load
new_model = keras.models.load_model("model.keras")
new_predictions = new_model.predict(x_test, batch_size=1_000, verbose=0)

np.testing.assert_allclose(new_predictions, predictions, rtol=1e-6, atol=1e-6)
print("largest difference:", np.abs(new_predictions - predictions).max())
print("and before training:", np.abs(untrained - predictions).max())

# %% state
state = [variable.numpy() for variable in model.optimizer.variables]
new_state = [variable.numpy() for variable in new_model.optimizer.variables]
state_difference = max(
    float(np.abs(new - old).max()) for new, old in zip(new_state, state, strict=True)
)
state_largest = max(float(np.abs(old).max()) for old in state[2:])
print("updates:", int(new_model.optimizer.iterations))
print(f"{len(state)} variables, largest difference {state_difference}")
