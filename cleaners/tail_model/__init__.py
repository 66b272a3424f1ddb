"""Whether paragraphs that end in a full sentence belong to another story: the evidence, and the model that weighs it."""
