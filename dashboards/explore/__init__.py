"""The page Explore: what is asked, how it is drawn, and double coding."""
