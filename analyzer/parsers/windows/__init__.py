"""What a Windows VM writes beside its event logs: the agent's and the handlers' logs, and files that tell state."""
