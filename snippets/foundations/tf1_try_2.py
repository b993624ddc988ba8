# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "Solution: a running mean, migrated"
#
# [tool.book.values]
# old = "old"
# new = "new"
# ///

# %% old
import tensorflow as tf

v1 = tf.compat.v1
NUMBERS = [4.0, 8.0, 3.0, 1.0]

with tf.Graph().as_default(), v1.Session() as session:
    number = v1.placeholder(tf.float32, shape=[])
    count = v1.get_variable("count", initializer=0.0)
    mean = v1.get_variable("mean", initializer=0.0)
    counted = count.assign_add(1.0)
    with tf.control_dependencies([counted]):
        update = mean.assign_add((number - mean) / count)
    session.run(v1.global_variables_initializer())
    old = [float(session.run(update, {number: value})) for value in NUMBERS]
print(old)


# %% new
class RunningMean(tf.Module):
    def __init__(self):
        super().__init__()
        self.count = tf.Variable(0.0)
        self.mean = tf.Variable(0.0)

    @tf.function(input_signature=[tf.TensorSpec(shape=[], dtype=tf.float32)])
    def update(self, number):
        self.count.assign_add(1.0)
        return self.mean.assign_add((number - self.mean) / self.count)


running = RunningMean()
new = [float(running.update(value)) for value in NUMBERS]
assert new == old
print(new)
