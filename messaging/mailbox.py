"""Where mail goes without a mail server: one .eml file each, which any mail program opens."""

from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend as OneFilePerRun
from django.utils import timezone


class EmailBackend(OneFilePerRun):
    """Writes each mail to a file of its own under EMAIL_FILE_PATH."""

    def open(self) -> bool:
        """Nothing to open."""
        return False

    def close(self) -> None:
        """Nothing to close."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """One file per mail, named by time so that a folder sorts itself."""
        for email in email_messages:
            name = f"{timezone.now():%Y%m%d-%H%M%S-%f}-{uuid4().hex[:6]}.eml"
            Path(self.file_path, name).write_bytes(email.message().as_bytes())
        return len(email_messages)
