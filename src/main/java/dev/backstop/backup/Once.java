package dev.backstop.backup;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Lets each thing be said once, and ten things in all: traffic repeats, a log must not. */
public final class Once {
  private static final int MOST = 10;

  private final Set<String> said = ConcurrentHashMap.newKeySet();

  /** Whether this is to be said now. */
  public boolean isFirst(String what) {
    return said.size() < MOST && said.add(what);
  }
}
