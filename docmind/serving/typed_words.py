"""What a user adds to the server's command, split as a shell would; some of it docmind refuses.

vLLM takes the beginning of a flag for the flag, an underscore for a hyphen, and `--flag.key` for a
key of a flag's table: what is refused is refused in all these spellings.
"""

from __future__ import annotations

import shlex

from docmind.errors import ConfigError
from docmind.settings import ServerSettings

_SHORTEST = len("--h")
_REFUSED = {
    "--host": "docmind never opens a server to other machines.",
    "--port": "Set port in [server] instead.",
    "--uds": "Set port = 0 in [server] for a Unix socket.",
    "--api-key": "Every user of this machine could read it; docmind hands it over unseen.",
    "--config": "Write its contents into extra_arguments instead.",
    "--model": "Set model in [server] instead.",
    "--served-model-name": "docmind names the model.",
    "--max-model-len": "Set window_tokens in [server] instead.",
    "--hf-overrides": "Set profile and window_tokens in [server] instead.",
    "-tp": "Set tensor_parallel in [server] instead.",
    "--tensor-parallel-size": "Set tensor_parallel in [server] instead.",
}


def typed_words(key: str, settings: ServerSettings) -> list[str]:
    """The words of a setting of [server]. Raises ConfigError for what docmind has to decide."""
    text = str(getattr(settings, key))
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ConfigError(f"server.{key} cannot be split into words: {error}.") from error
    if text and not words:
        raise ConfigError(f"server.{key} has no words in it.")
    for word in words:
        name = word.partition("=")[0].partition(".")[0].replace("_", "-")
        for refused, instead in _REFUSED.items():
            if name == refused or (len(name) > _SHORTEST and refused.startswith(name)):
                raise ConfigError(f"server.{key} must not have {word}.", instead)
    return words
