"""What several rooms need: facts, jobs, money, addresses, errors. Takes nothing until two rooms use it."""
