"""What a gateway for text messages must do: the contract that a county's own class keeps. There is no real one here.

A county buys text messages from an operator or a platform of the province; each has its own protocol. The installation
brings a class, names it in YIGONGTI_MESSAGES, and keeps to this:

* `deliver` hands over one text to one mobile number of mainland China (11 digits beginning with 1) or says why not.
* Gateways send only texts whose template was approved beforehand, under a signature such as 【示范县医共体】. The kind
  of the message (policy/messages) is the key under which the installation keeps the gateway's template number; the
  words in policy/messages must be those that were approved.
* A text longer than 70 characters goes out in parts of 67 and is paid for by part; `parts` counts them.
* The gateway's idempotency key, where it has one, is the message's number: a repeated attempt must not send twice.
* Refusals that will not change (wrong number, number on the refusal list, template not approved) are NotSent with
  temporary=False; busy, time-outs and exhausted quota are temporary=True and are tried again with growing pauses.
* Keys of the gateway come from the environment, and neither text nor number is written into a log.
"""

from __future__ import annotations

import re
from abc import abstractmethod

from yigongti.kernel.messages.senders.contract import NotSent, Outgoing, Sender

MOBILE = re.compile(r"1\d{10}")
ONE_PART, EACH_OF_SEVERAL = 70, 67


def parts(text: str) -> int:
    """How many text messages a text is paid as."""
    return 1 if len(text) <= ONE_PART else -(-len(text) // EACH_OF_SEVERAL)


class TextMessageSender(Sender):
    """The base of a gateway's class: checks the number, leaves the rest to `deliver`."""

    name = "text_message"

    def send(self, outgoing: Outgoing) -> str:
        if not MOBILE.fullmatch(outgoing.phone):
            raise NotSent(
                "messages.not_a_mobile",
                zh="登记的号码不是手机号，收不到短信",
                en="the registered telephone is no mobile and gets no text messages",
                temporary=False,
            )
        return self.deliver(outgoing)

    @abstractmethod
    def deliver(self, outgoing: Outgoing) -> str:
        """Hand the text to the gateway; the gateway's number of it. Raises NotSent."""
