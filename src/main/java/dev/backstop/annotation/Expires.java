package dev.backstop.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * {@linkplain dev.backstop.BackedCache#expire Expires} a key of a cache when a method has returned:
 * the next get loads, and the backup can still stand in. When a {@code CompletionStage} is
 * returned, it is when that completes, and the caller's stage completes after it.
 *
 * <pre>{@code
 * @Expires(cache = "feeds")
 * public void rename(@CacheKey String name, String title)
 * }</pre>
 *
 * <p>The key is made of the parameters as {@link Backed} makes it, before the method runs: a null
 * is a {@code NullPointerException}, and nothing has happened. It runs inside of
 * {@code @Transactional}. That the change is not durable in time is not thrown: it holds in this
 * process and stays queued. Who must know calls the cache.
 *
 * <p>The cache must be known, by a {@link Backed} method or an injection point; else, and where the
 * key is of another type, the deployment fails. It works where interceptors do, see {@link Backed}.
 */
@Documented
@Repeatable(Expires.Several.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Expires {
  /** The name of the cache. */
  String cache();

  /** Whether the whole cache is meant, and not one key. */
  boolean all() default false;

  /** Failures of the method after which it is done all the same; no failure unless set. */
  Class<? extends Throwable>[] alsoOn() default {};

  /** More than one of them. */
  @Documented
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.METHOD)
  @interface Several {
    /** All. */
    Expires[] value();
  }
}
