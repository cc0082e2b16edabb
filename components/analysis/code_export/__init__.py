"""Scripts that reproduce a view outside the dashboard."""
