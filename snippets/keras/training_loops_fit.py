# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "The short road: compile a model class and fit it"
# sources = ["gt-fit-example", "gt-imports"]
# marks = []
#
# [tool.book.smoke]
# EPOCHS = 2
#
# [tool.book.values]
# first_loss = "float(history['loss'][0])"
# last_loss = "float(history['loss'][-1])"
# variance = "float(variance)"
# updates = "int(model.optimizer.iterations)"
# ///

# %% imports
import keras
import numpy as np
from keras.layers import Dense

# %% parameters
SEED = 0
EPOCHS = 10

# %% model
class SmallModel(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = Dense(units=16, activation="relu")
        self.output_layer = Dense(units=1)

    def call(self, inputs):  # (batch, 10) -> (batch, 1)
        return self.output_layer(self.hidden(inputs))


# %% fit
keras.utils.set_random_seed(SEED)
x = np.random.rand(64, 10).astype("float32")
y = np.random.rand(64, 1).astype("float32")

model = SmallModel()
model.compile(loss="mse", optimizer=keras.optimizers.SGD(learning_rate=0.001))
history = model.fit(x, y, epochs=EPOCHS, batch_size=32, verbose=0).history

variance = np.var(y)
print("loss, first epoch:", round(history["loss"][0], 3))
print("loss, last epoch: ", round(history["loss"][-1], 3))
print("variance of y:    ", round(float(variance), 3))
