"""The version of vmtriage; reports carry it. (Asking the installation for it costs more than a tenth of the start.)"""

__version__ = "0.3.0"
