package dev.backstop.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * {@linkplain dev.backstop.BackedCache#remove Removes} a key of a cache, in every tier, when a
 * method has returned; of the rest, all is as of {@link Expires}.
 *
 * <pre>{@code
 * @Removes(cache = "feeds")
 * public void delete(String name)
 * }</pre>
 */
@Documented
@Repeatable(Removes.Several.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Removes {
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
    Removes[] value();
  }
}
