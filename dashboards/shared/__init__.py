"""What the pages about findings share: links from one to another, names, tables, clicks, explanations."""
