"""Dull messages for the outbox; every field can be given."""

from itertools import count

from eventsvc.deliveries import operations
from eventsvc.deliveries.models import Delivery

_numbers = count(1)


def queued(**changes) -> Delivery:
    number = next(_numbers)
    fields = {
        "intent": f"invitation:{number}:rev1",
        "kind": "invitation",
        "subject_kind": "invitation",
        "subject_id": number,
        "recipient": f"khach{number}@example.vn",
        "recipient_name": "Nguyễn Thị Thủy",
        "subject": "Giấy mời dự Lễ phát động",
        "text_body": "Trân trọng kính mời.",
    }
    return operations.queue(**(fields | changes))
