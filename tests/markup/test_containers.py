"""The elements of a page as vectors: what a walk from each block upwards gives."""

import numpy as np

from cleaners.markup.blocks import Scope
from cleaners.markup.containers import Elements, class_path, nearby_marks
from cleaners.markup.segmenter import read_page

PAGE = """<html><body><nav class=menu><ul><li><a href=/>Home</a><li>News</ul></nav><main><div class=wrap><article class=story>
<h1>Ferry back on time</h1><div class="text"><p>One.<p>Two.<aside class=box><p>Three.</aside></div></article></div></main>
<footer>Four.</footer></body></html>"""


def test_vectors_say_what_a_walk_upwards_says() -> None:
    page = read_page(PAGE)
    elements = Elements(page)
    paths = [elements.of_blocks]
    for _ in range(3):
        paths.append(elements.parents[paths[-1]])
    names = {int(number): scope.key for number, scope in zip(elements.keys, page.scopes, strict=False)}
    chains = [tuple(names.get(int(key), "") for key in chain) for chain in elements.keys[np.array(paths)].T]
    assert chains == [class_path(block.scope) for block in page.blocks]
    own = np.array([block.marks for block in page.blocks])
    assert (own | elements.near[elements.of_blocks]).tolist() == [nearby_marks(block) for block in page.blocks]


def test_the_next_larger_element_and_the_region() -> None:
    page = read_page(PAGE)
    elements = Elements(page)

    def outer(scope: Scope) -> Scope:
        while scope.parent and scope.parent.end - scope.parent.start == scope.end - scope.start:
            scope = scope.parent
        return scope.parent or scope

    for at, block in enumerate(page.blocks):
        number = elements.of_blocks[at]
        assert page.scopes[number] is block.scope
        assert page.scopes[elements.larger[number]] is outer(block.scope)
    regions = {block.text: page.scopes[elements.regions[elements.of_blocks[at]]].tag for at, block in enumerate(page.blocks)}
    expected = {"Home": "nav", "Ferry back on time": "article", "Two.": "article", "Three.": "aside", "Four.": "footer"}
    assert regions.items() >= expected.items()


def test_a_page_without_blocks_has_elements() -> None:
    elements = Elements(read_page("<div></div>"))
    assert len(elements.of_blocks) == 0
    assert len(elements.keys) == len(elements.parents) == 2  # the root and none
