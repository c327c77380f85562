package dev.backstop.jcache;

class EhcacheReadThroughTest extends ReadThroughContract {
  EhcacheReadThroughTest() {
    super("org.ehcache.jsr107.EhcacheCachingProvider");
  }
}
