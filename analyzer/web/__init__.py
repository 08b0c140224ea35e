"""The drop page: bundles are dropped into a local page, analysed in children, and found again later.

upload (streamed, limited) -> desk (queue, children with limits) -> store as of a batch -> page, report, search
"""
