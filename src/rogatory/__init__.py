"""Rogatory carries a request for electronic evidence across a border, and makes each safeguard a step."""
