"""Towns of made-up stories that differ by the town alone."""

TOWNS = (
    "Northport",
    "Eastham",
    "Westfield",
    "Southwick",
    "Ashford",
    "Millbrook",
    "Stonebridge",
    "Oakdale",
    "Redcliff",
    "Fairview",
)
