"""Sends messages as mail to a gateway that turns them into text messages, over SMTP.

MESSAGES_MAIL_TO is the gateway's address with {phone} in it, e.g. "{phone}@sms.example.org".
"""

from __future__ import annotations

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from yigongti.kernel.messages.senders.contract import NotSent, Outgoing, Sender


class MailSender(Sender):
    """One mail for each message; its Message-ID carries the message's number, the same at every attempt."""

    name = "smtp"

    def send(self, outgoing: Outgoing) -> str:
        reference = f"<yigongti-{outgoing.number}@{settings.MESSAGES_MAIL_FROM.rpartition('@')[2] or 'localhost'}>"
        mail = EmailMessage(
            subject=str(outgoing.number),
            body=outgoing.text,
            from_email=settings.MESSAGES_MAIL_FROM,
            to=[settings.MESSAGES_MAIL_TO.format(phone=outgoing.phone)],
            headers={"Message-ID": reference},
            connection=get_connection("django.core.mail.backends.smtp.EmailBackend", timeout=20),
        )
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            raise _refused(temporary=all(code < 500 for code, _said in error.recipients.values())) from error
        except smtplib.SMTPResponseException as error:
            raise _refused(temporary=error.smtp_code < 500) from error
        except (smtplib.SMTPException, OSError) as error:
            raise _refused(temporary=True) from error
        return reference


def _refused(*, temporary: bool) -> NotSent:
    return NotSent(
        "messages.mail_refused",
        zh="短信网关的邮件服务器没有接收消息",
        en="the mail server of the message gateway did not take the message",
        temporary=temporary,
    )
