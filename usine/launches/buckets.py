"""Where releases lie beyond this machine: a bucket of an S3-compatible service, or nowhere (the folder is all).

A bucket knows files by their path and nothing of what they mean; `store` puts what makes a release whole last.
"""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from django.conf import settings

from usine.commons.errors import UsineError

Answer = TypeVar("Answer")
AT_ONCE = 1000
"""So many names are removed by one request (the most that S3 takes)."""
ATTEMPTS = 4


class BucketRefused(UsineError):
    """The bucket does not answer, or refuses."""

    code = "bucket_refused"
    http_status = 503


@dataclass(frozen=True, slots=True)
class Held:
    """A file as a bucket lists it."""

    size: int  # bytes
    at: datetime  # when it was put there last


class Bucket(Protocol):
    """Files by their path. Every method raises BucketRefused."""

    def put(self, path: str, content: bytes) -> None:
        """Keep a file, whole or not at all; once this returns it is there for everybody."""

    def get(self, path: str) -> bytes | None:
        """A file; None where there is none."""

    def has(self, path: str) -> bool:
        """Whether there is such a file."""

    def list_below(self, folder: str) -> dict[str, Held]:
        """All files below a folder by their paths."""

    def list_folders(self, folder: str) -> set[str]:
        """The names of the folders that lie in a folder."""

    def remove(self, paths: Iterable[str]) -> None:
        """Forget files; those that are not there are passed over."""


def get_bucket() -> Bucket | None:
    """The bucket that the setting RELEASES names (s3://bucket/prefix); None: releases lie in the folder alone.

    Raises BucketRefused for another address, or when the client for S3 is not installed.
    """
    return _open(settings.RELEASES, settings.S3_ENDPOINT, os.getpid()) if settings.RELEASES else None


@lru_cache(maxsize=8)
def _open(address: str, endpoint: str, _process: int) -> Bucket:
    """One client a process: a connection is not shared across a fork."""
    parts = urlsplit(address)
    if parts.scheme != "s3" or not parts.netloc:
        raise BucketRefused(f"USINE_RELEASES is {address}: write it as s3://bucket or s3://bucket/prefix.")
    prefix = parts.path.strip("/")
    return S3Bucket(parts.netloc, f"{prefix}/" if prefix else "", _make_client(endpoint))


def _make_client(endpoint: str) -> Any:
    """Credentials come from where S3's clients look for them: AWS_ACCESS_KEY_ID and so on, a file, the machine."""
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        raise BucketRefused(
            "The client for S3 is not installed: .venv/bin/pip install --require-hashes -r requirements/s3.txt."
        ) from error
    config = Config(retries={"mode": "standard", "total_max_attempts": ATTEMPTS}, max_pool_connections=16)
    region = os.environ.get("AWS_DEFAULT_REGION", "us-east-1")
    return boto3.client("s3", endpoint_url=endpoint or None, region_name=region, config=config)


@dataclass(frozen=True, slots=True)
class S3Bucket:
    """A bucket of Amazon's S3 or of any service that speaks as it does. Threads may share it."""

    name: str
    prefix: str
    client: Any

    def put(self, path: str, content: bytes) -> None:
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        self._ask(self.client.put_object, Key=self.prefix + path, Body=content, ContentType=kind)

    def get(self, path: str) -> bytes | None:
        found = self._ask(self._read, Key=self.prefix + path)
        return found if isinstance(found, bytes) else None

    def has(self, path: str) -> bool:
        return self._ask(self.client.head_object, Key=self.prefix + path) is not None

    def list_below(self, folder: str) -> dict[str, Held]:
        return {
            row["Key"].removeprefix(self.prefix): Held(row["Size"], row["LastModified"])
            for page in self._list(folder)
            for row in page.get("Contents", ())
        }

    def list_folders(self, folder: str) -> set[str]:
        rows = (row for page in self._list(folder, Delimiter="/") for row in page.get("CommonPrefixes", ()))
        return {row["Prefix"].rstrip("/").rpartition("/")[2] for row in rows}

    def _list(self, folder: str, **asked: str) -> Iterator[Mapping[str, Any]]:
        """The pages of a list."""
        start = f"{self.prefix}{folder.rstrip('/')}/"
        while True:
            page = self._ask(self.client.list_objects_v2, Prefix=start, **asked) or {}
            yield page
            if not page.get("IsTruncated"):
                return
            asked["ContinuationToken"] = page["NextContinuationToken"]

    def remove(self, paths: Iterable[str]) -> None:
        keys = [{"Key": self.prefix + path} for path in paths]
        for first in range(0, len(keys), AT_ONCE):
            doomed = {"Objects": keys[first : first + AT_ONCE], "Quiet": True}
            answer = self._ask(self.client.delete_objects, Delete=doomed) or {}
            if errors := answer.get("Errors"):
                raise BucketRefused(
                    f"The bucket {self.name} keeps {errors[0]['Key']}: {errors[0]['Message']}."
                )

    def _read(self, **asked: str) -> bytes:
        content: bytes = self.client.get_object(**asked)["Body"].read()
        return content

    def _ask(self, request: Callable[..., Answer], **asked: Any) -> Answer | None:
        """The answer; None for a file that is not there."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return request(Bucket=self.name, **asked)
        except ClientError as error:
            told = error.response.get("Error", {})
            if told.get("Code") in ("404", "NoSuchKey", "NotFound"):
                return None
            raise BucketRefused(
                f"The bucket {self.name} refuses: {told.get('Message') or told.get('Code')}. "
                "Look at USINE_RELEASES and at the credentials."
            ) from error
        except BotoCoreError as error:
            raise BucketRefused(
                f"The bucket {self.name} does not answer: {error}. Look at USINE_S3_ENDPOINT and at the network."
            ) from error
