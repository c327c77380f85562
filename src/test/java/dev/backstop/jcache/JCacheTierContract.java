package dev.backstop.jcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.backstop.CacheTier;
import dev.backstop.testing.CacheTierContract;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.spi.CachingProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a provider of JSR-107 has to pass. */
abstract class JCacheTierContract extends CacheTierContract {
  private final CachingProvider provider;
  private final CacheManager manager;
  private final Cache<String, byte[]> cache;
  private final JCacheTier tier;

  JCacheTierContract(String providerClass) {
    provider = Caching.getCachingProvider(providerClass);
    manager = provider.getCacheManager();
    cache =
        manager.createCache(
            "a cache with a name of its own",
            new MutableConfiguration<String, byte[]>().setTypes(String.class, byte[].class));
    tier = JCacheTier.of("grid", cache);
  }

  @Override
  protected CacheTier tier() {
    return tier;
  }

  @AfterEach
  void close() {
    manager.close();
    provider.close();
  }

  @Test
  void ofAClosedCacheItThrows() {
    cache.close();
    assertThatIllegalStateException().isThrownBy(() -> tier.get("k"));
    assertThatIllegalStateException().isThrownBy(() -> tier.put("k", new byte[1]));
    assertThatIllegalStateException().isThrownBy(() -> tier.remove("k"));
    assertThatIllegalStateException().isThrownBy(() -> tier.removeIf(key -> true));
  }

  @Test
  void itTellsItsNameAndThatOfTheCache() {
    assertThat(tier.name()).isEqualTo("grid");
    assertThat(tier).hasToString("JCacheTier grid of a cache with a name of its own");
  }
}
