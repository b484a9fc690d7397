"""The door for people: pages for officer, prosecutor, judge, enforcing authority, provider, custodian, and the public log.

Every page works without a script, except the touch of a security key, which browsers offer to scripts only.
"""
