# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "Shuffle, batch, repeat: a pipeline drawn, and its six orders"
#
# [tool.book.values]
# rows = "ROWS"
# batch = "BATCH"
# buffer = "BUFFER"
# sizes = "[len(batch) for batch in batches]"
# names = "[' '.join(order) for order in orders]"
# batches_of = "[len(found) for found in orders.values()]"
# short_of = "[facts[order]['short'] for order in orders]"
# again_of = "[facts[order]['again'] for order in orders]"
# neighbours_of = "[facts[order]['neighbours'] for order in orders]"
# ///

# %% parameters
ROWS = 10
BATCH = 4
BUFFER = 4
SEED = 5

# %% pipeline
import itertools

import matplotlib.pyplot as plt
import tensorflow as tf

rows = tf.data.Dataset.range(ROWS)
pipeline = rows.shuffle(buffer_size=BUFFER, seed=SEED).batch(BATCH).repeat(2)
batches = [batch.numpy().tolist() for batch in pipeline]
for batch in batches:
    print(batch)


# %% squares
def square(axes, left, bottom, text, colour, filled):
    face = colour if filled else "none"
    axes.add_patch(plt.Rectangle(
        (left + 0.06, bottom + 0.06), 0.88, 0.88, facecolor=face, edgecolor=colour,
        linewidth=1, alpha=0.25 if filled else 1,
    ))
    axes.text(left + 0.5, bottom + 0.47, text, ha="center", va="center", fontsize=9)


def blank(axes, width, bottom, top):
    axes.set(xlim=(0, width), ylim=(bottom, top), aspect="equal")
    axes.axis("off")


# %% picture
order = [row for batch in batches for row in batch]  # both epochs
figure, axes = plt.subplots(figsize=(7.2, 3.4))
for place, row in enumerate(order):
    step = place % ROWS
    left = place + (1 if place >= ROWS else 0)
    gone = order[place - step:place]
    waiting = [number for number in range(min(step + BUFFER, ROWS))
               if number not in gone]
    assert row in waiting, "the buffer cannot hand out what it does not hold"
    for height, number in enumerate(waiting):
        square(axes, left, height, number, "C1" if number == row else "C6",
               filled=number == row)
    square(axes, left, -2.8, row, "C0", filled=True)
    axes.annotate("", (left + 0.5, -1.7), (left + 0.5, -0.1),
                  arrowprops={"arrowstyle": "->", "color": "C1", "linewidth": 1})
left = 0
for batch in batches:
    axes.plot([left + 0.1, left + len(batch) - 0.1], [-3.15, -3.15], color="C0")
    axes.text(left + len(batch) / 2, -4.0, f"batch of {len(batch)}", ha="center",
              color="C0", fontsize=8)
    left += len(batch)
    if left == ROWS:
        left += 1
axes.text(0, 4.3, f"the buffer of {BUFFER}, before each draw; drawn: shaded",
          color="C1", fontsize=9)
axes.text(5, 5.4, "first epoch", ha="center", weight="bold")
axes.text(16, 5.4, "second epoch", ha="center", weight="bold")
blank(axes, width=2 * ROWS + 1, bottom=-4.3, top=6.2)
plt.show()

# %% orders
steps = {
    "shuffle": lambda data: data.shuffle(buffer_size=ROWS, seed=SEED),
    "batch": lambda data: data.batch(BATCH),
    "repeat": lambda data: data.repeat(2),
}
orders = {}
for order in itertools.permutations(steps):
    data = rows
    for name in order:
        data = steps[name](data)
    orders[order] = [batch.tolist() for batch in data.as_numpy_iterator()]
    print(*order, ":", *orders[order])


# %% facts
def facts_of(found):
    stream = [row for batch in found for row in batch]
    return {
        "short": sum(len(batch) < BATCH for batch in found),
        "again": ROWS - len(set(stream[:ROWS])),
        "neighbours": int(all(
            (second - first) % ROWS == 1
            for batch in found for first, second in itertools.pairwise(batch)
        )),
    }


facts = {order: facts_of(found) for order, found in orders.items()}
print("                       short     seen again     always the")
print("                      batches  too early, rows  same neighbours")
for order, fact in facts.items():
    neighbours = "yes" if fact["neighbours"] else "no"
    line = f"{fact['short']:4}{fact['again']:14}{neighbours:>18}"
    print(f"{' '.join(order):21}{line}")

# %% strips
figure, axes = plt.subplots(figsize=(7.2, 3.9))
for line, (order, found) in enumerate(orders.items()):
    left, bottom, seen = 0, -1.6 * line, set()
    axes.text(-0.4, bottom + 0.5, " → ".join(order), ha="right", va="center")
    for batch in found:
        for row in batch:
            again = row in seen
            square(axes, left, bottom, row, "C1" if again else "C0", filled=again)
            seen.add(row)
            left += 1
        left += 0.6
axes.text(0, 1.5, "outlined: first time", color="C0")
axes.text(8, 1.5, "shaded: second time", color="C1")
blank(axes, width=23.5, bottom=-8.2, top=2.4)
axes.set_xlim(-9.5, 23.5)
plt.show()
