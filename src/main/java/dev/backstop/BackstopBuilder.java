package dev.backstop;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Configures a {@link Backstop}. Not thread-safe. */
public final class BackstopBuilder {
  private @Nullable DataSource dataSource;
  private @Nullable String jdbcUrl;
  private @Nullable String username;
  private @Nullable String password;
  private int poolSize = 4;
  private String namespace = "";
  private boolean migrate = true;
  private boolean failFast;
  private Duration backupTimeout = Duration.ofSeconds(2);
  private Durability durability = Durability.SYNC;
  private @Nullable Duration heardWithin;
  private @Nullable Path diskDirectory;
  private @Nullable URI ehcacheCluster;
  private int queueRows = 50_000;
  private long queueBytes = Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 8);
  private Duration cullIdleAfter = Duration.ofHours(12);
  private Duration cullEvery = Duration.ofMinutes(10);
  private long cullAfterGets;
  private Duration tombstoneFor = Duration.ofHours(1);
  private @Nullable Codec codec;
  private @Nullable InstantSource clock;
  private @Nullable Executor executor;
  private @Nullable ThreadFactory threadFactory;
  private @Nullable String persistenceProvider;
  private @Nullable Transactions transactions;

  BackstopBuilder() {}

  /**
   * The database of the backups. It stays open when the Backstop closes. An H2 in this process
   * needs {@code ;WRITE_DELAY=0} in its URL, or a kill loses the last half second of commits.
   */
  public BackstopBuilder dataSource(DataSource dataSource) {
    this.dataSource = Checks.notNull("dataSource", dataSource);
    return this;
  }

  /**
   * The database of the backups, in a HikariCP pool of its own. H2 in this process gets {@code
   * WRITE_DELAY=0} and {@code DB_CLOSE_ON_EXIT=FALSE} unless the URL says otherwise: by default a
   * kill loses acknowledged commits. On a server of H2, they are its administrator's to set.
   */
  public BackstopBuilder jdbcUrl(String url) {
    String text = Checks.notNull("jdbcUrl", url);
    Checks.that(text.startsWith("jdbc:"), "jdbcUrl", "a JDBC URL (jdbc:...)", text);
    this.jdbcUrl = text;
    return this;
  }

  /** The database user for {@link #jdbcUrl}. */
  public BackstopBuilder username(String username) {
    this.username = Checks.notNull("username", username);
    return this;
  }

  /** The password for {@link #jdbcUrl}. */
  public BackstopBuilder password(String password) {
    this.password = Checks.notNull("password", password);
    return this;
  }

  /** How many connections the pool of {@link #jdbcUrl} has at most; 4 unless set, at least 2. */
  public BackstopBuilder poolSize(int connections) {
    Checks.that(connections >= 2, "poolSize", "at least 2", connections);
    this.poolSize = connections;
    return this;
  }

  /** Keeps two applications on one table apart; up to 32 characters, empty unless set. */
  public BackstopBuilder namespace(String namespace) {
    String text = Checks.notNull("namespace", namespace);
    Checks.that(
        text.matches("[A-Za-z0-9_.-]{0,32}"), "namespace", "0 to 32 of A-Z a-z 0-9 _ . -", text);
    this.namespace = text;
    return this;
  }

  /** Whether the tables are made and migrated at start; true unless set. */
  public BackstopBuilder migrate(boolean migrate) {
    this.migrate = migrate;
    return this;
  }

  /** Whether {@link #build()} insists on the database, or begins without; false unless set. */
  public BackstopBuilder failFast(boolean failFast) {
    this.failFast = failFast;
    return this;
  }

  /**
   * The longest that one call waits for the database, 2 seconds unless set, at least 250
   * milliseconds and at most an hour. With {@link #jdbcUrl} on PostgreSQL a read may wait so long
   * for a connection and so long again, rounded up to seconds, for its answer.
   */
  public BackstopBuilder backupTimeout(Duration timeout) {
    Checks.between("backupTimeout", Duration.ofMillis(250), Duration.ofHours(1), timeout);
    this.backupTimeout = timeout;
    return this;
  }

  /** When a call returns that changes backups, in caches that do not say so; SYNC unless set. */
  public BackstopBuilder durability(Durability durability) {
    this.durability = Checks.notNull("durability", durability);
    return this;
  }

  /**
   * Has nodes that share the tables hear of each other's changes, in so long at most, 200 ms to 20
   * seconds; they do not unless set. A node that could not hear for longer serves no fast copy.
   */
  public BackstopBuilder heardWithin(Duration bound) {
    this.heardWithin =
        Checks.between("heardWithin", Duration.ofMillis(200), Duration.ofSeconds(20), bound);
    return this;
  }

  /**
   * Where caches with {@link CacheSpec#diskBytes} keep that part. It is this Backstop's alone: no
   * other, in this process or another one, may use it at the same time.
   */
  public BackstopBuilder diskDirectory(Path directory) {
    this.diskDirectory = Checks.notNull("diskDirectory", directory);
    return this;
  }

  /**
   * The Terracotta server of caches with {@link CacheSpec#clusterBytes}, and a name that the nodes
   * share: {@code terracotta://host:9410/shop}; by {@code #name} its off-heap resource, unless that
   * is {@code main}. It takes {@code org.ehcache:ehcache-clustered} to be on the class path.
   */
  public BackstopBuilder ehcacheCluster(URI server) {
    String text = Checks.notNull("ehcacheCluster", server).toString();
    boolean isOne = text.matches("terracotta://[^/]+/[^/#]+(#.+)?");
    Checks.that(isOne, "ehcacheCluster", "terracotta://host:port/name", text);
    this.ehcacheCluster = server;
    return this;
  }

  /**
   * How many keys may wait to be written, as they do while the database is away; 50,000 unless set.
   * Beyond it the oldest values are dropped ({@link Backstop#writes} counts them), then removals
   * and expiries. What is dropped is in no table: after a restart an older backup stands in.
   */
  public BackstopBuilder queueRows(int rows) {
    Checks.positive("queueRows", rows);
    this.queueRows = rows;
    return this;
  }

  /**
   * How many bytes their values may take together; 64 MiB unless set, or an eighth of the heap if
   * that is less. See {@link #queueRows}.
   */
  public BackstopBuilder queueBytes(long bytes) {
    Checks.positive("queueBytes", bytes);
    this.queueBytes = bytes;
    return this;
  }

  /**
   * The idle time: a backup that is past its ttl, and that nobody asked for in so long, is culled;
   * 12 hours unless set. Time that no node was there does not count. It should be long against the
   * outages of the source.
   */
  public BackstopBuilder cullIdleAfter(Duration idle) {
    this.cullIdleAfter = Checks.positive("cullIdleAfter", idle);
    return this;
  }

  /** How often is culled, by one node at a time; 10 minutes unless set. */
  public BackstopBuilder cullEvery(Duration period) {
    this.cullEvery = Checks.positive("cullEvery", period);
    return this;
  }

  /** Culls also after that many gets of this Backstop; not unless set. */
  public BackstopBuilder cullAfterGets(long gets) {
    Checks.positive("cullAfterGets", gets);
    this.cullAfterGets = gets;
    return this;
  }

  /**
   * How long the trace of a removal or an expiry is kept, 1 hour unless set: a load that takes
   * longer, on another node, may bring back what was removed, or make fresh what was expired.
   */
  public BackstopBuilder tombstoneFor(Duration time) {
    this.tombstoneFor = Checks.positive("tombstoneFor", time);
    return this;
  }

  /**
   * How values become the bytes of a backup, in caches that set none; JSON by Jackson unless set.
   */
  public BackstopBuilder codec(Codec codec) {
    this.codec = Checks.notNull("codec", codec);
    return this;
  }

  /**
   * Rules every stamp and expiry in the place of the database's time, for tests. It must be the
   * same for every Backstop on one table. Where it stands still, each stamp moves on by a
   * microsecond. Timeouts stay real.
   */
  public BackstopBuilder clock(InstantSource clock) {
    this.clock = Checks.notNull("clock", clock);
    return this;
  }

  /**
   * Runs loads that need another thread than the caller's: those with a timeout, and refreshes
   * ahead. Threads of its own unless set. A load that it rejects runs on the caller's thread.
   */
  public BackstopBuilder executor(Executor executor) {
    this.executor = Checks.notNull("executor", executor);
    return this;
  }

  /**
   * Makes the threads of this Backstop, which ends them all when it closes; plain ones unless set,
   * which inherit nothing of the caller's.
   */
  public BackstopBuilder threadFactory(ThreadFactory factory) {
    this.threadFactory = Checks.notNull("threadFactory", factory);
    return this;
  }

  /** The class name of the Jakarta Persistence provider, where there are several. */
  public BackstopBuilder persistenceProvider(String className) {
    this.persistenceProvider = Checks.notNull("persistenceProvider", className);
    return this;
  }

  /**
   * The transactions that surround calls of the caches; none unless set. What a transaction changes
   * in a cache takes effect after its commit.
   */
  public BackstopBuilder transactions(Transactions transactions) {
    this.transactions = Checks.notNull("transactions", transactions);
    return this;
  }

  /**
   * Opens the Backstop and migrates its tables. It succeeds without the database unless {@link
   * #failFast} is set. The first connection to an H2 in this process, which may be slow to come, is
   * waited for, up to ten seconds longer than {@link #backupTimeout}.
   *
   * @throws IllegalStateException if neither or both of {@link #dataSource} and {@link #jdbcUrl}
   *     are set, or if no Jakarta Persistence provider is there
   * @throws BackupSchemaException if the database answers and its tables are not as they must be
   * @throws BackupUnavailableException if it does not answer and {@link #failFast} is set
   */
  public Backstop build() {
    if ((dataSource == null) == (jdbcUrl == null)) {
      throw new IllegalStateException(
          "Set dataSource or jdbcUrl, "
              + (dataSource == null
                  ? "neither was set; for a start: jdbcUrl(\"jdbc:h2:./backups\")"
                  : "not both"));
    }
    BackstopConfig config =
        new BackstopConfig(
            dataSource,
            jdbcUrl,
            username,
            password,
            poolSize,
            namespace,
            migrate,
            failFast,
            backupTimeout,
            codec,
            clock,
            executor,
            threadFactory,
            persistenceProvider,
            transactions,
            durability,
            heardWithin,
            diskDirectory,
            ehcacheCluster,
            new BackstopConfig.Queue(queueRows, queueBytes),
            new BackstopConfig.Culling(cullIdleAfter, cullEvery, cullAfterGets, tombstoneFor));
    return BackstopFactory.find().open(config);
  }
}
