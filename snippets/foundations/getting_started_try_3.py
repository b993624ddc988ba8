# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "pandas"]
#
# [tool.book]
# title = "Try it 3: the source's question, predict admission to a graduate school"
# sources = ["mtf-ch01-q1-graduate-admission"]
#
# [tool.book.smoke]
# EPOCHS = 3
# SEEDS = [0]
#
# [tool.book.values]
# rows = "len(table)"
# columns = "len(inputs.columns)"
# network_errors = "network_errors"
# constant_error = "constant_error"
# linear_error = "linear_error"
# ///

# %% parameters
ADDRESS = (
    "https://raw.githubusercontent.com/divyansha1115/"
    "Graduate-Admission-Prediction/master/Admission_Predict.csv"
)
TEST_ROWS = 100
EPOCHS = 60
SEEDS = (0, 1, 2)

# %% table
import keras
import numpy as np
import pandas as pd

path = keras.utils.get_file(origin=ADDRESS)
table = pd.read_csv(path).rename(columns=str.strip).drop(columns="Serial No.")
table = table.sample(frac=1, random_state=0)  # the file is in no known order
target = table.pop("Chance of Admit").to_numpy("float32")
inputs = table
print(inputs.head(3).to_string(index=False))
print(len(inputs), "applicants, target from", target.min(), "to", target.max())

# %% split
train_inputs, test_inputs = inputs[:-TEST_ROWS], inputs[-TEST_ROWS:]
train_target, test_target = target[:-TEST_ROWS], target[-TEST_ROWS:]


def mean_error(predicted):
    return float(np.mean(np.abs(predicted - test_target)))


constant_error = mean_error(train_target.mean())
mean, spread = train_inputs.mean(), train_inputs.std()
train_matrix = ((train_inputs - mean) / spread).to_numpy("float32")  # (row, 7)
test_matrix = ((test_inputs - mean) / spread).to_numpy("float32")

# %% network
network_errors = []
for seed in SEEDS:
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input(shape=(train_matrix.shape[1],)),
            keras.layers.Dense(units=16, activation="relu"),
            keras.layers.Dense(units=1, activation="sigmoid"),  # a chance: 0 to 1
        ]
    )
    model.compile(optimizer="adam", loss="mean_squared_error")
    model.fit(train_matrix, train_target, epochs=EPOCHS, batch_size=16, verbose=0)
    network_errors.append(mean_error(model.predict(test_matrix, verbose=0)[:, 0]))

with_one = np.column_stack([train_matrix, np.ones(len(train_matrix))])
weights, *_ = np.linalg.lstsq(with_one, train_target)
linear_error = mean_error(test_matrix @ weights[:-1] + weights[-1])
print(f"always the mean  {constant_error:.4f}")
print(f"straight line    {linear_error:.4f}")
print("network          ", np.round(network_errors, 4))
