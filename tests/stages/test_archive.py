from __future__ import annotations

from cleaners import clean_text
from cleaners.document import Document
from cleaners.ledger import Capture, Removal, Split
from cleaners.stages import archive, footers, teasers

STORY = "The minister said on Monday that the talks about the new railway line would go on for another week."
FOOTER = "Author: Jane Doe | Date: 14 July 2020 | Permalink"


def found(*lines: str) -> list[Split | Capture]:
    doc = Document.of("\n".join(lines), language="en")
    for stage in (teasers, footers):
        doc = doc.without(f for f in stage.find(doc) if isinstance(f, Removal))
    return list(archive.find(doc))


def test_no_lines_no_stories() -> None:
    assert not found("")
    assert not found(FOOTER)


def test_one_footer_parts_nothing() -> None:
    assert not found("Talks go on for a week", STORY, FOOTER, "Where the line will run", STORY)


def test_a_footer_without_a_title_below_it_parts_nothing() -> None:
    assert not found("Talks go on for a week", STORY, FOOTER, STORY, FOOTER)


def test_a_split_stands_at_the_title() -> None:
    lines = ("Talks go on for a week", STORY, FOOTER, "Trains stop for a tree", STORY, FOOTER)
    (split,) = found(*lines)
    assert split == Split("AR001", "\n".join(lines).index("Trains stop"))


def test_a_list_may_end_a_story_above_a_footer() -> None:
    lines = ("Talks go on for a week", STORY, "North quay", FOOTER, "Trains stop for a tree", STORY, FOOTER)
    (split,) = found(*lines)
    assert split == Split("AR001", "\n".join(lines).index("Trains stop"))


def test_a_story_may_begin_with_a_schedule_where_the_layout_is_known() -> None:
    schedule = ("Ferries in July", *(f"July {day} – North quay" for day in range(1, 9)))
    stories = (("Talks go on for a week", STORY), ("Trains stop for a tree", STORY), schedule, ("The line will run", STORY))
    lines = [line for story in stories for line in (*story, FOOTER)]
    assert [split.start for split in found(*lines)] == ["\n".join(lines).index(title) for title, *_ in stories[1:]]


def test_two_stories_below_their_days() -> None:
    stories = [
        ("Talks go on for a week", f"{STORY}\n{STORY[:-5]}s."),
        ("Trains stop for a tree", f"{STORY}\n{STORY[:-5]}."),
    ]
    lines = [
        line
        for title, story in stories
        for line in ("July 14, 2020", title, *story.splitlines(), "Filed under: News | 3 Comments")
    ]
    assert [article.title for article in clean_text("\n".join(lines)).articles] == [title for title, _ in stories]


def test_in_a_place_is_no_label_between_stories() -> None:
    story = "\n".join(
        [STORY, STORY.replace("Monday", "Tuesday"), "In this valley", STORY.replace("Monday", "Friday"), STORY[:-5] + "."]
    )
    text = "\n".join(f"{title}\n{story}\n{FOOTER}" for title in ("Talks go on for a week", "Trains stop for a tree"))
    assert clean_text(text).body.count("In this valley") == 2


def test_an_agenda_keeps_its_days() -> None:
    fair = "North quay\nA fair for all who build and mend boats, with music in the evening."
    days = "\n".join(f"July {day}, 2026\nFair of the islands\n{fair}" for day in range(1, 9))
    assert clean_text(f"{STORY}\n{days}").body.count("2026") == 8


def test_rows_of_signs_part_stories_where_stories_begin() -> None:
    lines = ("Talks go on for a week", STORY, FOOTER, "***", "Trains stop for a tree", STORY, FOOTER, "* * *", "***")
    parted = [each for each in found(*lines) if isinstance(each, Removal)]
    assert [(each.rule, each.text) for each in parted] == [("AR003", "***"), ("AR003", "* * *"), ("AR003", "***")]
    inside = ("Talks go on for a week", STORY, "***", STORY, FOOTER, "Trains stop for a tree", STORY, FOOTER)
    assert not [each for each in found(*inside) if isinstance(each, Removal)]
