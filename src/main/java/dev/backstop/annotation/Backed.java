package dev.backstop.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a method of a bean the loader of a cache: a call is a {@link dev.backstop.BackedCache#get
 * get} by a key of its parameters, and the method runs when that loads. What it throws is what the
 * caller meets, the same object, if nothing can stand in; null is "the source has no such thing".
 *
 * <pre>{@code
 * @Backed(cache = "feeds", ttl = "PT5M")
 * public Feed read(String name) throws IOException
 * }</pre>
 *
 * <p>The key is the only parameter, or all of them in their order, or those with a {@link
 * CacheKey}; the values of the cache are of the type that the method returns.
 *
 * <p>It works where interceptors do: on calls from other beans, and not on those that a bean makes
 * to itself. It runs outside of {@code @Transactional}, so that a load that fails has rolled back
 * its own transaction and not the one that goes on with the stand-in.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Backed {
  /** The name of the cache. */
  String cache();

  /**
   * How long after its stamp a value is fresh, as ISO 8601 has durations ({@code PT5M}); as the
   * cache's own policy says unless set.
   */
  String ttl() default "";
}
