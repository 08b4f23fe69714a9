"""What the pages about findings and people share: charts, the drawn network, evidence, links from one to the other."""
