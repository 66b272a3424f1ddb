"""A run: the queue of documents, the pool of workers, the manifest of what was done, and Prefect's temporary server."""
