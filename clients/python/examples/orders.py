#!/usr/bin/env python3
"""Publishes the cancellation of order 17 before the order, and doubled.

usage: orders.py URL"""

import sys

from sluice import Client, Event


def order_event(type_: str, order: str, number: int, amount: int) -> Event:
    return Event(id=f"{order}.{number}", source="/orders", type=type_, subject=order, data={"amount": amount},
                 extensions={"sourcesequence": str(number)})


with Client(sys.argv[1]) as client:
    early = order_event("order.cancelled", "17", 2, 4200)
    client.publish(early, early)
    client.publish(order_event("order.placed", "17", 1, 4200), order_event("order.placed", "18", 1, 1999))
