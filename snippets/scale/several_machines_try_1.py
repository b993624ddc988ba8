# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0"]
#
# [tool.book]
# title = "A cluster with a chief of its own"
#
# [tool.book.values]
# chiefs = "[job for job, index, first in rows if first]"
# members = "len(rows)"
# ///

# %% cluster-map
import json
import os

import tensorflow as tf

MAP = {"chief": ["10.0.0.1:2222"], "worker": ["10.0.0.2:2222", "10.0.0.3:2222"]}


def is_first(resolver):
    """The rule of the strategies: the chief, or worker 0 where there is none."""
    if resolver.cluster_spec().as_dict().get("chief"):
        return resolver.task_type == "chief"
    return resolver.task_type == "worker" and resolver.task_id == 0


# %% ask
rows = []
for job, addresses in MAP.items():
    for index in range(len(addresses)):
        task = {"type": job, "index": index}
        os.environ["TF_CONFIG"] = json.dumps({"cluster": MAP, "task": task})
        resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
        rows.append((job, index, is_first(resolver)))
        print(job, index, "writes" if is_first(resolver) else "writes nothing")
