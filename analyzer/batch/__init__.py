"""Many bundles: a folder of tickets becomes a store of verdicts and a page that groups them by cause.

    inbox -> tickets -> executor (threads that each own a child process, or a Dask cluster) -> store -> index.html

A bundle is analysed in a child process with a limit of time and memory, so that one that hangs, crashes or bombs costs
only itself.
"""
