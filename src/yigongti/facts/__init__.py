"""The store of facts: submissions come in whole or not at all, versions stay, engines read snapshots.

No Django here and no clock: who and when are given by the caller. The door is `yigongti.facts.public`.
"""
