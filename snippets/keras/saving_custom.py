# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "A layer of your own in a saved model"
# sources = []
# marks = []
#
# [tool.book.values]
# registered_difference = "registered_difference"
# registered_name = "registered_name"
# before = "before"
# after = "after"
# ///

# %% imports
import keras
import numpy as np


def save_and_load(layer):
    """Put the layer in a model, save it, load it: the last cause if that fails."""
    model = keras.Sequential([keras.Input(shape=(3,)), layer])
    model.save("custom.keras")
    try:
        return model, keras.models.load_model("custom.keras")
    except TypeError as error:
        cause = str(error).split("Exception encountered: ")[-1]
        cause = cause.split(" Full object")[0].replace(". ", ".\n    ")
        print(type(error).__name__, cause, sep=": ")
        return model, None


# %% unknown
class Steps(keras.layers.Layer):
    """Rounds down to multiples of `width`, then scales by a learned gain."""

    def __init__(self, width, **kwargs):
        super().__init__(**kwargs)
        self.width = width

    def build(self, input_shape):
        self.gain = self.add_weight(shape=(input_shape[-1],), initializer="ones")

    def call(self, inputs):
        return self.gain * self.width * keras.ops.floor(inputs / self.width)


_ = save_and_load(Steps(width=0.5))


# %% registered
@keras.saving.register_keras_serializable(package="book")
class RegisteredSteps(Steps):
    def get_config(self):
        return {**super().get_config(), "width": self.width}


model, loaded = save_and_load(RegisteredSteps(width=0.5))
rows = np.linspace(0, 2, 12, dtype="float32").reshape(4, 3)
registered_difference = float(np.abs(loaded(rows) - model(rows)).max())
registered_name = keras.saving.get_registered_name(RegisteredSteps)
print(registered_name, loaded.layers[0].get_config()["width"], registered_difference)


# %% no-kwargs
@keras.saving.register_keras_serializable(package="book")
class Double(keras.layers.Layer):
    def __init__(self):
        super().__init__()

    def call(self, inputs):
        return 2 * inputs

    def get_config(self):
        return super().get_config()


_ = save_and_load(Double())


# %% forgotten
@keras.saving.register_keras_serializable(package="book")
class ForgetfulSteps(Steps):
    def __init__(self, width=0.1, **kwargs):
        super().__init__(width, **kwargs)

    def get_config(self):
        return super(Steps, self).get_config()  # and not a word of `width`


model, loaded = save_and_load(ForgetfulSteps(width=0.5))
before, after = float(model(rows)[1, 1]), float(loaded(rows)[1, 1])
print(f"before {before:.2f}, after {after:.2f}, and no error")
