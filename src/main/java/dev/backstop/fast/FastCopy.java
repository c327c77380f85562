package dev.backstop.fast;

import dev.backstop.LoadFailure;
import dev.backstop.Validators;
import org.jspecify.annotations.Nullable;

/**
 * What the fast tier holds for a key. All moments are microseconds in the database's time.
 *
 * @param createdAt the value's stamp
 * @param order what a barrier is held against: the value's stamp or, for a stand-in, the stamp of
 *     the load that failed, because an expiry ends the stand-in but not what can stand in next
 * @param expiresAt the end of the value's ttl
 * @param servedUntil until when it is served without a load: expiresAt or, for a stand-in, the end
 *     of its stand-in time; 0 once expired. Past it the copy can still stand in.
 * @param refreshAfter no refresh ahead begins before
 * @param failure why it stands in, or null
 * @param validators what tells whether the value changed at its source
 * @param mark when an access was last noted, shared by all copies of one value
 */
public record FastCopy<V>(
    V value,
    long createdAt,
    long order,
    long expiresAt,
    long servedUntil,
    long refreshAfter,
    @Nullable LoadFailure failure,
    Validators validators,
    AccessMark mark) {

  /** A fresh value, whose row was last noted to have been asked for at {@code lastAccess}. */
  public static <V> FastCopy<V> fresh(
      V value, long createdAt, long expiresAt, long lastAccess, Validators validators) {
    return new FastCopy<>(
        value,
        createdAt,
        createdAt,
        expiresAt,
        expiresAt,
        0,
        null,
        validators,
        new AccessMark(lastAccess));
  }

  /** A fresh value that is about to be written. */
  public static <V> FastCopy<V> fresh(V value, long createdAt, long expiresAt) {
    return fresh(value, createdAt, expiresAt, createdAt, Validators.NONE);
  }

  /** A copy that was held as bytes; whether its row was asked for meanwhile is not known. */
  public static <V> FastCopy<V> restored(
      V value,
      long createdAt,
      long order,
      long expiresAt,
      long servedUntil,
      long refreshAfter,
      @Nullable LoadFailure failure,
      Validators validators) {
    return new FastCopy<>(
        value,
        createdAt,
        order,
        expiresAt,
        servedUntil,
        refreshAfter,
        failure,
        validators,
        new AccessMark(createdAt));
  }

  /** The same of another value: of this one decoded. */
  public <W> FastCopy<W> of(W decoded) {
    return restored(
        decoded, createdAt, order, expiresAt, servedUntil, refreshAfter, failure, validators);
  }

  /** This value, standing in for a load that was stamped {@code order}. */
  public FastCopy<V> standingIn(long order, long until, LoadFailure because) {
    return new FastCopy<>(value, createdAt, order, expiresAt, until, 0, because, validators, mark);
  }

  /** This value, no longer served without a load. */
  public FastCopy<V> expired() {
    return new FastCopy<>(
        value, createdAt, order, expiresAt, 0, refreshAfter, null, validators, mark);
  }

  /** This value, not refreshed ahead before {@code moment}. */
  public FastCopy<V> notRefreshedBefore(long moment) {
    return new FastCopy<>(
        value, createdAt, order, expiresAt, servedUntil, moment, failure, validators, mark);
  }
}
