"""Sites of documents: what the source, the address or the name of a document says about where it was published."""

from __future__ import annotations

from cleaners.text.addresses import site_of
from flows.sources import Found


def address(document: Found) -> str | None:
    """Return the address where a document was published, or at least its site's.

    Args:
        document: The document.

    Returns:
        The address that the source gives, else one that follows from the document's name, else None.
    """
    return document.url or site_address(document.name)


def site_name(document: Found) -> str:
    """Return the name of a document's site for documents without an address.

    Args:
        document: The document.

    Returns:
        The name that the source gives, else the folder or file that the document is in; empty means the whole source. What is
        not valid Unicode, such as bytes of a folder's name that are no UTF-8, is spelled as an escape.

    >>> site_name(Found("rows.jsonl/17", "rows.jsonl", 9, "text", row=17))
    'rows.jsonl'
    >>> site_name(Found("caf\\udce9/1.txt", "caf\\udce9/1.txt", 9, "text"))
    'caf\\\\udce9'
    """
    name = document.site or document.name.rpartition("/")[0]
    return name.encode("utf-8", "backslashreplace").decode()


def site_address(name: str) -> str | None:
    """Return the address of a site where a document lies in a folder that is named after it, as mirroring tools do it.

    Args:
        name: The document's name, a path.

    Returns:
        The address, or None if no folder is named like a host.

    >>> site_address("www.example.com/2020/story.txt"), site_address("archive.old/story.txt")
    ('https://www.example.com/', None)
    """
    folders = name.split("/")[:-1]
    addresses = (f"https://{folder}/" for folder in folders if "." in folder)
    return next((address for address in addresses if site_of(address)), None)
