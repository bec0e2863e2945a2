"""The store: immutable revisions behind one gate. Only this folder knows an engine."""
