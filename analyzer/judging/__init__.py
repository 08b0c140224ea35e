"""From findings to a verdict: facts, incidents, the question, scores, and which cause stands above which."""
