"""One call as others would make it: as JSON, as a `tccli` command, and as Python for the vendor's SDK.

Secrets are names of environment variables: a masked request goes in, so that none can come out.
"""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from recordings.trro.requests import MASK

VERSION = "2022-03-25"
ANY_REGION = "ap-guangzhou"
"""For tccli, which insists on a region; TRRO takes any."""

VARIABLES = {
    "AccessKey": "STORAGE_ACCESS_KEY",
    "SecretKey": "STORAGE_SECRET_KEY",
    "SignKey": "CALLBACK_SIGN_KEY",
}
"""The environment variable that stands for each secret parameter."""

_PLAIN_WORD = re.compile(r"[A-Za-z0-9_./:=@%+,-]+")


def as_json(parameters: Mapping[str, Any]) -> str:
    """The body of the request, each secret as `$VARIABLE`."""
    return json.dumps(_with_variables(parameters), ensure_ascii=False, indent=2)


def as_tccli(action: str, parameters: Mapping[str, Any], *, endpoint: str, region: str) -> str:
    """A command line for a POSIX shell. tccli reads the API key from TENCENTCLOUD_SECRET_ID and …_SECRET_KEY.

    It speaks https only. A value is joined to its option, since a TaskId may begin with `-`. A list cannot be joined
    to its option item by item, so one with such an item goes in its object's JSON. Source: tccli 3.1.189.
    """
    _scheme, host = _split(endpoint)
    words = [f"tccli trro {action}", f"--version {VERSION}", f"--region {shlex.quote(region or ANY_REGION)}"]
    words.append(f"--endpoint {shlex.quote(host)}")
    words += _objects(parameters) if _has_dashed_items(parameters) else ["--cli-unfold-argument", *_options(parameters)]
    return " \\\n  ".join(words)


def as_python(action: str, parameters: Mapping[str, Any], *, endpoint: str, region: str) -> str:
    """A program that needs nothing but the package tencentcloud-sdk-python-trro and the variables it names."""
    scheme, host = _split(endpoint)
    protocol = "" if scheme == "https" else f"protocol={scheme!r}, "
    return f"""\
import json
import os

from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.trro.v20220325 import models, trro_client

credential = Credential(os.environ["TENCENTCLOUD_SECRET_ID"], os.environ["TENCENTCLOUD_SECRET_KEY"])
profile = ClientProfile(httpProfile=HttpProfile({protocol}endpoint={host!r}))
client = trro_client.TrroClient(credential, {region!r}, profile)

request = models.{action}Request()
request.from_json_string(json.dumps({_literal(parameters)}))
print(client.{action}(request).to_json_string(indent=2))
"""


def _split(endpoint: str) -> tuple[str, str]:
    scheme, found, host = endpoint.rpartition("://")
    return (scheme, host) if found else ("https", endpoint)


def _with_variables(value: Any, name: str = "") -> Any:
    if isinstance(value, Mapping):
        return {key: _with_variables(each, key) for key, each in value.items()}
    return f"${VARIABLES[name]}" if value == MASK and name in VARIABLES else value


def _options(parameters: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """`--Name=value` for each, objects unfolded with dots, the items of a list numbered."""
    for name, value in parameters.items():
        option = f"--{prefix}{name}"
        if isinstance(value, Mapping):
            yield from _options(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            yield f"{option} {' '.join(map(shlex.quote, map(str, value)))}" if value else f"{option}"
        elif value == MASK and name in VARIABLES:
            yield f'{option}="${VARIABLES[name]}"'
        else:
            yield f"{option}={_quoted(str(value))}"


def _has_dashed_items(parameters: Mapping[str, Any]) -> bool:
    """Whether a list has an item that tccli would take for an option."""
    lists = [value for value in parameters.values() if isinstance(value, list)]
    inner = (value for value in parameters.values() if isinstance(value, Mapping))
    dashed = any(str(item).startswith("-") for each in lists for item in each)
    return dashed or any(map(_has_dashed_items, inner))


def _objects(parameters: Mapping[str, Any]) -> Iterator[str]:
    """`--Name=value` for each, objects as JSON between double quotes, in which the shell fills in the secrets."""
    for name, value in parameters.items():
        if not isinstance(value, Mapping):
            yield from _options({name: value})
            continue
        text = json.dumps(_with_variables(value), ensure_ascii=False)
        quoted = re.sub(r'([\\"$`])', r"\\\1", text)
        for variable in VARIABLES.values():
            quoted = quoted.replace(f'\\"\\${variable}\\"', f'\\"${variable}\\"')
        yield f'--{name}="{quoted}"'


def _quoted(text: str) -> str:
    return text if _PLAIN_WORD.fullmatch(text) else shlex.quote(text)


def _literal(value: Any, name: str = "", depth: int = 0) -> str:
    """A Python expression of the value; objects one parameter a line."""
    if isinstance(value, Mapping):
        inner = "    " * (depth + 1)
        lines = [f"{inner}{key!r}: {_literal(each, key, depth + 1)},\n" for key, each in value.items()]
        return "{\n" + "".join(lines) + "    " * depth + "}"
    return f'os.environ["{VARIABLES[name]}"]' if value == MASK and name in VARIABLES else repr(value)
