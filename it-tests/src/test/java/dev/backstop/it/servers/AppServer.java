package dev.backstop.it.servers;

import java.net.URI;

/**
 * A server of this test: a process of its own on free ports of the loopback address, with a fresh
 * directory below {@code target/server-runs}, where its log stays.
 */
interface AppServer extends AutoCloseable {
  /** Before the start: gives it data sources, as an administrator would. */
  void define(ServerPool... pools);

  /** Before the start: sets a variable of its environment. */
  void set(String variable, String value);

  /** The name by which applications look up the data source of that name. */
  String jndiName(String pool);

  /** Starts it with these, and returns when each of them answers. */
  void start(War... wars) throws Exception;

  /** Deploys it, in the place of that of the same name, and returns when it answers. */
  void deploy(War war) throws Exception;

  /** Takes the one of that name out, and returns when nothing answers there. */
  void undeploy(String name) throws Exception;

  /** Where the application of that name answers, with a slash at the end. */
  URI address(String name);

  /** The Java process that it is. */
  long pid();

  /** Ends it; whatever of it does not end is killed. */
  @Override
  void close();
}
