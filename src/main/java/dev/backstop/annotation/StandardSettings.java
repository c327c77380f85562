package dev.backstop.annotation;

import java.lang.annotation.Annotation;
import java.util.List;
import javax.cache.annotation.CacheKeyGenerator;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResolverFactory;
import javax.cache.annotation.CacheResult;

/**
 * What the four annotations of JSR-107 have in common.
 *
 * @param isAfter whether the cache is changed when the method is done
 * @param included the failures that are named: cached, or on which the change is done
 * @param excluded those on which it is not
 */
record StandardSettings(
    Annotation annotation,
    String cacheName,
    Class<? extends CacheResolverFactory> resolvers,
    Class<? extends CacheKeyGenerator> keys,
    boolean isAfter,
    List<Class<? extends Throwable>> included,
    List<Class<? extends Throwable>> excluded) {

  static final List<Class<? extends Annotation>> ALL =
      List.of(CacheResult.class, CachePut.class, CacheRemove.class, CacheRemoveAll.class);

  static StandardSettings of(Annotation annotation) {
    if (annotation instanceof CacheResult result) {
      return new StandardSettings(
          result,
          result.cacheName(),
          result.cacheResolverFactory(),
          result.cacheKeyGenerator(),
          true,
          List.of(result.cachedExceptions()),
          List.of(result.nonCachedExceptions()));
    }
    if (annotation instanceof CachePut put) {
      return new StandardSettings(
          put,
          put.cacheName(),
          put.cacheResolverFactory(),
          put.cacheKeyGenerator(),
          put.afterInvocation(),
          List.of(put.cacheFor()),
          List.of(put.noCacheFor()));
    }
    if (annotation instanceof CacheRemove remove) {
      return new StandardSettings(
          remove,
          remove.cacheName(),
          remove.cacheResolverFactory(),
          remove.cacheKeyGenerator(),
          remove.afterInvocation(),
          List.of(remove.evictFor()),
          List.of(remove.noEvictFor()));
    }
    CacheRemoveAll all = (CacheRemoveAll) annotation;
    return new StandardSettings(
        all,
        all.cacheName(),
        all.cacheResolverFactory(),
        CacheKeyGenerator.class,
        all.afterInvocation(),
        List.of(all.evictFor()),
        List.of(all.noEvictFor()));
  }

  /**
   * Whether a failure is one of those that are meant.
   *
   * @param unlessNamed the answer where neither list has any
   */
  boolean covers(Throwable failure, boolean unlessNamed) {
    if (included.isEmpty() && excluded.isEmpty()) {
      return unlessNamed;
    }
    return (included.isEmpty() || isOne(included, failure)) && !isOne(excluded, failure);
  }

  private static boolean isOne(List<Class<? extends Throwable>> types, Throwable failure) {
    return types.stream().anyMatch(type -> type.isInstance(failure));
  }
}
