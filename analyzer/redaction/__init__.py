"""What may leave the process: secrets, and names where that is asked for, are replaced by stand-ins."""
