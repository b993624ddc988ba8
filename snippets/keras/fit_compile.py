# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "numpy"]
#
# [tool.book]
# title = "The arguments of compile, tried one by one"
# sources = ["mtf-ch03-compile-arguments"]
# marks = []
#
# [tool.book.values]
# arguments = "list(defaults)"
# defaults = "[str(value) for value in defaults.values()]"
# same_start = "float(np.max(np.abs(np.subtract(*finals.values()))))"
# by_string = "float(by_string)"
# by_object = "float(by_object)"
# right_share = "float(right_share)"
# calls = "[calls[name] for name in ('graph', 'eager')]"
# hook_calls = "hook_calls"
# execution_gap = "float(execution_gap)"
# steps = "steps"
# ///

# %% arguments
import inspect

import keras
import numpy as np

signature = inspect.signature(keras.Model.compile).parameters
defaults = {name: p.default for name, p in signature.items() if name != "self"}
for name, value in defaults.items():
    print(f"{name:19} {value!r}")

# %% data
(x, y), _ = keras.datasets.fashion_mnist.load_data()
x, y = x[:640].reshape(-1, 784).astype("float32") / 255.0, y[:640]


def build_model(units=10):
    keras.utils.set_random_seed(0)
    layer = keras.layers.Dense(units=units)
    return keras.Sequential([keras.Input(shape=(784,)), layer])


def weights_after(model, **options):
    model.fit(x, y, batch_size=64, epochs=1, verbose=0, **options)
    return np.concatenate([weights.ravel() for weights in model.get_weights()])


# %% strings
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
finals = {}
for name, optimizer in (("string", "rmsprop"), ("object", keras.optimizers.RMSprop())):
    model = build_model()
    model.compile(optimizer=optimizer, loss=cross_entropy)
    finals[name] = weights_after(model)
    print(f"{name}: rate {float(model.optimizer.learning_rate):g}", end=", ")
    print(f"state of {len(model.optimizer.variables)} variables")
print("largest difference of a weight:", np.max(np.abs(np.subtract(*finals.values()))))

# %% shared
optimizer = keras.optimizers.RMSprop()
first, second = build_model(), build_model(units=12)
for model in (first, second):
    model.compile(optimizer=optimizer, loss=cross_entropy)
weights_after(first)
try:
    weights_after(second)
except (KeyError, ValueError) as error:
    print(type(error).__name__, str(error).split(" This ")[0], sep=": ")

# %% accuracy
yes = (y < 5).astype("float32")[:, np.newaxis]  # a yes-or-no question: class 0 to 4?
model = build_model(units=1)  # one logit
model.compile(
    optimizer="rmsprop",
    loss=keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=["accuracy", keras.metrics.BinaryAccuracy(threshold=0.0, name="at_zero")],
)
model.fit(x, yes, epochs=3, verbose=0)
scores = model.evaluate(x, yes, verbose=0, return_dict=True)
by_string, by_object = scores["accuracy"], scores["at_zero"]
right_share = np.mean((model.predict(x, verbose=0) > 0) == (yes == 1))
print(f"'accuracy' {by_string:.4f}, threshold 0: {by_object:.4f}", end=", ")
print(f"counted {right_share:.4f}")

# %% eager
calls = {}
for name, eagerly in (("graph", False), ("eager", True)):
    calls[name] = 0

    def counting_loss(truth, logits):
        calls[name] += 1  # Python: runs when Python runs
        return cross_entropy(truth, logits)

    model = build_model()
    model.compile(optimizer="rmsprop", loss=counting_loss, run_eagerly=eagerly)
    weights_after(model)
print("Python went through the loss:", calls)

# %% execution
hook_calls, results = [], []
for steps_per_execution in (1, 5):
    seen = []
    count = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: seen.append(batch)
    )
    model = build_model()
    model.compile(
        optimizer="rmsprop", loss=cross_entropy, steps_per_execution=steps_per_execution
    )
    results.append(weights_after(model, callbacks=[count]))
    hook_calls.append(len(seen))
    print(f"steps_per_execution={steps_per_execution}: on_train_batch_end after", *seen)
steps = len(x) // 64
execution_gap = np.max(np.abs(results[0] - results[1]))
print("largest difference of a weight:", execution_gap)
