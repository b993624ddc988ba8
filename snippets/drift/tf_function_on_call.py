# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0"]
#
# [tool.book]
# title = "@tf.function on call() hides the weights that it creates"
#
# [tool.book.values]
# error = "error"
# works = "float(losses[-1] / losses[0])"
# ///

# %% data
import keras
import tensorflow as tf

keras.utils.set_random_seed(0)
inputs = tf.random.uniform(shape=(16, 3))
targets = tf.reduce_sum(inputs, axis=1, keepdims=True)


def gradient_step(model, rate=tf.constant(0.1)):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(targets - model(inputs)))
    gradients = tape.gradient(loss, model.trainable_variables)
    for variable, gradient in zip(model.trainable_variables, gradients):
        variable.assign_sub(rate * gradient)
    return loss


# %% old
class DecoratedCall(keras.Model):
    def __init__(self):
        super().__init__()
        self.score = keras.layers.Dense(units=1)

    @tf.function
    def call(self, inputs):
        return self.score(inputs)


try:
    tf.function(gradient_step)(DecoratedCall())
except ValueError as problem:
    error = str(problem).strip().splitlines()[-1].strip()  # after the place in the code
print(error)

# %% new
class PlainCall(keras.Model):
    def __init__(self):
        super().__init__()
        self.score = keras.layers.Dense(units=1)

    def call(self, inputs):
        return self.score(inputs)


model = PlainCall()
train_step = tf.function(gradient_step)
losses = [float(train_step(model)) for _ in range(50)]
print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}")
