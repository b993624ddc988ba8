# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Cross-entropy, by hand and by Keras"
# sources = ["mtf-ch01-categorical-crossentropy-formula"]
#
# [tool.book.values]
# by_hand = "float(by_hand)"
# sparse = "float(sparse)"
# one_hot = "float(one_hot)"
# guess = "float(guess)"
# losses = "[float(value) for value in losses]"
# ///

# %% loss
import keras
import numpy as np

probabilities = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]])  # (sample, class)
labels = np.array([0, 1])

losses = -np.log(probabilities[[0, 1], labels])
by_hand = losses.mean()
print("true classes got    ", probabilities[[0, 1], labels])
print("so the losses are   ", losses.round(4), "mean", by_hand.round(4))

# %% loss-keras
sparse_loss = keras.losses.SparseCategoricalCrossentropy()
sparse = sparse_loss(labels, probabilities)
one_hot_loss = keras.losses.CategoricalCrossentropy()
one_hot = one_hot_loss(np.eye(3)[labels], probabilities)
print("labels 0 and 1      ", float(sparse))
print("labels one-hot      ", float(one_hot))

guess = sparse_loss(np.array([3]), np.full((1, 10), 0.1))
print("ten equal chances   ", float(guess), "and ln 10 is", np.log(10))
