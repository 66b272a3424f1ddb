"""A run: the queue of documents, the pool of workers, the manifest of cleaned documents, and Prefect's temporary server."""
