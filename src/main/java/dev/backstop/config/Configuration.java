package dev.backstop.config;

import dev.backstop.BackstopBuilder;
import dev.backstop.CacheSpec;
import dev.backstop.Policy;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is set outside of the code: in MicroProfile Config where a server has it, else in system
 * properties and the environment; and, where none of these says anything, in {@code
 * META-INF/backstop.properties}. Not for applications.
 */
public final class Configuration {
  /** The setting that every newcomer needs. */
  public static final String JDBC_URL = Settings.PREFIX + "jdbc-url";

  /** The id of the codec of all caches that have none of their own. */
  public static final String CODEC = Settings.PREFIX + Settings.CODEC;

  /** The name of a data source by JNDI, which is not for the builder to look up. */
  public static final String DATA_SOURCE = Settings.PREFIX + "data-source";

  /** Whether the container's transactions decide what becomes of changes; true unless set. */
  public static final String TRANSACTIONS = Settings.PREFIX + "transactions";

  /** The name, by JNDI, of the data source of the entities whose changes are noted. */
  public static final String CHANGE_NOTES = Settings.PREFIX + "change-notes";

  private final List<Source> sources;

  Configuration(Source... sources) {
    this.sources = List.of(sources);
  }

  /**
   * Reads what holds for the application of that class loader.
   *
   * @throws IllegalStateException if its file can't be read
   */
  public static Configuration of(ClassLoader loader) {
    Source server = microProfile(loader);
    return new Configuration(
        server == null ? new JvmSource(System.getProperties(), System.getenv()) : server,
        FileSource.read(loader));
  }

  private static @Nullable Source microProfile(ClassLoader loader) {
    try {
      return MicroProfileSource.find(loader);
    } catch (LinkageError withoutApi) { // the class that would need it could not be linked
      return null;
    }
  }

  /** The name of the codec setting of one cache. */
  public static String codecOf(String cache) {
    return Settings.CACHE_PREFIX + cache + "." + Settings.CODEC;
  }

  /** The text of that setting; none if it is not set, or empty. */
  public Optional<String> text(String name) {
    return sources.stream()
        .flatMap(source -> Stream.ofNullable(source.value(name)))
        .findFirst()
        .filter(text -> !text.isBlank());
  }

  /**
   * Whether that setting is true, as it is if nobody sets it.
   *
   * @throws IllegalArgumentException if its text is neither true nor false; the message has it
   */
  public boolean isOn(String name) {
    return text(name).map(text -> Conversion.convert(name, text, Boolean.class)).orElse(true);
  }

  /**
   * Sets what is set of the whole.
   *
   * @throws IllegalArgumentException if a text is no value of its setting; the message names both
   */
  public BackstopBuilder on(BackstopBuilder builder) {
    return apply(Settings.BACKSTOP, Settings.PREFIX, builder);
  }

  /**
   * Returns the spec with what is set of that cache, which wins over what the spec says; and, where
   * neither says anything, with the policy that is set for all caches.
   *
   * @throws IllegalArgumentException if a text is no value of its setting; the message names both
   */
  public <K, V> CacheSpec<K, V> on(CacheSpec<K, V> spec) {
    String prefix = Settings.CACHE_PREFIX + spec.name() + ".";
    Policy all = apply(Settings.POLICY, Settings.PREFIX, Policy.unset());
    Policy own = apply(Settings.POLICY, prefix, Policy.unset());
    @SuppressWarnings("unchecked") // a setting changes no types
    CacheSpec<K, V> set = (CacheSpec<K, V>) apply(Settings.CACHE, prefix, (CacheSpec<?, ?>) spec);
    return set.policy(own.over(spec.policy()).over(all));
  }

  private <S> S apply(List<? extends Setting<S, ?>> settings, String prefix, S subject) {
    S set = subject;
    for (Setting<S, ?> setting : settings) {
      String name = prefix + setting.name();
      Optional<String> text = text(name);
      if (text.isPresent()) {
        set = setting.on(set, name, text.get());
      }
    }
    return set;
  }

  /**
   * Says of each name that begins like a setting and is none, which one may be meant.
   *
   * @param caches the names of the caches that are known
   */
  public List<String> doubts(Collection<String> caches) {
    Set<String> names = new TreeSet<>();
    sources.forEach(source -> names.addAll(source.names()));
    Names known = new Names(caches);
    return names.stream().flatMap(name -> known.doubt(name).stream()).toList();
  }
}
