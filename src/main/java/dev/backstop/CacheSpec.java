package dev.backstop;

import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one cache is: its name, the types of its keys and values, and what holds where a call says
 * nothing. Immutable.
 *
 * <p>Values are shared by reference and must be immutable, unless they are {@link #copied}.
 *
 * @param <K> the type of the keys: a String, boxed primitive, UUID, enum, a record of those, or
 *     anything else with a {@link #keyText}
 * @param <V> the type of the values
 */
public final class CacheSpec<K, V> {
  private final String name;
  private final Class<K> keyType;
  private final GenericType<V> valueType;
  // What follows is set before anyone sees the spec, and never again.
  private Policy policy = Policy.unset();
  private int heapEntries = 10_000;
  private @Nullable KeyText<? super K> keyText;
  private @Nullable Codec codec;
  private @Nullable Durability durability;
  private long maxBackups = Long.MAX_VALUE;
  private long maxBackupBytes = Long.MAX_VALUE;
  private long offHeapBytes;
  private long diskBytes;
  private long clusterBytes;
  private List<CacheTier> tiers = List.of();
  private int version;
  private boolean isCopied;
  private boolean allowsEntities;

  private CacheSpec(String name, Class<K> keyType, GenericType<V> valueType) {
    this.name = name;
    this.keyType = keyType;
    this.valueType = valueType;
  }

  private CacheSpec<K, V> with(Consumer<CacheSpec<K, V>> setting) {
    CacheSpec<K, V> changed = new CacheSpec<>(name, keyType, valueType);
    changed.policy = policy;
    changed.heapEntries = heapEntries;
    changed.keyText = keyText;
    changed.codec = codec;
    changed.durability = durability;
    changed.maxBackups = maxBackups;
    changed.maxBackupBytes = maxBackupBytes;
    changed.offHeapBytes = offHeapBytes;
    changed.diskBytes = diskBytes;
    changed.clusterBytes = clusterBytes;
    changed.tiers = tiers;
    changed.version = version;
    changed.isCopied = isCopied;
    changed.allowsEntities = allowsEntities;
    setting.accept(changed);
    return changed;
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
        Checks.notNull("valueType", valueType));
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
    Checks.notNull("policy", policy);
    return with(spec -> spec.policy = policy);
  }

  /** How many entries the fast tier holds at most; 10,000 unless set. */
  public CacheSpec<K, V> heapEntries(int entries) {
    Checks.positive("heapEntries", entries);
    return with(spec -> spec.heapEntries = entries);
  }

  /**
   * A part of the fast tier outside of the heap, below {@link #heapEntries}: values are there as
   * the codec's bytes, and what no longer has room goes. None unless set. A JVM limits all such
   * memory together, see {@code -XX:MaxDirectMemorySize}.
   */
  public CacheSpec<K, V> offHeapBytes(long bytes) {
    Checks.positive("offHeapBytes", bytes);
    return with(spec -> spec.offHeapBytes = bytes);
  }

  /**
   * A part of the fast tier on disk, below the others, in {@link BackstopBuilder#diskDirectory}. It
   * is found again after a restart; what is older than that is served once the backups confirm it,
   * or if they do not answer. One that is damaged begins empty. None unless set.
   */
  public CacheSpec<K, V> diskBytes(long bytes) {
    Checks.positive("diskBytes", bytes);
    return with(spec -> spec.diskBytes = bytes);
  }

  /** A part below these that nodes share, see {@link BackstopBuilder#ehcacheCluster}. */
  public CacheSpec<K, V> clusterBytes(long bytes) {
    Checks.positive("clusterBytes", bytes);
    return with(spec -> spec.clusterBytes = bytes);
  }

  /**
   * Tiers between the fast tier and the backups, from the top. They are asked in this order and
   * changed in the opposite one, hold the codec's bytes, and stay open when the Backstop closes.
   *
   * @throws IllegalArgumentException by {@link Backstop#cache}, if two have one name
   */
  public CacheSpec<K, V> tiers(CacheTier... tiers) {
    List<CacheTier> all = List.of(Checks.notNull("tiers", tiers));
    all.forEach(tier -> Checks.name("the name of a tier", tier.name()));
    return with(spec -> spec.tiers = all);
  }

  /** How keys are written as text, for key types that have no text of their own. */
  public CacheSpec<K, V> keyText(KeyText<? super K> text) {
    Checks.notNull("keyText", text);
    return with(spec -> spec.keyText = text);
  }

  /** How this cache's values become bytes; the builder's codec unless set. */
  public CacheSpec<K, V> codec(Codec codec) {
    Checks.notNull("codec", codec);
    return with(spec -> spec.codec = codec);
  }

  /** When a call returns that changes this cache's backups; as the builder says unless set. */
  public CacheSpec<K, V> durability(Durability durability) {
    Checks.notNull("durability", durability);
    return with(spec -> spec.durability = durability);
  }

  /**
   * How many backups a cull leaves of this cache, in its namespace and version: beyond, the least
   * recently accessed go, <em>even within their ttl</em>. Between two culls there may be more.
   * Accesses are known as coarsely as for the idle time, and of more than 10,000 backups a sample
   * says which those are. Traces of removals do not count. No limit unless set.
   */
  public CacheSpec<K, V> maxBackups(long backups) {
    Checks.positive("maxBackups", backups);
    return with(spec -> spec.maxBackups = backups);
  }

  /**
   * The same for the bytes of the backups' values, encoded as they are in the table: backups go
   * until no more bytes are left. Both limits may be set.
   */
  public CacheSpec<K, V> maxBackupBytes(long bytes) {
    Checks.positive("maxBackupBytes", bytes);
    return with(spec -> spec.maxBackupBytes = bytes);
  }

  /**
   * Which version of its entries this cache has, from 1 on; none unless set. Another version is
   * another cache, in every tier and on every node: raise it when values or keys begin to mean
   * something else. Nodes of both versions may run side by side. What is old is culled when idle.
   */
  public CacheSpec<K, V> version(int version) {
    Checks.positive("version", version);
    return with(spec -> spec.version = version);
  }

  /**
   * Gives every caller a value of its own, for values that callers may change: the fast tier holds
   * the bytes, and each get decodes them. A value that can't be encoded and decoded again goes to
   * the caller that loaded it, and is not cached.
   */
  public CacheSpec<K, V> copied() {
    return with(spec -> spec.isCopied = true);
  }

  /**
   * Allows values that are, or hold, {@code @Entity} types. They are refused otherwise: an entity
   * belongs to the persistence context that loaded it, callers share it without one, and what it
   * loads lazily fails there, or is missing. Prefer a record of what is needed.
   */
  public CacheSpec<K, V> entitiesAllowed() {
    return with(spec -> spec.allowsEntities = true);
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

  /** How many bytes the fast tier takes outside of the heap; 0 for none. */
  public long offHeapBytes() {
    return offHeapBytes;
  }

  /** How many bytes the fast tier takes on disk; 0 for none. */
  public long diskBytes() {
    return diskBytes;
  }

  /** How many bytes the fast tier takes on a Terracotta server; 0 for none. */
  public long clusterBytes() {
    return clusterBytes;
  }

  /** The tiers between the fast tier and the backups, from the top. */
  public List<CacheTier> tiers() {
    return tiers;
  }

  /** How keys are written as text, or null where the key type has a text of its own. */
  public @Nullable KeyText<? super K> keyText() {
    return keyText;
  }

  /** How this cache's values become bytes, or null for the builder's codec. */
  public @Nullable Codec codec() {
    return codec;
  }

  /** When a call returns that changes this cache's backups, or null for what the builder says. */
  public @Nullable Durability durability() {
    return durability;
  }

  /** How many backups a cull leaves; {@code Long.MAX_VALUE} without a limit. */
  public long maxBackups() {
    return maxBackups;
  }

  /** How many bytes of backups a cull leaves; {@code Long.MAX_VALUE} without a limit. */
  public long maxBackupBytes() {
    return maxBackupBytes;
  }

  /** Which version of its entries it has; 0 without one. */
  public int version() {
    return version;
  }

  /** Whether every caller gets a value of its own. */
  public boolean isCopied() {
    return isCopied;
  }

  /** Whether values may be, or hold, entities. */
  public boolean allowsEntities() {
    return allowsEntities;
  }

  @Override
  public String toString() {
    String versioned = version == 0 ? name : name + "@" + version;
    return "CacheSpec[" + versioned + ", " + keyType.getName() + " -> " + valueType + "]";
  }
}
