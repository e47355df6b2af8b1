"""What a run of the lab says: a page for the browser, Markdown, and tables for the terminal."""
