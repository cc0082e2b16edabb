"""Where rows come from: each source fetches one table at a time, as its raw frame."""
