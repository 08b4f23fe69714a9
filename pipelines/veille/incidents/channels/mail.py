"""E-mail. Everything about one incident is one thread; a repeated message has the same Message-ID."""

import hashlib
import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP

from veille import config
from veille.incidents.channels.base import EVERYTHING, DeliveryRefusedError, UndeliveredError
from veille.incidents.channels.message import Kind, Message, headline, lines

_MARKS = {"critical": "[critical] ", "error": "[error] ", "warning": "[warning] ", "info": ""}


class EmailChannel:
    tells: frozenset[Kind] = EVERYTHING - {"acknowledge"}
    resend_seconds: float | None = None
    remembers = False
    groups = False

    def __init__(self, settings: config.Email, timeout: float) -> None:
        self._settings = settings
        self._timeout = timeout

    def send(self, message: Message) -> str | None:
        mail = self._mail(message)
        try:
            smtp = self._connected()
        except smtplib.SMTPResponseException as error:
            raise _sorted(error) from None
        except (OSError, smtplib.SMTPException) as error:
            raise UndeliveredError(f"cannot be reached ({type(error).__name__})", maybe_delivered=False) from None
        try:
            refused = smtp.send_message(mail)
        except smtplib.SMTPRecipientsRefused:
            raise DeliveryRefusedError("no recipient was accepted") from None
        except smtplib.SMTPResponseException as error:
            raise _sorted(error) from None
        except (OSError, smtplib.SMTPException) as error:
            raise UndeliveredError(f"broke off ({type(error).__name__})", maybe_delivered=True) from None
        finally:
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit()
        return str(mail["Message-ID"]) + (f" ({len(refused)} recipients refused)" if refused else "")

    def close(self) -> None:
        pass

    def _connected(self) -> smtplib.SMTP:
        wanted, trust = self._settings, ssl.create_default_context(cafile=self._settings.ca_file)
        if wanted.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(wanted.host, wanted.port, timeout=self._timeout, context=trust)
        else:
            smtp = smtplib.SMTP(wanted.host, wanted.port, timeout=self._timeout)
        try:
            if wanted.security == "starttls":
                smtp.starttls(context=trust)
            if wanted.username and wanted.password:
                smtp.login(wanted.username, wanted.password.get_secret_value())
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        domain = self._settings.sender.rpartition("@")[2].rstrip(">") or "veille.invalid"
        mail["From"] = self._settings.sender
        mail["To"] = ", ".join(self._settings.recipients)
        mail["Subject"] = _MARKS[message.severity] + headline(message)
        mail["Message-ID"] = f"<{_digest(message.intent_id)}@{domain}>"
        mail["References"] = f"<{_digest(message.key)}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Veille-Key"] = message.key
        mail.set_content("\n".join(lines(message)) + "\n")
        return mail


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _sorted(error: smtplib.SMTPResponseException) -> Exception:
    """4xx passes, 5xx does not (RFC 5321 §4.2.1)."""
    if 400 <= error.smtp_code < 500:
        return UndeliveredError(f"answered {error.smtp_code}", maybe_delivered=False)
    return DeliveryRefusedError(f"refused with {error.smtp_code}")
