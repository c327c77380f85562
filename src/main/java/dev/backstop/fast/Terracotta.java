package dev.backstop.fast;

import java.net.URI;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.ehcache.Cache;
import org.ehcache.CacheManager;
import org.ehcache.clustered.client.config.builders.ClusteredResourcePoolBuilder;
import org.ehcache.clustered.client.config.builders.ClusteredStoreConfigurationBuilder;
import org.ehcache.clustered.client.config.builders.ClusteringServiceConfigurationBuilder;
import org.ehcache.clustered.client.config.builders.TimeoutsBuilder;
import org.ehcache.clustered.common.Consistency;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ExpiryPolicyBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.ehcache.config.units.MemoryUnit;
import org.jspecify.annotations.Nullable;

/** The only class that names Ehcache's clustered client, which is there where a user added it. */
final class Terracotta {
  private static final Duration CONNECTING = Duration.ofSeconds(5);

  /** The off-heap resource of the configuration that the server comes with. */
  private static final String RESOURCE = "main";

  /** What a cache says for ever whose server was not as it should be when it was found again. */
  private static final String GIVEN_UP = "failed reconnecting to cluster";

  private Terracotta() {}

  /** Throws a NoClassDefFoundError where nobody added the client. */
  static void check() {
    TimeoutsBuilder.timeouts();
  }

  /**
   * Connects, or throws within some seconds.
   *
   * @param timeout the longest that one call of a cache waits
   */
  static CacheManager connect(URI uri, Duration timeout) {
    String server = uri.toString();
    int resource = server.indexOf('#');
    return CacheManagerBuilder.newCacheManagerBuilder()
        .with(
            ClusteringServiceConfigurationBuilder.cluster(
                    URI.create(resource < 0 ? server : server.substring(0, resource)))
                .timeouts(
                    TimeoutsBuilder.timeouts().read(timeout).write(timeout).connection(CONNECTING))
                // A server that was killed knows nothing of us when it is back.
                .autoCreateOnReconnect(UnaryOperator.identity()))
        .build(true);
  }

  /** Whether a cache of the server's has to be opened anew, as it will never work again. */
  static boolean hasGivenUp(@Nullable Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null && cause.getMessage().endsWith(GIVEN_UP)) {
        return true;
      }
    }
    return false;
  }

  /** Opens a cache of the server's, which makes it if it has none of that name. */
  static Cache<String, byte[]> open(CacheManager manager, URI uri, String cacheName, long bytes) {
    String resource = uri.getFragment() == null ? RESOURCE : uri.getFragment();
    return manager.createCache(
        cacheName,
        CacheConfigurationBuilder.newCacheConfigurationBuilder(
                String.class,
                byte[].class,
                ResourcePoolsBuilder.newResourcePoolsBuilder()
                    .with(
                        ClusteredResourcePoolBuilder.clusteredDedicated(
                            resource, bytes, MemoryUnit.B)))
            .withExpiry(ExpiryPolicyBuilder.noExpiration())
            .withResilienceStrategy(new FailuresShow())
            // Strong would wait for other nodes to forget what they hold of Ehcache's: nothing.
            .withService(ClusteredStoreConfigurationBuilder.withConsistency(Consistency.EVENTUAL)));
  }
}
