# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorflow~=2.21.0", "pyyaml", "jsonschema"]
#
# [tool.book]
# title = "The same job for Kubernetes: a TFJob manifest, checked before it is sent"
#
# [tool.book.values]
# manifest = "text"
# pods = "sum(spec['replicas'] for spec in manifest['spec']['tfReplicaSpecs'].values())"
# place = "place"
# complaint = "complaint"
# ///

# %% parameters
NAME = "least-squares"
NAMESPACE = "default"
IMAGE = "registry.example/least-squares:1"
WORKERS = 2
SERVERS = 2

# %% manifest
import json
import os
from unittest import mock

import jsonschema
import tensorflow as tf
import yaml


def replicas(count, restart):
    container = {
        "name": "tensorflow",  # the operator looks for this name
        "image": IMAGE,
        "command": ["python", "/job/train.py"],
        "resources": {"limits": {"cpu": "4", "memory": "8Gi"}},
        "volumeMounts": [{"name": "data", "mountPath": "/job/data", "readOnly": True}],
    }
    claim = {"name": "data", "persistentVolumeClaim": {"claimName": "training-data"}}
    pod = {"spec": {"containers": [container], "volumes": [claim]}}
    return {"replicas": count, "restartPolicy": restart, "template": pod}


manifest = {
    "apiVersion": "kubeflow.org/v1",
    "kind": "TFJob",
    "metadata": {"name": NAME, "namespace": NAMESPACE},
    "spec": {
        "runPolicy": {"cleanPodPolicy": "Running", "activeDeadlineSeconds": 3_600},
        "tfReplicaSpecs": {
            "Chief": replicas(1, restart="Never"),
            "PS": replicas(SERVERS, restart="Never"),
            "Worker": replicas(WORKERS, restart="OnFailure"),
        },
    },
}
text = yaml.safe_dump(manifest, sort_keys=False)
print(text.split("  tfReplicaSpecs:")[0] + "  tfReplicaSpecs:\n    Worker:")
worker = yaml.safe_dump(manifest["spec"]["tfReplicaSpecs"]["Worker"], sort_keys=False)
print("".join(f"      {line}\n" for line in worker.splitlines()), end="")


# %% schema
def exactly(required=(), **properties):
    """An object with these fields and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


text_field = {"type": "string", "minLength": 1}
count = {"type": "integer", "minimum": 1}
texts = {"type": "array", "items": text_field, "minItems": 1}
mount = exactly(name=text_field, mountPath=text_field, readOnly={"type": "boolean"})
container = exactly(
    required=["name", "image"],
    name={"const": "tensorflow"},
    image=text_field,
    command=texts,
    resources=exactly(limits={"type": "object", "additionalProperties": text_field}),
    volumeMounts={"type": "array", "items": mount},
)
claim = exactly(required=["claimName"], claimName=text_field)
volume = exactly(required=["name"], name=text_field, persistentVolumeClaim=claim)
pod = exactly(
    required=["containers"],
    containers={"type": "array", "items": container, "minItems": 1},
    volumes={"type": "array", "items": volume},
)
replica = exactly(
    required=["template"],
    replicas=count,
    restartPolicy={"enum": ["Always", "OnFailure", "Never", "ExitCode"]},
    template=exactly(required=["spec"], spec=pod),
)
roles = dict.fromkeys(("Chief", "Master", "PS", "Worker", "Evaluator"), replica)
policy = exactly(
    cleanPodPolicy={"enum": ["Running", "All", "None"]},
    activeDeadlineSeconds=count,
    backoffLimit=count,
    ttlSecondsAfterFinished=count,
)
schema = exactly(
    required=["apiVersion", "kind", "metadata", "spec"],
    apiVersion={"const": "kubeflow.org/v1"},
    kind={"const": "TFJob"},
    metadata=exactly(required=["name"], name=text_field, namespace=text_field),
    spec=exactly(
        required=["tfReplicaSpecs"],
        runPolicy=policy,
        tfReplicaSpecs=exactly(**roles),
    ),
)

# %% check
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.validate(yaml.safe_load(text), schema)
print("the manifest is sound")

mistyped = yaml.safe_load(text.replace("replicas: 2", "replica: 2", 1))
try:
    jsonschema.validate(mistyped, schema)
except jsonschema.ValidationError as error:
    complaint = error.message
    print(error.json_path, complaint, sep=": ")

# %% environment
ROLES = {"Chief": "chief", "PS": "ps", "Worker": "worker"}
jobs = {
    ROLES[role]: [
        f"{NAME}-{ROLES[role]}-{index}.{NAMESPACE}.svc:2222"
        for index in range(spec["replicas"])
    ]
    for role, spec in manifest["spec"]["tfReplicaSpecs"].items()
}
task = {"type": "worker", "index": 1}
config = {"cluster": jobs, "task": task, "environment": "cloud"}
with mock.patch.dict(os.environ, TF_CONFIG=json.dumps(config)):
    resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
    addresses = resolver.cluster_spec().as_dict()
    place = f"{resolver.task_type} {resolver.task_id}"

for role, names in addresses.items():
    print(f"{role:<7}", *names)
print("this pod:", place)
