"""Certificates of a test's own API server, made with the `openssl` command."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
_VALID_DAYS = "2"


class CertificateError(RuntimeError):
    """`openssl` is missing or refused; the message says which."""


@dataclass(frozen=True, slots=True)
class Certificates:
    """A CA, a server certificate for 127.0.0.1 and a client certificate of `system:masters`, as PEM files."""

    folder: Path

    @property
    def ca(self) -> Path:
        """The authority that signed both."""
        return self.folder / "ca.crt"

    def certificate(self, name: str) -> Path:
        """`name` is `server` or `admin`."""
        return self.folder / f"{name}.crt"

    def key(self, name: str) -> Path:
        """The private key of `certificate(name)`, PKCS #8."""
        return self.folder / f"{name}.key"

    @classmethod
    def create(cls, folder: Path) -> Certificates:
        """Make all three in `folder`, which must exist; raises CertificateError."""
        made = cls(folder)
        made._sign("ca", "/CN=obs-test-ca", "basicConstraints=critical,CA:TRUE", own=True)
        made._sign("server", "/CN=kube-apiserver", "subjectAltName=IP:127.0.0.1,DNS:localhost")
        made._sign("admin", "/O=system:masters/CN=admin", "extendedKeyUsage=clientAuth")
        return made

    def _sign(self, name: str, subject: str, extension: str, *, own: bool = False) -> None:
        openssl = shutil.which("openssl")
        if openssl is None:
            raise CertificateError("openssl is not on PATH: install it (Debian: apt-get install openssl)")
        output = ("-keyout", str(self.key(name)), "-out", str(self.certificate(name)))
        parent: tuple[str, ...] = ()
        if not own:
            parent = ("-CA", str(self.ca), "-CAkey", str(self.key("ca")))
            # `req -x509` marks every certificate as an authority unless told.
            parent += ("-addext", "basicConstraints=critical,CA:FALSE")
        done = subprocess.run(
            [
                *(openssl, "req", "-x509", *_NEW_KEY, "-days", _VALID_DAYS, "-subj", subject),
                *("-addext", extension, *parent, *output),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CertificateError(f"openssl 3 is needed: {done.stderr.strip()}")
