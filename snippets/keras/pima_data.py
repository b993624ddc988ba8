# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "matplotlib", "pandas~=3.1.1"]
#
# [tool.book]
# title = "The Pima table: impossible zeros, pair plots, and correlations with spread"
# sources = [
#   "mtf-ch02-pima-load",
#   "mtf-ch02-table-pima-head-describe",
#   "mtf-ch02-pima-pairplots",
#   "mtf-ch02-claim-pima-correlations",
# ]
# marks = []
#
# [tool.book.smoke]
# RESAMPLES = 50
#
# [tool.book.values]
# women = "len(table)"
# sick = "int(table['Outcome'].sum())"
# sick_share = "float(table['Outcome'].mean())"
# insulin_raw = "float(table['Insulin'].mean())"
# insulin_seen = "float(seen['Insulin'].mean())"
# zeros = "[int(count) for count in zeros]"
# complete = "int(seen.notna().all(axis=1).sum())"
# missing_sick = "float(seen['Insulin'].isna()[seen['Outcome'] == 1].mean())"
# missing_healthy = "float(seen['Insulin'].isna()[seen['Outcome'] == 0].mean())"
# low = "[float(np.quantile(found[key][1], 0.025)) for key in found]"
# high = "[float(np.quantile(found[key][1], 0.975)) for key in found]"
# correlations = "[float(found[key][0]) for key in found]"
# with_zeros = "[float(raw_correlations[key]) for key in found]"
# difference_low = "[float(low) for low, high in gaps.values()]"
# difference_high = "[float(high) for low, high in gaps.values()]"
# ///

# %% imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

# %% parameters
RESAMPLES = 2_000
SEED = 0

# %% load
address = (
    "https://raw.githubusercontent.com/rajdeepd/"
    "tensorflow_2.0_book_code/master/data/diabetes.csv"
)
table = pd.read_csv(keras.utils.get_file(fname="diabetes.csv", origin=address))
table = table.rename(columns={"DiabetesPedigreeFunction": "Pedigree"})
print(table.shape)
print(table.head().to_string())

# %% describe
summary = table.describe().loc[["mean", "std", "min", "50%", "max"]]
print(summary.round(2).to_string())

# %% zeros
impossible = ["Glucose", "BloodPressure", "SkinThickness", "Insulin", "BMI"]
zeros = (table[impossible] == 0).sum()
print(zeros.to_string())

# %% missing
seen = table.astype(dict.fromkeys(impossible, float))
seen[impossible] = seen[impossible].replace(0.0, np.nan)
compare = pd.DataFrame({
    "mean with zeros": table[impossible].mean(),
    "mean as measured": seen[impossible].mean(),
})
print(compare.round(1).to_string())
print("rows with nothing missing:", int(seen.notna().all(axis=1).sum()))

# %% zeros-figure
figure, panels = plt.subplots(ncols=5, figsize=(7.2, 2.4), sharey=False)
for axes, column in zip(panels, impossible, strict=True):
    bins = np.linspace(0, table[column].max(), 26)
    axes.hist(seen[column], bins=bins, color="C0")
    axes.bar(0, zeros[column], width=bins[1], color="C1", hatch="//", align="edge")
    axes.text(0.04, 0.98, f"{zeros[column]} zeros", color="C1", va="top",
              transform=axes.transAxes, fontsize=8.5)
    axes.set_title(column, fontsize=8.5)
    axes.set_ylim(0, 1.2 * max(zeros[column], axes.get_ylim()[1]))
units = ["mg/dl", "mm Hg", "mm", "µU/ml", "kg/m²"]
for axes, unit in zip(panels, units, strict=True):
    axes.set_xlabel(unit)
panels[0].set_ylabel("women")
plt.show()

# %% pairs
columns = ["Age", "BMI", "Pregnancies"]
groups = {0: ("C0", "o", "no diabetes"), 1: ("C1", "^", "diabetes")}
jitter = np.random.default_rng(SEED).uniform(-0.3, 0.3, size=len(table))

figure, panels = plt.subplots(nrows=3, ncols=3, figsize=(7.2, 6.4), sharex="col")
for row, upright in enumerate(columns):
    for column, across in enumerate(columns):
        axes = panels[row, column]
        for outcome, (color, marker, name) in groups.items():
            part = seen[seen["Outcome"] == outcome]
            dash = "-" if outcome else "--"
            if row == column:
                style = {"histtype": "step", "density": True, "color": color}
                style["linestyle"] = dash
                bins = np.arange(-0.5, 18) if row == 2 else 18
                axes.hist(part[across].dropna(), bins=bins, linewidth=1.6, **style)
                continue
            shifted = part[across] + jitter[part.index]
            axes.plot(
                shifted, part[upright], marker, color=color, markersize=2,
                alpha=0.25, rasterized=True,
            )
            both = part[[across, upright]].dropna()
            slope, start = np.polyfit(both[across], both[upright], deg=1)
            ends = np.array([both[across].min(), both[across].max()])
            axes.plot(ends, start + slope * ends, dash, color=color, linewidth=2)
        axes.set_ylabel(f"{upright} (density)" if row == column else upright)
        if row == 2:
            axes.set_xlabel(across)
panels[0, 0].text(0.98, 0.9, "no diabetes", color="C0", ha="right",
                  transform=panels[0, 0].transAxes)
panels[0, 0].text(0.98, 0.76, "diabetes", color="C1", ha="right",
                  transform=panels[0, 0].transAxes)
plt.show()

# %% correlations
random = np.random.default_rng(SEED)
found, raw_correlations = {}, {}
for pair in (("Age", "BMI"), ("Age", "Pregnancies")):
    for outcome in (1, 0):
        rows = table[table["Outcome"] == outcome][list(pair)]
        raw_correlations[pair, outcome] = rows.corr().iloc[0, 1]
        measured = seen[seen["Outcome"] == outcome][list(pair)].dropna().to_numpy()
        draws = []
        for _ in range(RESAMPLES):
            chosen = random.integers(len(measured), size=len(measured))
            draws.append(np.corrcoef(measured[chosen].T)[0, 1])
        correlation = np.corrcoef(measured.T)[0, 1]
        found[pair, outcome] = correlation, np.array(draws)

gaps = {}
for (pair, outcome), (correlation, draws) in found.items():
    low, high = np.quantile(draws, [0.025, 0.975])
    name = f"{pair[0]}-{pair[1]}, {'diabetes' if outcome else 'no diabetes'}"
    raw = raw_correlations[pair, outcome]
    print(f"{name:29} {correlation:+.3f}  [{low:+.3f}, {high:+.3f}]  raw {raw:+.3f}")
    difference = found[pair, 1][1] - found[pair, 0][1]
    gaps[pair] = np.quantile(difference, [0.025, 0.975])
for pair, (low, high) in gaps.items():
    print(f"{pair[0]}-{pair[1]}, difference: [{low:+.3f}, {high:+.3f}]")
