package dev.backstop.core;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Lets each thing be said once, and ten things in all: traffic repeats, a log must not. */
final class Once {
  private static final int MOST = 10;

  private final Set<String> said = ConcurrentHashMap.newKeySet();

  boolean isFirst(String what) {
    return said.size() < MOST && said.add(what);
  }
}
