# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Ten optimizers, 22 learning rates, five seeds, three problems: 3,300 networks"
# sources = []
#
# [tool.book.smoke]
# ROWS = 150
# HELD_OUT = 50
# WORDS = 2000
# EPOCHS = 1
# PER_DECADE = 1
# SEEDS = [0, 1]
# COMPARED = ["Adam"]
#
# [tool.book.values]
# rows = "ROWS"
# held_out = "HELD_OUT"
# words = "WORDS"
# epochs = "EPOCHS"
# steps = "EPOCHS * (ROWS // BATCH)"
# names = "list(optimizers)"
# networks = "len(problems) * len(optimizers) * RATES.size * len(SEEDS)"
# rates_tried = "int(RATES.size)"
# seeds = "len(SEEDS)"
# same_as_keras = "differences"
# moved = "moved"
# default_rate = "list(defaults.values())"
# condition = "condition"
# rare_share = "rare_share"
# constant = "[problem['constant'] for problem in problems.values()]"
# pictures = "table['pictures']['best']"
# pictures_low = "table['pictures']['low']"
# pictures_high = "table['pictures']['high']"
# pictures_rate = "table['pictures']['rate']"
# pictures_width = "table['pictures']['width']"
# pictures_default = "table['pictures']['default']"
# pictures_default_low = "table['pictures']['default low']"
# pictures_default_high = "table['pictures']['default high']"
# pictures_borrowed = "table['pictures']['borrowed']"
# words_best = "table['words']['best']"
# words_low = "table['words']['low']"
# words_high = "table['words']['high']"
# words_rate = "table['words']['rate']"
# words_width = "table['words']['width']"
# words_default = "table['words']['default']"
# words_default_low = "table['words']['default low']"
# words_default_high = "table['words']['default high']"
# words_borrowed = "table['words']['borrowed']"
# copies = "table['copies']['best']"
# copies_low = "table['copies']['low']"
# copies_high = "table['copies']['high']"
# copies_rate = "table['copies']['rate']"
# copies_width = "table['copies']['width']"
# copies_default = "table['copies']['default']"
# copies_default_low = "table['copies']['default low']"
# copies_default_high = "table['copies']['default high']"
# copies_borrowed = "table['copies']['borrowed']"
# rare_sgd = "rare_part['SGD']"
# rare_momentum = "rare_part['momentum']"
# rare_adagrad = "rare_part['AdaGrad']"
# rare_rmsprop = "rare_part['RMSprop']"
# rare_adam = "rare_part['Adam']"
# same_rate = "same_rate"
# trials = "TRIALS"
# search_pictures = "[found['pictures'][name][k] for k in (0, 2, -1) for name in optimizers]"
# search_copies = "[found['copies'][name][k] for k in (0, 2, -1) for name in optimizers]"
# search_words = "[found['words'][name][k] for k in (0, 2, -1) for name in optimizers]"
# muon_search = "found['pictures']['Muon']"
# adam_search = "found['pictures']['Adam']"
# adam_search_words = "found['words']['Adam']"
# adam_search_copies = "found['copies']['Adam']"
# first_pictures = "crossing['pictures']"
# first_words = "crossing['words']"
# first_copies = "crossing['copies']"
# sampled = "sampled"
# formula = "formula"
# ///

# %% parameters
ROWS = 3000
HELD_OUT = 1500  # rows that choose the rate, and as many again that judge it
WORDS = 5000
EPOCHS = 6
BATCH = 50
LOWEST = -5  # exponents of the learning rates
HIGHEST = 2
PER_DECADE = 3
SEEDS = (0, 1, 2, 3, 4)
COMPARED = ("momentum", "Adam", "AdamW", "Muon")  # with networks trained alone
GOOD = 1.05  # within 5 % of an optimizer's own best loss
TRIALS = (1, 2, 4, 8, 16, 32, 64)

# %% problems
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

needed = ROWS + 2 * HELD_OUT
(pixels, clothes), _ = keras.datasets.fashion_mnist.load_data()
pixels = pixels[:needed].reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))  # 14 x 14
pixels = pixels.reshape(-1, 196).astype("float32")
pixels = (pixels - pixels[:ROWS].mean()) / pixels[:ROWS].std()
clothes = np.eye(10, dtype="float32")[clothes[:needed]]

(reviews, opinions), _ = keras.datasets.imdb.load_data(num_words=WORDS)
contains = np.zeros((needed, WORDS), dtype="float32")
for row, review in enumerate(reviews[:needed]):
    contains[row, review] = 1  # this word is in this review
