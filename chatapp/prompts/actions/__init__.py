"""The verbs, by use case: writing versions, and publishing them."""
