"""What the scenarios of a project have exercised: alerts, `or` branches, stages, alternatives, routes, messages."""
