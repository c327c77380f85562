package dev.backstop.jcache;

class CaffeineReadThroughTest extends ReadThroughContract {
  CaffeineReadThroughTest() {
    super("com.github.benmanes.caffeine.jcache.spi.CaffeineCachingProvider");
  }
}
