"""Pictures of any configuration, put together at run time from cut-outs that the photographers delivered."""
