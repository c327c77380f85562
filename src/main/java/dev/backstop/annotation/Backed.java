package dev.backstop.annotation;

import dev.backstop.BackupReads;
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
 * CacheKey}; the values of the cache are of the type that the method returns. A key that is null is
 * a {@code NullPointerException} that names method and parameter. Of a {@code CompletionStage} or
 * {@code CompletableFuture} the value is what it completes with, and a stage that fails is a load
 * that fails: the caller <em>waits</em> for the load, and gets a stage that is complete.
 *
 * <p>Each attribute is what {@link dev.backstop.Policy} has by its name; one that is unset, as 0 or
 * empty, comes from the cache's own policy. Durations are as ISO 8601 has them ({@code PT5M}).
 *
 * <p>It works where interceptors do: on calls from other beans, and not on those that a bean makes
 * to itself. It runs outside of {@code @Transactional}, so that a load that fails rolls back its
 * own transaction and not the one that goes on with the stand-in. A method that is private, static,
 * final or void, and whatever else can't be a loader, fails the deployment.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Backed {
  /** The name of the cache. */
  String cache();

  /** How long after its stamp a value is fresh. */
  String ttl() default "";

  /** The age, counted from the stamp, past which a backup may not stand in. */
  String maxStale() default "";

  /** How long a caller waits for the method before a usable backup answers. */
  String softTimeout() default "";

  /** How long the method may take before its load counts as failed. */
  String hardTimeout() default "";

  /**
   * The share of the ttl past which a call begins a load in the background. The method then runs on
   * another thread, after the call that began it has returned.
   */
  double refreshAhead() default 0;

  /** Shortens the ttl of each load by a random part, up to this. */
  String jitter() default "";

  /** The stand-in time as a fraction of the ttl. */
  double standInFor() default 0;

  /** The longest stand-in time. */
  String standInAtMost() default "";

  /** When the backup is read, one at most. */
  BackupReads[] backupReads() default {};

  /** For how long the factory's questions are not asked again about an entry. */
  String askAtMostEvery() default "";

  /** Tiers that are not looked into. */
  String[] withoutReading() default {};

  /** Tiers that hold nothing of what is loaded. */
  String[] withoutWriting() default {};

  /**
   * A bean that says what only code can: {@code changedSince}, {@code fingerprint} and {@code
   * standInOn}. What it sets wins over the attributes.
   */
  Class<? extends PolicyFactory> policy() default PolicyFactory.class;
}
