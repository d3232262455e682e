"""One file for each kind of thing that can differ; `obs.review.comparison` puts them together."""
