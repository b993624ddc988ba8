# /// script
# requires-python = ">=3.11"
# dependencies = ["gym~=0.26.2", "gymnasium~=1.4.0", "numpy~=2.4.6"]
#
# [tool.book]
# title = "gym's DiscreteEnv is gone; a table-driven environment takes twenty lines"
#
# [tool.book.values]
# error = "error"
# works = "float(total)"
# ///

# %% old
try:
    from gym.envs.toy_text import discrete
except ImportError as problem:
    error = f"{type(problem).__name__}: {problem}".split(" (/")[0]  # without the path
print(error)

# %% new
import gymnasium


class TableEnvironment(gymnasium.Env):
    """States and actions are numbers; table[state][action] lists the outcomes."""

    def __init__(self, table, start):
        self.table, self.start = table, start
        self.observation_space = gymnasium.spaces.Discrete(n=len(table))
        self.action_space = gymnasium.spaces.Discrete(n=len(table[start]))

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.state = self.start
        return self.state, {}

    def step(self, action):
        outcomes = self.table[self.state][action]
        chances = [outcome[0] for outcome in outcomes]
        chosen = self.np_random.choice(len(outcomes), p=chances)
        _, self.state, reward, terminated = outcomes[chosen]
        return self.state, reward, terminated, False, {}


# %% walk
# (chance, next state, reward, end of the episode): two steps right reach the goal.
corridor = {
    0: {0: [(1.0, 0, -1, False)], 1: [(1.0, 1, -1, False)]},
    1: {0: [(1.0, 0, -1, False)], 1: [(1.0, 2, 10, True)]},
    2: {0: [(1.0, 2, 0, True)], 1: [(1.0, 2, 0, True)]},
}
environment = TableEnvironment(table=corridor, start=0)
environment.reset(seed=0)
total, terminated = 0, False
while not terminated:
    state, reward, terminated, truncated, info = environment.step(1)
    total += reward
print(f"state {state}, return {total}")
