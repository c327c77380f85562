package dev.backstop.jcache;

class CaffeineProviderTest extends JCacheTierContract {
  CaffeineProviderTest() {
    super("com.github.benmanes.caffeine.jcache.spi.CaffeineCachingProvider");
  }
}
