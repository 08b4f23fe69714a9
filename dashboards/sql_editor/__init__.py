"""The page SQL: an editor over the research gateway, which runs each query in a locked process of its own."""
