package dev.backstop;

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
  private final CacheSettings<K> settings;

  private CacheSpec(
      String name, Class<K> keyType, GenericType<V> valueType, CacheSettings<K> settings) {
    this.name = name;
    this.keyType = keyType;
    this.valueType = valueType;
    this.settings = settings;
  }

  private CacheSpec<K, V> with(Consumer<CacheSettings<K>> change) {
    CacheSettings<K> changed = settings.copy();
    change.accept(changed);
    return new CacheSpec<>(name, keyType, valueType, changed);
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
        Types.boxed(Checks.notNull("keyType", keyType)),
        Checks.notNull("valueType", valueType),
        new CacheSettings<>());
  }

  /** How long after its stamp a value is fresh; the same as a {@link #policy} that sets it. */
  public CacheSpec<K, V> ttl(Duration ttl) {
    return policy(Policy.ttl(ttl).over(settings.policy));
  }

  /** The cache's own policy: what holds where a call's policy leaves something unset. */
  public CacheSpec<K, V> policy(Policy policy) {
    Checks.notNull("policy", policy);
    return with(set -> set.policy = policy);
  }

  /** How many entries the fast tier holds at most; 10,000 unless set. */
  public CacheSpec<K, V> heapEntries(int entries) {
    Checks.positive("heapEntries", entries);
    return with(set -> set.heapEntries = entries);
  }

  /**
   * A part of the fast tier outside of the heap, below {@link #heapEntries}: values are there as
   * the codec's bytes, and what no longer has room goes. None unless set. A JVM limits all such
   * memory together, see {@code -XX:MaxDirectMemorySize}.
   */
  public CacheSpec<K, V> offHeapBytes(long bytes) {
    Checks.positive("offHeapBytes", bytes);
    return with(set -> set.offHeapBytes = bytes);
  }

  /**
   * A part of the fast tier on disk, below the others, in {@link BackstopBuilder#diskDirectory}. It
   * is found again after a restart; what is older than that is served once the backups confirm it,
   * or if they do not answer. One that is damaged begins empty. None unless set.
   */
  public CacheSpec<K, V> diskBytes(long bytes) {
    Checks.positive("diskBytes", bytes);
    return with(set -> set.diskBytes = bytes);
  }

  /** A part below these that nodes share, see {@link BackstopBuilder#ehcacheCluster}. */
  public CacheSpec<K, V> clusterBytes(long bytes) {
    Checks.positive("clusterBytes", bytes);
    return with(set -> set.clusterBytes = bytes);
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
    return with(set -> set.tiers = all);
  }

  /** How keys are written as text, for key types that have no text of their own. */
  public CacheSpec<K, V> keyText(KeyText<? super K> text) {
    Checks.notNull("keyText", text);
    return with(set -> set.keyText = text);
  }

  /** How this cache's values become bytes; the builder's codec unless set. */
  public CacheSpec<K, V> codec(Codec codec) {
    Checks.notNull("codec", codec);
    return with(set -> set.codec = codec);
  }

  /** When a call returns that changes this cache's backups; as the builder says unless set. */
  public CacheSpec<K, V> durability(Durability durability) {
    Checks.notNull("durability", durability);
    return with(set -> set.durability = durability);
  }

  /**
   * How many backups a cull leaves of this cache, in its namespace and version: beyond, the least
   * recently accessed go, <em>even within their ttl</em>. Between two culls there may be more.
   * Accesses are known as coarsely as for the idle time, and of more than 10,000 backups a sample
   * says which those are. Traces of removals do not count. No limit unless set.
   */
  public CacheSpec<K, V> maxBackups(long backups) {
    Checks.positive("maxBackups", backups);
    return with(set -> set.maxBackups = backups);
  }

  /**
   * The same for the bytes of the backups' values, encoded as they are in the table: backups go
   * until no more bytes are left. Both limits may be set.
   */
  public CacheSpec<K, V> maxBackupBytes(long bytes) {
    Checks.positive("maxBackupBytes", bytes);
    return with(set -> set.maxBackupBytes = bytes);
  }

  /**
   * Which version of its entries this cache has, from 1 on; none unless set. Another version is
   * another cache, in every tier and on every node: raise it when values or keys begin to mean
   * something else. Nodes of both versions may run side by side. What is old is culled when idle.
   */
  public CacheSpec<K, V> version(int version) {
    Checks.positive("version", version);
    return with(set -> set.version = version);
  }

  /**
   * Has one node at a time load a key: the others wait, for {@code lease} at most, and share what
   * it found; while a backup stands in for a failed load, none of them tries. A load longer than
   * the lease may be made twice. Each costs a statement before it, and one after. Off unless set.
   */
  public CacheSpec<K, V> sharedLoads(Duration lease) {
    Checks.positive("lease", lease);
    return with(set -> set.loadLease = lease);
  }

  /**
   * With {@link #sharedLoads}: whether no node tries a failed load again within the stand-in time,
   * though no backup can stand in. Gets of that key then throw {@link HeldFailureException}.
   */
  public CacheSpec<K, V> sharedFailures(boolean share) {
    return with(set -> set.sharesFailures = share);
  }

  /**
   * Gives every caller a value of its own, for values that callers may change: the fast tier holds
   * the bytes, and each get decodes them. A value that can't be encoded and decoded again goes to
   * the caller that loaded it, and is not cached.
   */
  public CacheSpec<K, V> copied() {
    return with(set -> set.isCopied = true);
  }

  /**
   * Allows values that are, or hold, {@code @Entity} types. They are refused otherwise: an entity
   * belongs to the persistence context that loaded it, callers share it without one, and what it
   * loads lazily fails there, or is missing. Prefer a record of what is needed.
   */
  public CacheSpec<K, V> entitiesAllowed() {
    return with(set -> set.allowsEntities = true);
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
    return settings.policy;
  }

  /** How many entries the fast tier holds at most. */
  public int heapEntries() {
    return settings.heapEntries;
  }

  /** How many bytes the fast tier takes outside of the heap; 0 for none. */
  public long offHeapBytes() {
    return settings.offHeapBytes;
  }

  /** How many bytes the fast tier takes on disk; 0 for none. */
  public long diskBytes() {
    return settings.diskBytes;
  }

  /** How many bytes the fast tier takes on a Terracotta server; 0 for none. */
  public long clusterBytes() {
    return settings.clusterBytes;
  }

  /** The tiers between the fast tier and the backups, from the top. */
  public List<CacheTier> tiers() {
    return settings.tiers;
  }

  /** How keys are written as text, or null where the key type has a text of its own. */
  public @Nullable KeyText<? super K> keyText() {
    return settings.keyText;
  }

  /** How this cache's values become bytes, or null for the builder's codec. */
  public @Nullable Codec codec() {
    return settings.codec;
  }

  /** When a call returns that changes this cache's backups, or null for what the builder says. */
  public @Nullable Durability durability() {
    return settings.durability;
  }

  /** How many backups a cull leaves; {@code Long.MAX_VALUE} without a limit. */
  public long maxBackups() {
    return settings.maxBackups;
  }

  /** How many bytes of backups a cull leaves; {@code Long.MAX_VALUE} without a limit. */
  public long maxBackupBytes() {
    return settings.maxBackupBytes;
  }

  /** Which version of its entries it has; 0 without one. */
  public int version() {
    return settings.version;
  }

  /** How long other nodes wait for a load; null if loads are not shared. */
  public @Nullable Duration loadLease() {
    return settings.loadLease;
  }

  /** Whether a failed load is left alone though nothing stands in. */
  public boolean sharesFailures() {
    return settings.sharesFailures;
  }

  /** Whether every caller gets a value of its own. */
  public boolean isCopied() {
    return settings.isCopied;
  }

  /** Whether values may be, or hold, entities. */
  public boolean allowsEntities() {
    return settings.allowsEntities;
  }

  @Override
  public String toString() {
    String versioned = settings.version == 0 ? name : name + "@" + settings.version;
    return "CacheSpec[" + versioned + ", " + keyType.getName() + " -> " + valueType + "]";
  }
}
