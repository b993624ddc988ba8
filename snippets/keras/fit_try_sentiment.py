# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Solution: is the sentence favourable? A bag of words, and a site never seen"
# sources = ["mtf-ch02-q1-sentiment"]
# marks = []
#
# [tool.book.smoke]
# EPOCHS = 2
# SEEDS = [0]
#
# [tool.book.values]
# sentences = "len(texts)"
# repeated = "repeated"
# groups = "len(set(groups))"
# shared = "shared"
# shared_naive = "shared_naive"
# majority = "[float(v) for v in majority]"
# mixed = "[float(v) for v in mixed]"
# train_accuracy = "[float(v) for v in train_accuracy]"
# amazon = "across['amazon_cells']"
# imdb = "across['imdb']"
# yelp = "across['yelp']"
# amazon_within = "within['amazon_cells']"
# imdb_within = "within['imdb']"
# yelp_within = "within['yelp']"
# favourable = "best_words"
# unfavourable = "worst_words"
# answers = "[float(v) for v in answers]"
# unknown = "[float(unknown[site]) for site in SITES]"
# ///

# %% parameters
EPOCHS = 60
TEST_SHARE = 0.2
SITES = ("amazon_cells", "imdb", "yelp")
SEEDS = (0, 1, 2)

# %% data
import re
import zipfile
from collections import Counter

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

address = (
    "https://archive.ics.uci.edu/static/public/331/"
    "sentiment+labelled+sentences.zip"
)
path = keras.utils.get_file(fname="sentences.zip", origin=address)
texts, labels, sites = [], [], []
with zipfile.ZipFile(path) as archive:
    for site in SITES:
        (name,) = (n for n in archive.namelist() if n.endswith(f"/{site}_labelled.txt")
                   and "MACOSX" not in n)
        for line in archive.read(name).decode("utf-8").split("\n"):
            if line.strip():
                text, label = line.rsplit("\t", maxsplit=1)
                texts.append(text.strip())
                labels.append(int(label))
                sites.append(site)
texts, labels, sites = np.array(texts), np.array(labels), np.array(sites)
print(len(texts), "sentences,", labels.sum(), "favourable")


# %% groups
def words(text):
    return " ".join(re.findall(r"[a-z0-9']+", text.lower()))


groups = np.array([words(text) for text in texts])
repeated = sum(count - 1 for count in Counter(groups).values())
print("sentences that repeat another:", repeated)


def split_by_group(seed):
    """A test part that shares no sentence with the training part."""
    names = np.unique(groups)
    np.random.default_rng(seed).shuffle(names)
    return np.isin(groups, names[: int(len(names) * TEST_SHARE)])


# %% model
def fit_model(rows, seed):
    keras.utils.set_random_seed(seed)
    read = keras.layers.TextVectorization(max_tokens=5_000, output_mode="multi_hot")
    read.adapt(tf.constant(texts[rows]))  # words of the training rows alone
    inputs = keras.Input(shape=(), dtype="string")
    logit = keras.layers.Dense(units=1)(read(inputs))
    model = keras.Model(inputs=inputs, outputs=logit)
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=0.003),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[keras.metrics.BinaryAccuracy(threshold=0.0, name="accuracy")],
        steps_per_execution=16,
    )
    pairs = tf.data.Dataset.from_tensor_slices((texts[rows], labels[rows, np.newaxis]))
    pairs = pairs.cache().shuffle(buffer_size=int(rows.sum()), seed=seed).batch(64)
    model.fit(pairs, epochs=EPOCHS, verbose=0)
    return model


def accuracy_of(model, rows):
    logits = model.predict(tf.constant(texts[rows]), batch_size=500, verbose=0)
    return np.mean((logits[:, 0] > 0) == labels[rows])


# %% within
mixed, majority, train_accuracy = [], [], []
within = {site: [] for site in SITES}
for seed in SEEDS:
    test = split_by_group(seed)
    model = fit_model(~test, seed)
    train_accuracy.append(accuracy_of(model, ~test))
    mixed.append(accuracy_of(model, test))
    favoured = labels[~test].mean() > 0.5
    majority.append(np.mean(labels[test] == favoured))
    for site in SITES:
        within[site].append(float(accuracy_of(model, test & (sites == site))))
shared = len(set(groups[test]) & set(groups[~test]))
naive = np.random.default_rng(seed).random(len(texts)) < TEST_SHARE
shared_naive = len(set(groups[naive]) & set(groups[~naive]))
print("accuracy", *(f"{v:.3f}" for v in mixed))
print("majority", *(f"{v:.3f}" for v in majority))
print("on the training sentences", *(f"{v:.3f}" for v in train_accuracy))
print("sentences on both sides:", shared, " with a plain random split:", shared_naive)

# %% across
across, unknown = {}, {}
for site in SITES:
    held = sites == site
    apart = ~held & ~np.isin(groups, groups[held])
    across[site] = [float(accuracy_of(fit_model(apart, seed), held)) for seed in SEEDS]
    known = set(" ".join(groups[apart]).split())
    seen_here = " ".join(groups[held]).split()
    unknown[site] = np.mean([word not in known for word in seen_here])
    inside = np.mean(within[site])
    print(f"{site:13} as a part of the mix {inside:.3f}, never seen", end=" ")
    print(*(f"{v:.3f}" for v in across[site]), f" unknown words {unknown[site]:.0%}")

# %% figure
figure, axes = plt.subplots(figsize=(7.2, 2.6))
for place, site in enumerate(SITES):
    for values, color, mark, shift in (
        (within[site], "C0", "o", -0.12), (across[site], "C1", "s", 0.12)
    ):
        axes.plot(values, [place + shift] * len(values), mark, color=color, alpha=0.6)
        axes.plot(np.mean(values), place + shift, "|", color=color, markersize=18)
axes.text(np.mean(within["imdb"]), 0.62, "seen in training", color="C0", ha="center")
axes.text(np.mean(across["imdb"]), 1.5, "never seen", color="C1", ha="center")
axes.axvline(0.5, color="C6", linestyle=":")
axes.text(0.503, 2.4, "majority", color="C6", va="center")
axes.set_yticks(range(3), ["Amazon", "IMDB", "Yelp"])
axes.set(xlabel="accuracy on sentences of the site", ylim=(2.6, -0.5))
axes.set_xlim(0.48, 0.95)
plt.show()

# %% words
model = fit_model(np.ones(len(texts), dtype=bool), seed=0)
vocabulary = np.array(model.layers[1].get_vocabulary())
weights = model.layers[2].get_weights()[0][: len(vocabulary), 0]
order = np.argsort(weights)
best_words = [str(word) for word in vocabulary[order[::-1][:6]]]
worst_words = [str(word) for word in vocabulary[order[:6]]]
print("for:    ", *best_words)
print("against:", *worst_words)
asked = ["The food was good.", "The food was not good.", "It works, at last!"]
answers = keras.ops.sigmoid(model.predict(tf.constant(asked), verbose=0))[:, 0]
for text, answer in zip(asked, answers):
    print(f"{float(answer):.2f}  {text}")
