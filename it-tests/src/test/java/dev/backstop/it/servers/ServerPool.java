package dev.backstop.it.servers;

/** A data source that an administrator defines in the server: transactional, of few connections. */
record ServerPool(String name, Database database, int size) {}
