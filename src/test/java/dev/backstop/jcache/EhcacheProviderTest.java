package dev.backstop.jcache;

class EhcacheProviderTest extends JCacheTierContract {
  EhcacheProviderTest() {
    super("org.ehcache.jsr107.EhcacheCachingProvider");
  }
}
