# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib"]
#
# [tool.book]
# title = "What each loss asks for: the mean, the median, the frequencies"
# sources = ["mtf-ch03-loss-max-likelihood"]
#
# [tool.book.values]
# mean = "float(waits.mean())"
# median = "float(np.median(waits))"
# best_square = "float(best['squared'])"
# best_absolute = "float(best['absolute'])"
# best_share = "float(best_share)"
# share = "float(clicks.mean())"
# nats_square = "float(gaussian - squared_part)"
# spread_of_nats = "float(np.ptp(gaussian_curve - squared_curve))"
# ///

# %% data
import keras
import matplotlib.pyplot as plt
import numpy as np

generator = np.random.default_rng(seed=0)
waits = generator.lognormal(mean=1.0, sigma=0.8, size=400)  # minutes, skewed
clicks = generator.random(400) < 0.2  # yes or no

# %% gaussian
candidates = np.linspace(0.5, 8, 751)
deviation = 2.0  # assumed known


def negative_log_likelihood(mean):
    density = np.exp(-0.5 * ((waits - mean) / deviation) ** 2)
    density = density / (deviation * np.sqrt(2 * np.pi))
    return -np.mean(np.log(density))


gaussian_curve = np.array([negative_log_likelihood(mean) for mean in candidates])
squared_curve = [np.mean((waits - mean) ** 2) for mean in candidates]
squared_curve = np.array(squared_curve) / (2 * deviation**2)
gaussian, squared_part = gaussian_curve[0], squared_curve[0]
print("least and largest difference of the two curves:",
      (gaussian_curve - squared_curve).min().round(6),
      (gaussian_curve - squared_curve).max().round(6))

# %% constants
losses = {"squared": keras.losses.MeanSquaredError(),
          "absolute": keras.losses.MeanAbsoluteError()}
curves = {
    name: np.array([loss(waits, np.full_like(waits, c)) for c in candidates])
    for name, loss in losses.items()
}
best = {name: candidates[curve.argmin()] for name, curve in curves.items()}
print(f"mean {waits.mean():.2f}, median {np.median(waits):.2f}")
print({name: round(float(value), 2) for name, value in best.items()})

shares = np.linspace(0.01, 0.99, 99)
binary = keras.losses.BinaryCrossentropy()
entropy = np.array([binary(clicks, np.full(400, share)) for share in shares])
best_share = shares[entropy.argmin()]
print(f"share of clicks {clicks.mean():.3f}, best constant {best_share:.2f}")

# %% picture
figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.2))
bins = np.linspace(0, 16, 40)
left.hist(waits, bins=bins, color="C6", alpha=0.5)
left.set(xlabel="waiting time (minutes)", ylabel="people", xlim=(0, 14))
for name, color, at in (("squared", "C1", 0.9), ("absolute", "C2", 0.78)):
    left.axvline(best[name], color=color, linewidth=2)
    left.text(best[name] + 0.25, at * left.get_ylim()[1],
              f"best for {name} error: {best[name]:.2f}", color=color)
right.plot(shares, entropy, color="C0")
right.plot(best_share, entropy.min(), "o", color="C1")
right.annotate(f"lowest at {best_share:.2f}", (best_share, entropy.min()), color="C1",
               xytext=(8, 24), textcoords="offset points")
right.set(xlabel="predicted share of clicks", ylabel="binary cross-entropy")
figure.tight_layout()
plt.show()
