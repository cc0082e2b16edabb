"""How a CAVE materialization server is asked, and what its answers and refusals mean."""
