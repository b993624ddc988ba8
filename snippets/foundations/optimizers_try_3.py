# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Choosing the epoch without looking at the test rows"
# sources = []
#
# [tool.book.smoke]
# EPOCHS = 5
# SEEDS = [0, 1, 2]
#
# [tool.book.values]
# peeking = "[row[0] for row in rows]"
# honest = "[row[1] for row in rows]"
# last = "[row[2] for row in rows]"
# ///

# %% parameters
EPOCHS = 300
HELD_OUT = 80  # of the 404 training rows
SEEDS = (0, 1, 2, 3, 4)

# %% data
import keras
import numpy as np

(x_all, y_all), (x_test, y_test) = keras.datasets.boston_housing.load_data()


def split(seed):
    order = np.random.default_rng(seed).permutation(len(x_all))
    held, kept = order[:HELD_OUT], order[HELD_OUT:]
    mean, deviation = x_all[kept].mean(axis=0), x_all[kept].std(axis=0)
    parts = [(x_all[kept], y_all[kept]), (x_all[held], y_all[held]), (x_test, y_test)]
    return [((x - mean) / deviation, y[:, None]) for x, y in parts]


# %% train
class TestError(keras.callbacks.Callback):
    def __init__(self, x, y):
        super().__init__()
        self.x, self.y, self.errors = x, y, []

    def on_epoch_end(self, epoch, logs=None):
        outputs = self.model(self.x)
        self.errors.append(float(np.mean((self.y - outputs) ** 2)))


def train(seed):
    (x_train, y_train), held_out, test = split(seed)
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([
        keras.Input(shape=(13,)),
        keras.layers.Dense(units=4, activation="relu"),
        keras.layers.Dense(units=1),
    ])
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.01), loss="mse")
    watcher = TestError(*test)
    history = model.fit(x_train, y_train, batch_size=32, epochs=EPOCHS, verbose=0,
                        validation_data=held_out, callbacks=[watcher]).history
    chosen = int(np.argmin(history["val_loss"]))
    return min(watcher.errors), watcher.errors[chosen], watcher.errors[-1]


# %% compare
rows = [train(seed) for seed in SEEDS]
print("seed  test rows choose  held-out rows choose  last epoch")
for seed, (peeking, honest, last) in zip(SEEDS, rows):
    print(f"{seed:4d}  {peeking:16.1f}  {honest:20.1f}  {last:10.1f}")
