package dev.backstop.backup;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was selected in one window of a cache's rows.
 *
 * @param keys the keys of those that hold a value and are meant, as they are stored
 * @param next where the next window begins, or null if there is none
 */
public record Selected(Set<String> keys, @Nullable String next) {}
