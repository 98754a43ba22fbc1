"""The words that the scripts of forms show. What a script says is translated here, like every other text."""

from __future__ import annotations

from django.utils.translation import gettext as _


def sheet_words() -> dict[str, str]:
    """What a form shows beside its own questions."""
    return {
        "required": _("required"),
        "choose": _("Choose"),
        "other": _("Other"),
        "yes": _("Yes"),
        "no": _("No"),
        "add": _("Add one more"),
        "remove": _("Remove"),
        "take_position": _("Take the position"),
        "position_refused": _(
            "The position could not be taken: allow it in the browser, or step outside and try again."
        ),
        "take_photograph": _("Take or choose a photograph"),
        "photograph_help": _(
            "Photographs are made smaller before they are sent; what the camera wrote into them is left out."
        ),
        "photograph_not_read": _("This file is no photograph that can be read."),
        "finding": _("To be put right within {days} days"),
        "severity_minor": _("minor"),
        "severity_major": _("major"),
        "severity_serious": _("serious"),
        "faults": _("{count} answers need attention"),
        "no_faults": _("Everything asked is answered."),
    }


def work_words() -> dict[str, str]:
    """What the page of one's own checklists says, also without a network."""
    return sheet_words() | {
        "loading": _("Opening what is kept on this device…"),
        "nobody": _(
            "Nobody is signed in on this device. Sign in while there is a network; then this page works without."
        ),
        "no_storage": _(
            "This browser keeps nothing on the device (private window?). Fill checklists while you are online."
        ),
        "online": _("Connected"),
        "offline": _("No network. What you fill is kept on this device and sent later."),
        "signed_out": _("You are signed out. Everything is kept; sign in to send."),
        "sign_in": _("Sign in"),
        "other_account": _("Another account is signed in now. The answers of the first one wait for that account."),
        "unsent": _("{count} not yet sent"),
        "all_sent": _("Everything is sent"),
        "fetched": _("Checklists fetched at {time}"),
        "never_fetched": _("No checklists were fetched yet"),
        "more": _("{count} more are waiting; they are fetched when these are done."),
        "refresh": _("Fetch checklists"),
        "send_now": _("Send now"),
        "to_fill": _("To be filled"),
        "none_to_fill": _("Nothing is to be filled."),
        "begun": _("begun"),
        "due": _("due {day}"),
        "late": _("late"),
        "sent_and_waiting": _("Filled"),
        "on_device": _("on this device"),
        "sending": _("sending"),
        "received": _("received at {time}"),
        "refused": _("refused: {why}"),
        "conflict": _("received at {time}; another answer was there already, somebody will decide"),
        "waiting_until": _("next try at {time}"),
        "back": _("Back to the list"),
        "finish": _("Finish and send"),
        "finished": _("Kept. It is sent as soon as there is a network."),
        "kept": _("Kept on this device"),
        "mend": _("Open again"),
        "discard": _("Throw away"),
        "discard_sure": _("What was filled in here and its photographs are lost. Throw them away?"),
        "no_longer_asked": _("Begun, but no longer asked for"),
        "storage_full": _(
            "The device's storage is full: send what waits or free some space. The last change was not kept."
        ),
        "clear": _("Sign out and clear this device"),
        "clear_unsent": _(
            "{count} answers are not yet sent. They stay on this device until you sign in here again. Sign out?"
        ),
        "clear_sure": _("Sign out and remove the checklists from this device?"),
        "clock": _("The clock of this device is {minutes} minutes off."),
        "new_version": _("A new version of this page is ready."),
        "reload": _("Load it"),
    }
