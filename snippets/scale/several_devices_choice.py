# /// script
# requires-python = ">=3.11"
# dependencies = ["matplotlib"]
#
# [tool.book]
# title = "Which strategy: a decision as a function, and its picture"
# sources = ["mtf-ch07-fig-strategy-choice"]
#
# [tool.book.values]
# two_machines_no_gpu = "choose(machines=2, gpus=0)"
# one_machine_one_gpu = "choose(machines=1, gpus=1)"
# one_machine_four_gpus = "choose(machines=1, gpus=4)"
# ///

# %% tree
TREE = (
    "TPU?",
    "TPUStrategy",
    (
        "more than\none machine?",
        (
            "all wait for\nall, each step?",
            "MultiWorker-\nMirroredStrategy",
            "ParameterServer-\nStrategy",
        ),
        ("more than\none GPU?", "MirroredStrategy", "no strategy"),
    ),
)  # (question, if yes, if no)


def choose(machines=1, gpus=0, tpu=False, wait=True):
    """`gpus` is the number in each machine."""
    answers = {"TPU": tpu, "machine": machines > 1, "all wait": wait, "GPU": gpus > 1}
    place = TREE
    while isinstance(place, tuple):
        question, yes, no = place
        key = next(key for key in answers if key in question.replace("\n", " "))
        place = yes if answers[key] else no
    return place.replace("-\n", "")


# %% choose
for machines, gpus, wait in [(1, 0, True), (1, 1, True), (1, 4, True),
                             (2, 0, True), (2, 4, True), (2, 0, False)]:
    strategy = choose(machines=machines, gpus=gpus, wait=wait)
    together = "waiting" if wait else "not waiting"
    print(f"{machines} machine(s), {gpus} GPU(s) each, {together:11}: {strategy}")

# %% figure
import matplotlib.pyplot as plt


def draw(axes, place, x, y, widths):
    """Draws a node and what is below it."""
    is_question = isinstance(place, tuple)
    shape, colour = ("round", "C0") if is_question else ("square", "C1")
    box = {"boxstyle": f"{shape},pad=0.5", "facecolor": "none"}
    box |= {"edgecolor": colour, "linewidth": 1.2}
    text = place[0] if is_question else place
    axes.text(x, y, text, ha="center", va="center", bbox=box, fontsize=9, zorder=3)
    if not is_question:
        return
    for word, child, side in (("yes", place[1], -1), ("no", place[2], 1)):
        child_x, child_y = x + side * widths[0], y - 1
        axes.plot([x, child_x], [y - 0.26, child_y + 0.26], color="C6", linewidth=1)
        middle = (x + child_x) / 2 + side * 0.14
        axes.text(middle, y - 0.46, word, ha="center", fontsize=9)
        draw(axes, child, child_x, child_y, widths[1:])


figure, axes = plt.subplots(figsize=(7.2, 4.6))
draw(axes, TREE, x=0.0, y=0.0, widths=(0.7, 1.2, 0.58))
axes.set(xlim=(-1.7, 3.1), ylim=(-3.4, 0.4))
axes.axis("off")
plt.show()
