# /// script
# requires-python = ">=3.11"
# dependencies = ["keras~=3.15.1", "tensorflow~=2.21.0"]
#
# [tool.book]
# title = "An optimizer of one's own: build() and update_step()"
#
# [tool.book.values]
# error = "error"
# works = "float(variable)"
# ///

# %% old
import keras
import tensorflow as tf


class OldDescent(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.001, name="OldDescent", **kwargs):
        super().__init__(name, **kwargs)
        self._set_hyper("learning_rate", kwargs.get("lr", learning_rate))

    def _resource_apply_dense(self, gradient, variable):
        rate = self._decayed_lr(variable.dtype.base_dtype)
        return variable.assign_sub(rate * gradient)


try:
    OldDescent(lr=0.001)
except ValueError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% helpers
adam = keras.optimizers.Adam()
for helper in ("_set_hyper", "_get_hyper", "add_slot", "get_slot", "_decayed_lr"):
    print(f"{helper:12}", hasattr(adam, helper))

# %% new
class Descent(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.001, momentum=0.9, **settings):
        super().__init__(learning_rate=learning_rate, **settings)
        self.momentum = momentum

    def build(self, variables):
        if not self.built:
            super().build(variables)
            self.velocities = self.add_optimizer_variables(variables, name="velocity")

    def update_step(self, gradient, variable, learning_rate):
        velocity = self.velocities[self._get_variable_index(variable)]
        self.assign(velocity, self.momentum * velocity + gradient)
        self.assign_sub(variable, learning_rate * velocity)


variable = keras.Variable(1.0)
optimizer = Descent(learning_rate=0.1)
for _ in range(2):
    optimizer.apply([tf.constant(1.0)], [variable])
print(f"{float(variable):.2f}")
