package dev.backstop;

import java.lang.invoke.MethodType;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one cache is: its name, the types of its keys and values, and what holds where a call says
 * nothing. Immutable.
 *
 * <p>Values are shared by reference and must be immutable.
 *
 * @param <K> the type of the keys: a String, boxed primitive, UUID, enum, a record of those, or
 *     anything else with a {@link #keyText}
 * @param <V> the type of the values
 */
public final class CacheSpec<K, V> {
  private static final int HEAP_ENTRIES = 10_000;

  private final String name;
  private final Class<K> keyType;
  private final GenericType<V> valueType;
  private final Policy policy;
  private final int heapEntries;
  private final @Nullable KeyText<? super K> keyText;

  private CacheSpec(
      String name,
      Class<K> keyType,
      GenericType<V> valueType,
      Policy policy,
      int heapEntries,
      @Nullable KeyText<? super K> keyText) {
    this.name = name;
    this.keyType = keyType;
    this.valueType = valueType;
    this.policy = policy;
    this.heapEntries = heapEntries;
    this.keyText = keyText;
  }

  /**
   * A cache whose value type needs no generics.
   *
   * @throws IllegalArgumentException if the name is not 1 to 64 of {@code A-Z a-z 0-9 _ . -}
   */
  public static <K, V> CacheSpec<K, V> of(String name, Class<K> keyType, Class<V> valueType) {
    return of(name, keyType, GenericType.of(Checks.notNull("valueType", valueType)));
  }

  /** A cache whose value type has generics: {@code new GenericType<List<Project>>() {}}. */
  public static <K, V> CacheSpec<K, V> of(String name, Class<K> keyType, GenericType<V> valueType) {
    return new CacheSpec<>(
        Checks.name("name", name),
        boxed(Checks.notNull("keyType", keyType)),
        Checks.notNull("valueType", valueType),
        Policy.unset(),
        HEAP_ENTRIES,
        null);
  }

  /** Keys are objects: {@code int.class} stands for {@code Integer.class}, as for the compiler. */
  @SuppressWarnings("unchecked") // int.class and Integer.class are both of type Class<Integer>
  private static <K> Class<K> boxed(Class<K> type) {
    return (Class<K>) MethodType.methodType(type).wrap().returnType();
  }

  /** How long after its stamp a value is fresh; the same as a {@link #policy} that sets it. */
  public CacheSpec<K, V> ttl(Duration ttl) {
    return policy(Policy.ttl(ttl).over(policy));
  }

  /** The cache's own policy: what holds where a call's policy leaves something unset. */
  public CacheSpec<K, V> policy(Policy policy) {
    return new CacheSpec<>(
        name, keyType, valueType, Checks.notNull("policy", policy), heapEntries, keyText);
  }

  /** How many entries the fast tier holds at most; 10,000 unless set. */
  public CacheSpec<K, V> heapEntries(int entries) {
    return new CacheSpec<>(
        name, keyType, valueType, policy, Checks.positive("heapEntries", entries), keyText);
  }

  /** How keys are written as text, for key types that have no text of their own. */
  public CacheSpec<K, V> keyText(KeyText<? super K> text) {
    return new CacheSpec<>(
        name, keyType, valueType, policy, heapEntries, Checks.notNull("keyText", text));
  }

  /** The cache's name. */
  public String name() {
    return name;
  }

  /** The type of the keys. */
  public Class<K> keyType() {
    return keyType;
  }

  /** The type of the values. */
  public GenericType<V> valueType() {
    return valueType;
  }

  /** The cache's own policy. */
  public Policy policy() {
    return policy;
  }

  /** How many entries the fast tier holds at most. */
  public int heapEntries() {
    return heapEntries;
  }

  /** How keys are written as text, or null where the key type has a text of its own. */
  public @Nullable KeyText<? super K> keyText() {
    return keyText;
  }

  @Override
  public String toString() {
    return "CacheSpec[" + name + ", " + keyType.getName() + " -> " + valueType + "]";
  }
}
