package dev.backstop.it.servers;

import java.util.Set;
import java.util.TreeSet;

/** What there is in a server: copies of applications, threads, management beans. */
record Remains(long copies, Set<String> threads, Set<String> beans) {
  /** What there is more than there was. */
  Remains since(Remains before) {
    return new Remains(
        copies - before.copies, without(threads, before.threads), without(beans, before.beans));
  }

  private static Set<String> without(Set<String> all, Set<String> others) {
    Set<String> rest = new TreeSet<>(all);
    rest.removeAll(others);
    return rest;
  }
}