contains[:, :3] = 0  # marks for padding, start and unknown
opinions = opinions[:needed, None].astype("float32")

problems = {
    "pictures": {  # which of ten kinds of clothes?
        "inputs": tf.constant(pixels), "targets": tf.constant(clothes),
        "sizes": (196, 32, 10), "loss": lambda outputs, targets: -tf.reduce_sum(
            targets * tf.nn.log_softmax(outputs), axis=-1),
        "constant": float(np.log(10)),
    },
    "words": {  # a good review or a bad one?
        "inputs": tf.constant(contains), "targets": tf.constant(opinions),
        "sizes": (WORDS, 1), "loss": lambda outputs, targets: tf.reduce_mean(
            tf.nn.softplus(outputs) - targets * outputs, axis=-1),
        "constant": float(np.log(2)),
    },
    "copies": {  # squeeze a picture through eight numbers and draw it again
        "inputs": tf.constant(pixels), "targets": tf.constant(pixels),
        "sizes": (196, 32, 8, 32, 196), "loss": lambda outputs, targets: tf.reduce_mean(
            tf.square(outputs - targets), axis=-1),
        "constant": float(pixels[:ROWS].var(axis=0).mean()),
    },
}

# %% two-difficulties
curvatures = np.linalg.eigvalsh(np.cov(pixels[:ROWS].T.astype("float64")))
condition = float(curvatures[-1] / max(curvatures[0], 1e-12))
frequencies = contains[:ROWS, 3:].mean(axis=0)
rare_share = float(np.mean(frequencies < 0.01))
print(f"pictures: curvatures {curvatures[0]:.1e} to {curvatures[-1]:.0f}")
print(f"words: {100 * rare_share:.0f} % stand in fewer than one review in a hundred")

# %% optimizers
keras_optimizers = {
    "SGD": (keras.optimizers.SGD, {}),
    "momentum": (keras.optimizers.SGD, {"momentum": 0.9}),
    "Nesterov": (keras.optimizers.SGD, {"momentum": 0.9, "nesterov": True}),
    "AdaGrad": (keras.optimizers.Adagrad, {}),
    "RMSprop": (keras.optimizers.RMSprop, {}),
    "Adadelta": (keras.optimizers.Adadelta, {}),
    "Adam": (keras.optimizers.Adam, {}),
    "AdamW": (keras.optimizers.AdamW, {}),
    "Lion": (keras.optimizers.Lion, {}),
    "Muon": (keras.optimizers.Muon, {}),
}


class StackedMuon(keras.optimizers.Muon):
    """Keras's Muon, for matrices that stand in a stack."""

    def _should_use_adamw(self, variable):
        return variable.shape[-2] == 1  # a bias

    def lr_adjust(self, update):
        return update * max(update.shape[-2:]) ** 0.5 * self.rms_rate


optimizers = {**keras_optimizers, "Muon": (StackedMuon, {})}
defaults = {
    name: float(maker(**options).learning_rate.numpy())
    for name, (maker, options) in keras_optimizers.items()
}
for rate in sorted(set(defaults.values())):
    names = [name for name, default in defaults.items() if default == rate]
    print(f"default rate {rate:g}:", ", ".join(names))

# %% stack
RATES = np.logspace(LOWEST, HIGHEST, (HIGHEST - LOWEST) * PER_DECADE + 1)


def start(sizes):
    weights = []
    for layer, shape in enumerate(zip(sizes[:-1], sizes[1:])):
        kernels = [  # one a seed, the same for every rate
            keras.initializers.GlorotUniform(seed=10 * seed + layer)(shape)
            for seed in SEEDS
        ]
        kernels = tf.repeat(tf.stack(kernels)[:, None], repeats=len(RATES), axis=1)
        weights.append(keras.Variable(kernels))  # (seeds, rates, inputs, units)
        biases = tf.zeros((len(SEEDS), len(RATES), 1, shape[1]))
        weights.append(keras.Variable(biases))
    return weights


def predict(weights, inputs):  # (seeds, batch, features)
    # all rates of a seed read the same rows
    hidden = tf.einsum("sbi,sriu->srbu", inputs, weights[0]) + weights[1]
    for layer in range(2, len(weights), 2):
        hidden = tf.nn.relu(hidden) @ weights[layer] + weights[layer + 1]
    return hidden  # (seeds, rates, batch, outputs)


def losses(weights, inputs, targets, loss):  # -> (seeds, rates)
    return tf.reduce_mean(loss(predict(weights, inputs), targets[:, None]), axis=-1)


