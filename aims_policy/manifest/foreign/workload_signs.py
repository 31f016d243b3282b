"""What tells that a Kubernetes object runs a model: data, to which `admission` in ``aims.yaml`` adds."""

from __future__ import annotations

from aims_policy.named_tuple import NamedTuple


class Resource(NamedTuple):
    """A kind that serves models by itself. ``uris``: where it names them (``*`` any one step, ``**`` any number).

    ``runtimes``: what takes a container's arguments and environment, whose image the platform adds. ``paths``: where
    it names a model within a store that other settings choose. ``images``: where an image without a scheme is named.
    """

    group: str
    kind: str
    uris: tuple[str, ...] = ()
    runtimes: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    images: tuple[str, ...] = ()


class Signs(NamedTuple):
    """What tells that an object runs a model. Patterns of images are globs on the name without tag and digest."""

    resources: tuple[Resource, ...]
    ignored_kinds: tuple[str, ...]
    env: tuple[str, ...]
    flags: tuple[str, ...]
    verbs: tuple[str, ...]
    schemes: tuple[str, ...]
    images: tuple[str, ...]
    ignored_images: tuple[str, ...]


DEFAULT = Signs(
    resources=(
        Resource(
            "serving.kserve.io",
            "InferenceService",
            uris=("spec.**.storageUri", "spec.**.storageUris.*.uri"),
            runtimes=("spec.predictor.*",),
            paths=("spec.**.storage.path",),
        ),
        Resource("serving.kubeflow.org", "InferenceService", ("spec.**.storageUri",)),
        Resource("serving.kserve.io", "TrainedModel", ("spec.model.storageUri",)),
        Resource("serving.kserve.io", "Predictor", paths=("spec.path", "spec.storage.path")),
        Resource(
            "serving.kserve.io", "LLMInferenceService", ("spec.model.uri", "spec.model.lora.adapters.*.uri")
        ),
        Resource("machinelearning.seldon.io", "SeldonDeployment", ("spec.predictors.*.graph.**.modelUri",)),
        Resource("mlops.seldon.io", "Model", ("spec.storageUri",)),
        Resource("kubeai.org", "Model", ("spec.url", "spec.adapters.*.url")),
        Resource("apps.nvidia.com", "NIMService", images=("spec.image.repository",)),
        Resource("kaito.sh", "Workspace", ("inference.preset.name",)),
    ),
    # They describe how a model would be run, or pass requests on, and run none.
    ignored_kinds=(
        "ServingRuntime.serving.kserve.io",
        "ClusterServingRuntime.serving.kserve.io",
        "ClusterStorageContainer.serving.kserve.io",
        "InferenceGraph.serving.kserve.io",
        "LLMInferenceServiceConfig.serving.kserve.io",
        "Server.mlops.seldon.io",
        "ServerConfig.mlops.seldon.io",
    ),
    env=(
        "MODEL_URI", "MODEL_ID", "MODEL_PATH", "MODEL_DIR", "MODEL_REPO", "MODEL_REPOSITORY", "MODEL_STORE",
        "MODEL_BASE_PATH", "MODEL_NAME_OR_PATH", "MODEL_ARTIFACT_URI", "MODEL_URL", "STORAGE_URI", "HF_MODEL_ID",
        "HF_MODEL_NAME", "HF_MODEL_PATH", "HF_REPO_ID", "MLFLOW_MODEL_URI", "PREDICTIVE_UNIT_MODEL_URI",
        "MLSERVER_MODEL_URI", "TRITON_MODEL_REPOSITORY", "VLLM_MODEL", "OLLAMA_MODEL", "NIM_MODEL_NAME",
        "AIP_STORAGE_URI", "LLAMA_ARG_MODEL", "LLAMA_ARG_HF_REPO",
    ),
    flags=(
        "--model", "--model-id", "--model_id", "--model-uri", "--model_uri", "--model-path", "--model_path",
        "--model-dir", "--model_dir", "--model-url", "--model-name-or-path", "--model_name_or_path",
        "--model-repository", "--model_repository", "--model-store", "--model_base_path", "--model_config_file",
        "--storage-uri", "--hf-repo", "-hf", "--hf-model-id", "--base-model", "--lora-modules",
    ),
    verbs=("vllm serve", "ollama run", "ollama pull", "mlflow models serve", "mlserver start"),
    schemes=("hf", "huggingface", "ollama", "models", "runs", "mlflow-artifacts", "ngc", "modelscope", "pvc"),
    images=(
        "*vllm/vllm-*", "*vllm-openai*", "*/tritonserver*", "*text-generation-inference*",
        "*text-embeddings-inference*", "*kserve/*server", "*kserve/storage-initializer", "*torchserve*",
        "*tensorflow/serving*", "*ollama/ollama*", "*seldonio/*mlserver*", "*seldonio/*server*", "*llama.cpp*",
        "*lmsysorg/sglang*", "*openvino/model_server*", "*openmodelserver*", "nvcr.io/nim/*", "*localai/localai*",
        "*openmmlab/lmdeploy*", "*djl-serving*", "*rayproject/ray-llm*",
        "*ai-dynamo/*-runtime*", "*huggingface-pytorch-inference*",
    ),
    ignored_images=(),
)  # fmt: skip
