package dev.backstop.it.kill;

import dev.backstop.Loader;

/** A source that is down, and what it says, each of its own. */
final class Down extends Exception implements Loader<Numbered, Down> {
  private static final long serialVersionUID = 1L;

  @Override
  public Numbered load() throws Down {
    throw this;
  }
}
