"""Beyond one machine: the work of a batch, done by the processes of a Ray cluster."""
