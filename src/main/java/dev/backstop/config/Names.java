package dev.backstop.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** The names that settings have, and what may be meant by one that is none of them. */
final class Names {
  private static final String VARIABLE_PREFIX = JvmSource.variable(Settings.PREFIX);

  private final Set<String> caches;

  Names(Collection<String> caches) {
    this.caches = Set.copyOf(caches);
  }

  /** What is to be said of that name; nothing if it is that of a setting, or none of ours. */
  Optional<String> doubt(String name) {
    boolean isVariable = name.startsWith(VARIABLE_PREFIX);
    if (!isVariable && !name.startsWith(Settings.PREFIX)) {
      return Optional.empty();
    }
    Function<String, String> spelling = isVariable ? JvmSource::variable : Function.identity();
    if (whole().map(spelling).anyMatch(name::equals)) {
      return Optional.empty();
    }
    String prefix = spelling.apply(Settings.CACHE_PREFIX);
    List<String> ends = ofCaches().map(setting -> spelling.apply("." + setting)).toList();
    if (name.startsWith(prefix) && ends.stream().anyMatch(name::endsWith)) {
      return isVariable ? Optional.empty() : doubtedCache(name);
    }
    String nearest =
        Stream.concat(whole(), caches.stream().flatMap(this::ofCache))
            .map(spelling)
            .min(Comparator.comparingInt(other -> distance(name, other)))
            .orElseThrow();
    return Optional.of(name + " is no setting of Backstop's; the nearest is " + nearest);
  }

  /** A cache that only the code knows is no mistake; one that is spelled almost as another may. */
  private Optional<String> doubtedCache(String name) {
    String cache = name.substring(Settings.CACHE_PREFIX.length(), name.lastIndexOf('.'));
    return caches.contains(cache)
        ? Optional.empty()
        : caches.stream()
            .filter(other -> distance(cache, other) <= 2)
            .findFirst()
            .map(other -> name + " is for a cache that nobody injects; there is one " + other);
  }

  private static Stream<String> whole() {
    return Stream.concat(
        Stream.of(
            Configuration.DATA_SOURCE,
            Configuration.CODEC,
            Configuration.TRANSACTIONS,
            Configuration.CHANGE_NOTES),
        Stream.concat(Settings.BACKSTOP.stream(), Settings.POLICY.stream())
            .map(setting -> Settings.PREFIX + setting.name()));
  }

  private Stream<String> ofCache(String cache) {
    return ofCaches().map(setting -> Settings.CACHE_PREFIX + cache + "." + setting);
  }

  private static Stream<String> ofCaches() {
    return Stream.concat(
        Stream.of(Settings.CODEC),
        Stream.concat(Settings.CACHE.stream(), Settings.POLICY.stream()).map(Setting::name));
  }

  /** How many letters must be put in, left out or changed (Levenshtein 1966). */
  static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[other.length()];
  }
}
