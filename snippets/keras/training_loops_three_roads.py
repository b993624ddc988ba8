# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "fit, a hand-written loop and a custom train_step: one result"
# sources = [
#     "gt-functional-cnn", "gt-fig-model-summary", "gt-loss-optimizer",
#     "gt-train-test-steps", "gt-loop-fixed-epochs", "gt-fig-train-log",
# ]
# marks = []
#
# [tool.book.smoke]
# TRAIN_IMAGES = 520
# VALIDATION_IMAGES = 200
# EPOCHS = 2
#
# [tool.book.values]
# parameters = "fit_model.count_params()"
# losses_fit = "[float(loss) for loss in fit_log['loss']]"
# losses_loop = "loop_log['loss']"
# losses_middle = "[float(loss) for loss in middle_log['loss']]"
# validation_losses_loop = "loop_log['val_loss']"
# accuracies_loop = "loop_log['val_accuracy']"
# loss_difference = "loss_difference"
# weight_difference = "weight_difference"
# middle_loss_difference = "middle_loss_difference"
# middle_weight_difference = "middle_weight_difference"
# untrained_difference = "untrained_difference"
# ///

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D

tf.config.experimental.enable_op_determinism()

# %% parameters
SEED = 7
TRAIN_IMAGES = 10_000  # of 60,000
VALIDATION_IMAGES = 2_000
BATCH = 32
EPOCHS = 5

# %% data
(x, y), _ = keras.datasets.mnist.load_data()
x = x[..., np.newaxis].astype("float32") / 255.0  # (60000, 28, 28, 1)

x_train, y_train = x[:TRAIN_IMAGES], y[:TRAIN_IMAGES]
x_validation, y_validation = x[-VALIDATION_IMAGES:], y[-VALIDATION_IMAGES:]
steps = int(np.ceil(TRAIN_IMAGES / BATCH))

validation = tf.data.Dataset.from_tensor_slices((x_validation, y_validation))
validation = validation.batch(BATCH)


def training_stream():
    train = tf.data.Dataset.from_tensor_slices((x_train, y_train))
    return train.shuffle(buffer_size=TRAIN_IMAGES, seed=SEED).batch(BATCH).repeat()


# %% model
def build_model(model_class=keras.Model):
    keras.utils.set_random_seed(SEED)
    images = keras.Input(shape=(28, 28, 1))
    features = Conv2D(filters=32, kernel_size=3, activation="relu")(images)
    features = MaxPooling2D(pool_size=2)(features)
    features = Conv2D(filters=64, kernel_size=3, activation="relu")(features)
    features = MaxPooling2D(pool_size=2)(features)
    features = Conv2D(filters=64, kernel_size=3, activation="relu")(features)
    features = Dense(units=64, activation="relu")(Flatten()(features))
    logits = Dense(units=10)(features)  # (batch, 10)
    return model_class(images, logits, name="digits")


build_model().summary()


# %% loss-and-optimizer
def new_loss():
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def new_optimizer():
    return keras.optimizers.Adam(learning_rate=0.001)


# %% fit
fit_model = build_model()
fit_model.compile(loss=new_loss(), optimizer=new_optimizer(), metrics=["accuracy"])
fit_log = fit_model.fit(
    training_stream(),
    steps_per_epoch=steps,
    epochs=EPOCHS,
    validation_data=validation,
    shuffle=False,  # the stream is shuffled already
    verbose=0,
).history
print("loss, epoch by epoch:", np.round(fit_log["loss"], 4))

# %% loop-state
model = build_model()
loss_function = new_loss()
optimizer = new_optimizer()

train_loss = keras.metrics.Mean()
validation_loss = keras.metrics.Mean()
validation_accuracy = keras.metrics.SparseCategoricalAccuracy()


# %% train-step
@tf.function
def train_step(images, labels):
    with tf.GradientTape() as tape:
        logits = model(images, training=True)
        loss = loss_function(labels, logits)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    train_loss.update_state(loss, sample_weight=tf.shape(images)[0])


# %% validation-step
@tf.function
def validation_step(images, labels):
    logits = model(images, training=False)
    loss = loss_function(labels, logits)
    validation_loss.update_state(loss, sample_weight=tf.shape(images)[0])
    validation_accuracy.update_state(labels, logits)


# %% loop
stream = iter(training_stream())
loop_log = {"loss": [], "val_loss": [], "val_accuracy": []}

for epoch in range(EPOCHS):
    for metric in (train_loss, validation_loss, validation_accuracy):
        metric.reset_state()

    for _ in range(steps):
        images, labels = next(stream)  # (batch, 28, 28, 1), (batch,)
        train_step(images, labels)
    for images, labels in validation:
        validation_step(images, labels)

    loop_log["loss"].append(float(train_loss.result()))
    loop_log["val_loss"].append(float(validation_loss.result()))
    loop_log["val_accuracy"].append(float(validation_accuracy.result()))
    line = "  ".join(f"{name} {values[-1]:.4f}" for name, values in loop_log.items())
    print(f"epoch {epoch + 1}  {line}")


# %% equal
def largest_difference(first, second):
    pairs = zip(first.get_weights(), second.get_weights())
    return max(float(np.abs(one - other).max()) for one, other in pairs)


def largest_loss_difference(first, second):
    gaps = [np.subtract(first[name], second[name]) for name in ("loss", "val_loss")]
    return float(np.abs(gaps).max())


loss_difference = largest_loss_difference(fit_log, loop_log)
weight_difference = largest_difference(fit_model, model)
untrained_difference = largest_difference(build_model(), model)
print("losses differ by at most ", loss_difference)
print("weights differ by at most", weight_difference)
print("training moved one by    ", round(untrained_difference, 3))


# %% middle
class TapeModel(keras.Model):
    def train_step(self, data):
        images, labels = data
        with tf.GradientTape() as tape:
            logits = self(images, training=True)
            loss = self.compute_loss(x=images, y=labels, y_pred=logits)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=tf.shape(images)[0])
            else:
                metric.update_state(labels, logits)
        return self.get_metrics_result()


# %% middle-fit
middle_model = build_model(model_class=TapeModel)
middle_model.compile(loss=new_loss(), optimizer=new_optimizer(), metrics=["accuracy"])
middle_log = middle_model.fit(
    training_stream(),
    steps_per_epoch=steps,
    epochs=EPOCHS,
    validation_data=validation,
    shuffle=False,
    verbose=0,
).history

middle_loss_difference = largest_loss_difference(middle_log, loop_log)
middle_weight_difference = largest_difference(middle_model, model)
print("losses differ by at most ", middle_loss_difference)
print("weights differ by at most", middle_weight_difference)

# %% curves
epochs = np.arange(1, EPOCHS + 1)
figure, axes = plt.subplots()
axes.plot(epochs, fit_log["loss"], linewidth=6, alpha=0.35, label="fit")
axes.plot(epochs, middle_log["loss"], "--", label="fit with our train_step")
circles = {"markersize": 11, "fillstyle": "none"}
axes.plot(epochs, loop_log["loss"], "o", **circles, label="our loop")
axes.set(xlabel="epoch", ylabel="training loss", ylim=(0, None))
axes.set_xticks(epochs)
axes.legend()
plt.show()
