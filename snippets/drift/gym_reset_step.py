# /// script
# requires-python = ">=3.11"
# dependencies = ["gym~=0.26.2", "gymnasium~=1.4.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "reset() gives a pair and step() five values since gym 0.26 and in Gymnasium"
#
# [tool.book.values]
# error = "error"
# works = "float(len(observation))"
# ///

# %% old
import gym
import numpy as np

environment = gym.make("CartPole-v1")
state = environment.reset(seed=0)
try:
    np.array(state)
except ValueError as problem:
    error = f"{type(problem).__name__}: {problem}"
print(error)

# %% new
import gymnasium

environment = gymnasium.make("CartPole-v1")
observation, info = environment.reset(seed=0)
observation, reward, terminated, truncated, info = environment.step(1)
print(observation.shape, reward, terminated, truncated)
