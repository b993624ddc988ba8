"""The environment of `nox -s agents_tests`: TF-Agents' last release still loads and steps an environment."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

EPISODE = """
import json
import tensorflow as tf
import tf_agents
from tf_agents.environments import suite_gym, tf_py_environment
from tf_agents.policies import random_tf_policy

tf.random.set_seed(0)
environment = tf_py_environment.TFPyEnvironment(suite_gym.load("CartPole-v1"))
policy = random_tf_policy.RandomTFPolicy(environment.time_step_spec(), environment.action_spec())
time_step, total = environment.reset(), 0.0
while not time_step.is_last():
    time_step = environment.step(policy.action(time_step).action)
    total += float(time_step.reward[0])
print(json.dumps([tf.__version__, tf_agents.__version__, total]))
"""


@pytest.mark.agents
def test_a_random_policy_balances_the_pole_for_a_while(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", EPISODE], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    tensorflow, agents, total = json.loads(done.stdout.splitlines()[-1])
    assert tensorflow.startswith("2.15.")
    assert agents == "0.19.0"
    assert 5 <= total <= 200  # one point a step; random play falls within some dozens