# %% train
def compile_epoch(weights, optimizer, problem):
    inputs, targets = problem["inputs"], problem["targets"]
    rates = tf.constant(RATES[:, None, None], dtype="float32")

    @tf.function
    def run_epoch(batches):  # row numbers, (steps, seeds, batch)
        for rows in batches:
            values = [weight.value for weight in weights]
            with tf.GradientTape() as tape:
                x, y = tf.gather(inputs, rows), tf.gather(targets, rows)
                total = tf.reduce_sum(losses(values, x, y, problem["loss"]))
            before = [tf.identity(value) for value in values]
            optimizer.apply(tape.gradient(total, values), weights)  # at the rate 1
            for weight, old in zip(weights, before):
                weight.assign(old + rates * (weight.value - old))

    return run_epoch


def evaluate(weights, problem, first):
    inputs, targets = (problem[key][first:first + HELD_OUT]
                       for key in ("inputs", "targets"))
    inputs = tf.repeat(inputs[None], repeats=len(SEEDS), axis=0)
    values = [weight.value for weight in weights]
    result = losses(values, inputs, targets[None], problem["loss"])
    return np.nan_to_num(result.numpy(), nan=np.inf)


def shuffled(generators):
    orders = [generator.permutation(ROWS) for generator in generators]
    orders = np.stack(orders)[:, :ROWS // BATCH * BATCH]
    return tf.constant(orders.reshape(len(SEEDS), -1, BATCH).swapaxes(0, 1))


def train(problem, optimizer, epochs=EPOCHS):
    weights = start(problem["sizes"])
    optimizer.build(weights)
    run_epoch = compile_epoch(weights, optimizer, problem)
    generators = [np.random.default_rng(seed) for seed in SEEDS]
    for _ in range(epochs):
        run_epoch(shuffled(generators))
    return weights


# %% same-as-keras
def train_one(maker, options, number, seed=0):  # the usual way, one network
    weights = start(problems["pictures"]["sizes"])
    model = keras.Sequential([
        keras.Input(shape=(196,)),
        keras.layers.Dense(units=32, activation="relu"),
        keras.layers.Dense(units=10),
    ])
    model.set_weights([weight.numpy()[seed, number].reshape(variable.shape)
                       for weight, variable in zip(weights, model.weights)])
    optimizer = maker(learning_rate=RATES[number], **options)
    model.compile(optimizer=optimizer,
                  loss=keras.losses.CategoricalCrossentropy(from_logits=True))
    before = model.get_weights()[0]
    generators = [np.random.default_rng(seed) for seed in SEEDS]
    for rows in shuffled(generators).numpy()[:, seed]:
        model.train_on_batch(pixels[rows], clothes[rows])
    return model.get_weights()[0], before


number = len(RATES) // 2 - PER_DECADE // 2  # 0.01, or near it
differences, moved = [], []
for name in COMPARED:
    maker, options = keras_optimizers[name]
    alone, before = train_one(maker, options, number)
    maker, options = optimizers[name]
    stacked = train(problems["pictures"], maker(learning_rate=1.0, **options), epochs=1)
    difference = np.abs(stacked[0].numpy()[0, number] - alone).max()
    differences.append(float(difference))
    moved.append(float(np.abs(alone - before).max()))
    print(f"{name:9s} largest move of a weight {moved[-1]:.2f},"
          f" largest difference {difference:.0e}")

# %% run
validation, test = {}, {}  # [problem][optimizer]: (seeds, rates)
word_weights = {}
for kind, problem in problems.items():
    validation[kind], test[kind] = {}, {}
    for name, (maker, options) in optimizers.items():
        weights = train(problem, maker(learning_rate=1.0, **options))
        validation[kind][name] = evaluate(weights, problem, first=ROWS)
        test[kind][name] = evaluate(weights, problem, first=ROWS + HELD_OUT)
        if kind == "words":
            word_weights[name] = weights[0].numpy()[..., 0]  # (seeds, rates, words)


# %% best-and-default
def valley(curve, threshold):  # ends, in decades, of the stretch around the lowest
    logs, lowest = np.log10(RATES), int(curve.argmin())
    ends = []
    for step in (-1, 1):
        place = lowest
        while 0 <= place + step < len(curve) and curve[place + step] <= threshold:
            place += step
        end = logs[place]
        if 0 <= place + step < len(curve):  # cross the threshold on a straight line
            rise = min(curve[place + step], 1e6) - curve[place]
            part = (threshold - curve[place]) / rise
            end += part * (logs[place + step] - logs[place])
        ends.append(float(end))
    return ends


table = {}
best = {kind: {name: int(runs.mean(axis=0).argmin()) for name, runs in group.items()}
        for kind, group in validation.items()}
for kind, group in validation.items():
    table[kind] = {key: [] for key in (
        "best", "low", "high", "rate", "left", "right", "width",
        "default", "default low", "default high", "borrowed")}
    for name, runs in group.items():
        row, judged = table[kind], test[kind][name]
        place = best[kind][name]
        curve = runs.mean(axis=0)
        left, right = valley(curve, GOOD * curve[place])
        default = int(np.abs(np.log(RATES / defaults[name])).argmin())
        others = [best[other][name] for other in problems if other != kind]
        borrowed = round(np.mean(others))  # the geometric mean of the others' rates
        for key, value in (
            ("best", judged[:, place].mean()), ("low", judged[:, place].min()),
            ("high", judged[:, place].max()), ("rate", RATES[place]),
            ("left", left), ("right", right), ("width", right - left),
            ("default", judged[:, default].mean()),
            ("default low", judged[:, default].min()),
            ("default high", judged[:, default].max()),
            ("borrowed", judged[:, borrowed].mean()),
        ):
            row[key].append(float(value))

for kind, row in table.items():
    print(f"{kind + ': test loss':21s} best  (seeds)       at rate   width   default"
          "  borrowed")
    for place, name in enumerate(optimizers):
        print(f"  {name:10s} {row['best'][place]:15.3f}"
              f"  ({row['low'][place]:.3f}-{row['high'][place]:.3f})"
              f" {row['rate'][place]:9.1e} {row['width'][place]:7.2f}"
              f" {row['default'][place]:9.3f} {row['borrowed'][place]:9.3f}")

# %% valleys-picture
figure, panels = plt.subplots(1, 3, figsize=(7.2, 4.2), sharey=True, sharex=True)
for panel, (kind, row) in zip(panels, table.items()):
    for place, name in enumerate(optimizers):
        curve = validation[kind][name].mean(axis=0)
        wide = valley(curve, 1.5 * curve.min())
        fair = panel.plot(wide, [place, place], color="C0", linewidth=1.2)
        good = panel.plot([row["left"][place], row["right"][place]], [place, place],
                          color="C0", linewidth=6, alpha=0.55)
        point = panel.plot(np.log10(row["rate"][place]), place, "o", color="C0")
        default = panel.plot(np.log10(defaults[name]), place, "D", color="C1",
                             markersize=6, markerfacecolor="none", markeredgewidth=1.6)
    panel.set(title=kind, xlabel="learning rate", xlim=(LOWEST - 0.2, HIGHEST + 0.2),
              xticks=[-4, -2, 0, 2], xticklabels=["1e-4", "0.01", "1", "100"],
              yticks=range(len(optimizers)), yticklabels=list(optimizers))
panels[0].invert_yaxis()
figure.legend([default[0], point[0], good[0], fair[0]],
              ["Keras's default", "best", "within 5 % of the best loss", "within 50 %"],
              loc="outside lower center", ncols=4)
plt.show()

# %% curves-picture
shown = ("SGD", "momentum", "AdaGrad", "Adam", "Muon")


def spread(places, gap):  # move labels apart, keeping their order
    order, places = np.argsort(places, kind="stable"), np.array(places, dtype=float)
    for _ in range(100):
        for low, high in zip(order[:-1], order[1:]):
            lack = gap - (places[high] - places[low])
            if lack > 0:
                places[low] -= lack / 2
                places[high] += lack / 2
    return places


figure, panels = plt.subplots(1, 3, figsize=(7.2, 3.9))
for panel, kind in zip(panels, problems):
    constant = problems[kind]["constant"]
    lowest = min(validation[kind][name].mean(axis=0).min() for name in shown)
    bottom = lowest * (lowest / constant) ** 0.35
    logs = spread([np.log10(RATES[best[kind][name]]) for name in shown], gap=0.55)
    for number, name in enumerate(shown):
        runs = validation[kind][name]
        panel.plot(RATES, runs.T, color=f"C{number}", linewidth=0.5, alpha=0.5)
        panel.plot(RATES, runs.mean(axis=0), color=f"C{number}", linewidth=1.8)
        panel.text(10 ** logs[number], bottom * 1.02, name, color=f"C{number}",
                   rotation=90, ha="center", va="bottom", fontsize=8)
    panel.axhline(constant, color="C6", linestyle="--", linewidth=1)
    panel.set(title=kind, xscale="log", yscale="log", xlabel="learning rate",
              ylim=(bottom, 1.25 * constant), xticks=[1e-4, 1e-2, 1, 100])
    panel.minorticks_off()
    ticks = [tick for tick in (0.1, 0.2, 0.35, 0.5, 0.7, 1, 2)
             if bottom < tick < 1.25 * constant]
    panel.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
panels[0].set_ylabel("validation loss")
plt.show()

# %% rare-words
at_start = start(problems["words"]["sizes"])[0].numpy()[..., 0]
rare = (frequencies > 0) & (frequencies < 0.01)
often = frequencies > 0.2
rare_part = {}
for name in ("SGD", "momentum", "AdaGrad", "RMSprop", "Adam"):
    place = best["words"][name]
    moves = np.abs(word_weights[name] - at_start)[:, place, 3:]  # (seeds, words)
    shares = moves[:, rare].mean(axis=1) / moves[:, often].mean(axis=1)
    rare_part[name] = shares.tolist()
    print(f"{name:9s} rare words move {shares.mean():.2f} times as far"
          f" as frequent ones ({shares.min():.2f} to {shares.max():.2f})")

# %% one-rate
same_rate = {}
for place, rate in enumerate(RATES):
    means = {name: runs[:, place].mean() for name, runs in test["pictures"].items()}
    same_rate.setdefault(min(means, key=means.get), []).append(f"{rate:.0e}")
for name, rates in same_rate.items():
    print(f"{name:9s} wins at {', '.join(rates)}")
same_rate = list(same_rate)


# %% search
def expected_best(scores, judged, trials):
    order = np.argsort(scores, axis=None)  # every run: a rate and a seed
    ranks = np.arange(len(order))
    chances = [((len(order) - ranks) / len(order)) ** k
               - ((len(order) - ranks - 1) / len(order)) ** k for k in trials]
    return (np.array(chances) @ judged.flat[order]).tolist()


found = {}  # a search that blows up keeps the constant
for kind, problem in problems.items():
    found[kind] = {
        name: expected_best(runs, np.minimum(test[kind][name], problem["constant"]),
                            TRIALS)
        for name, runs in validation[kind].items()
    }
    print(f"{kind}, trials " + "".join(f"{k:7d}" for k in TRIALS))
    for name, curve in found[kind].items():
        print(f"  {name:14s}" + "".join(f"{value:7.3f}" for value in curve))

crossing = {}
print("lowest after so many trials:")
for kind, curves in found.items():
    order = [min(curves, key=lambda name: curves[name][place])
             for place in range(len(TRIALS))]
    crossing[kind] = order
    print(f"  {kind:9s}" + ", ".join(
        f"{k} {name}" for k, name in zip(TRIALS, order)))

# %% formula-holds
generator = np.random.default_rng(0)
scores = validation["pictures"]["Adam"]
judged = np.minimum(test["pictures"]["Adam"], problems["pictures"]["constant"])
draws = generator.integers(scores.size, size=(20_000, 8))  # 20,000 searches of 8
winners = draws[np.arange(len(draws)), scores.flat[draws].argmin(axis=1)]
sampled = float(judged.flat[winners].mean())
formula = expected_best(scores, judged, trials=(8,))[0]
print(f"8 trials: formula {formula:.3f}, mean of 20,000 searches {sampled:.3f}")

# %% search-picture
figure, panels = plt.subplots(1, 3, figsize=(7.2, 3.6))
for panel, kind in zip(panels, problems):
    curves = [np.log(found[kind][name]) for name in shown]
    height = max(curve.max() for curve in curves) - min(curve.min() for curve in curves)
    labels = spread([curve[-1] for curve in curves], gap=0.055 * height)
    for number, name in enumerate(shown):
        panel.plot(TRIALS, found[kind][name], "o-", color=f"C{number}", markersize=3)
        panel.text(TRIALS[-1] * 1.2, np.exp(labels[number]), name, color=f"C{number}",
                   va="center", fontsize=8)
    panel.set(title=kind, xscale="log", yscale="log", xlabel="trials of tuning",
              xlim=(0.9, TRIALS[-1] * 9))
    bottom = np.exp(min(labels) - 0.06 * height)  # room for the lowest label
    panel.set_ylim(bottom=min(bottom, panel.get_ylim()[0]))
    panel.set_xticks(TRIALS[::2], [str(k) for k in TRIALS[::2]])
    panel.minorticks_off()
    ticks = [tick for tick in (0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5)
             if panel.get_ylim()[0] < tick < panel.get_ylim()[1]]
    panel.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
panels[0].set_ylabel("expected test loss")
plt.show()
