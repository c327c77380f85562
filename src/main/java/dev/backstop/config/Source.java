package dev.backstop.config;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A place where settings may be. */
interface Source {
  /** The value of that setting here, or null. */
  @Nullable String value(String name);

  /** The names that are here, of settings and of whatever else; environment variables as such. */
  Set<String> names();
}
