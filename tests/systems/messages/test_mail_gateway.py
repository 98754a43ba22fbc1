"""The mail back end against a real mail server of this machine: what it takes, refuses for now, refuses for good."""

import socketserver
import threading

import pytest

from yigongti.kernel.messages.senders import NotSent, Outgoing
from yigongti.kernel.messages.senders.mail import MailSender
from yigongti.kernel.messages.senders.text_message import TextMessageSender, parts

OUTGOING = Outgoing(number=7, kind="sign_in_code", phone="13800138000", text="验证码 123456", language="zh-hans")


class _Mailbox(socketserver.StreamRequestHandler):
    """As much of SMTP (RFC 5321) as a client needs."""

    def handle(self):
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"RCPT":
                self.wfile.write(self.server.answer_to_recipient + b"\r\n")
            elif verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                content = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    content += part
                self.server.taken.append(content)
                self.wfile.write(b"250 taken\r\n")
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 fine\r\n")


@pytest.fixture
def mail_server(settings):
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Mailbox)
    server.daemon_threads = True
    server.taken, server.answer_to_recipient = [], b"250 fine"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
    settings.MESSAGES_MAIL_TO, settings.MESSAGES_MAIL_FROM = "{phone}@sms.example", "county@example"
    yield server
    server.shutdown()
    server.server_close()


def test_a_message_goes_out_as_mail_to_the_gateway(mail_server):
    from email import message_from_bytes

    receipt = MailSender().send(OUTGOING)
    (taken,) = map(message_from_bytes, mail_server.taken)
    assert taken["To"] == "13800138000@sms.example"
    assert taken["Message-ID"] == receipt
    assert taken.get_payload(decode=True).decode().strip() == "验证码 123456"


@pytest.mark.parametrize(("answer", "temporary"), [(b"451 later", True), (b"550 never", False)])
def test_a_refusal_says_whether_it_will_change(mail_server, answer, temporary):
    mail_server.answer_to_recipient = answer
    with pytest.raises(NotSent) as refused:
        MailSender().send(OUTGOING)
    assert refused.value.temporary is temporary


def test_a_server_that_is_away_is_tried_again(mail_server):
    mail_server.shutdown()
    mail_server.server_close()
    with pytest.raises(NotSent) as refused:
        MailSender().send(OUTGOING)
    assert refused.value.temporary


class _Gateway(TextMessageSender):
    def deliver(self, outgoing):
        return f"taken {outgoing.number}"


def test_a_gateway_gets_mobile_numbers_only():
    assert _Gateway().send(OUTGOING) == "taken 7"
    with pytest.raises(NotSent) as refused:
        _Gateway().send(Outgoing(8, "sign_in_code", "04510000000", "x", "zh-hans"))
    assert not refused.value.temporary


@pytest.mark.parametrize(("length", "paid"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3)])
def test_a_long_text_is_paid_in_parts(length, paid):
    assert parts("字" * length) == paid
