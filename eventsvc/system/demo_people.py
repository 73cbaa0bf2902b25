"""Invented people for the demo: always the same, with addresses and numbers that reach nobody."""

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from eventsvc import text

SEED = 2023

FAMILIES = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Đinh",
    "Trương", "Lương", "Tạ", "Cao", "Phan", "Tô",
)  # fmt: skip
MIDDLES = {
    "Ông": ("Văn", "Quốc", "Minh", "Đình", "Hữu", "Xuân", "Thanh", "Công", "Ngọc", "Bá"),
    "Bà": ("Thị", "Thị Kim", "Thị Thu", "Ngọc", "Thị Mỹ", "Thị Hồng", "Thị Bích", "Thanh"),
}
GIVEN = {
    "Ông": ("An", "Bình", "Châu", "Dũng", "Đạt", "Giang", "Hải", "Hòa", "Khánh", "Lâm", "Long", "Nam", "Ấn",
            "Phúc", "Quang", "Sơn", "Tâm", "Thịnh", "Trung", "Tuấn", "Ẩn", "Vinh", "Vũ", "Đức"),
    "Bà": ("Ân", "Anh", "Chi", "Dung", "Diễm", "Hà", "Hạnh", "Hoa", "Hương", "Lan", "Lệ", "Liên", "Mai", "Nga",
           "Ngọc", "Nguyệt", "Oanh", "Phương", "Thảo", "Thủy", "Trang", "Tuyết", "Vân", "Yến"),
}  # fmt: skip


class Post(NamedTuple):
    """A position in an organization, and how many hold it."""

    position: str
    organization: str
    count: int


def people(posts: list[Post], *, domain: str, random: Random) -> Iterator[dict[str, Any]]:
    """The details of people who hold the posts. About one in twelve has no e-mail address."""
    for post in posts:
        for _number in range(post.count):
            yield _person(post, domain, random)


def _person(post: Post, domain: str, random: Random) -> dict[str, Any]:
    honorific = random.choice(("Ông", "Ông", "Bà"))
    family = random.choice(FAMILIES)
    middle, given = random.choice(MIDDLES[honorific]), random.choice(GIVEN[honorific])
    number = random.randrange(10**7)
    mailbox = f"{text.slugify(given)}{text.slugify(family)[0]}{number:07d}@{domain}.example.vn"
    return {
        "honorific": honorific,
        "full_name": f"{family} {middle} {given}",
        "position": post.position,
        "organization_name": post.organization,
        "phones": [f"+8450{number:07d}"],
        "emails": [] if random.random() < 1 / 12 else [mailbox],
    }
