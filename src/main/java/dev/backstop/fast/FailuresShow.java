package dev.backstop.fast;

import java.util.Map;
import org.ehcache.Cache;
import org.ehcache.spi.resilience.ResilienceStrategy;
import org.ehcache.spi.resilience.StoreAccessException;

/** Throws what a store fails with. Ehcache's own strategy logs it, and a put seems to have held. */
final class FailuresShow implements ResilienceStrategy<String, byte[]> {
  @Override
  public byte[] getFailure(String key, StoreAccessException e) {
    throw new StoreFailure(e);
  }

  @Override
  public boolean containsKeyFailure(String key, StoreAccessException e) {
    throw new StoreFailure(e);
  }

  @Override
  public void putFailure(String key, byte[] value, StoreAccessException e) {
    throw new StoreFailure(e);
  }

  @Override
  public void removeFailure(String key, StoreAccessException e) {
    throw new StoreFailure(e);
  }

  @Override
  public void clearFailure(StoreAccessException e) {
    throw new StoreFailure(e);
  }

  @Override
  public Cache.Entry<String, byte[]> iteratorFailure(StoreAccessException e) {
    throw new StoreFailure(e);
  }

  @Override
  public byte[] putIfAbsentFailure(String key, byte[] value, StoreAccessException e) {
    throw new StoreFailure(e);
  }

  @Override
  public boolean removeFailure(String key, byte[] value, StoreAccessException e) {
    throw new StoreFailure(e);
  }

  @Override
  public byte[] replaceFailure(String key, byte[] value, StoreAccessException e) {
    throw new StoreFailure(e);
  }

  @Override
  public boolean replaceFailure(String key, byte[] value, byte[] newValue, StoreAccessException e) {
    throw new StoreFailure(e);
  }

  @Override
  public Map<String, byte[]> getAllFailure(
      Iterable<? extends String> keys, StoreAccessException e) {
    throw new StoreFailure(e);
  }

  @Override
  public void putAllFailure(
      Map<? extends String, ? extends byte[]> entries, StoreAccessException e) {
    throw new StoreFailure(e);
  }

  @Override
  public void removeAllFailure(Iterable<? extends String> keys, StoreAccessException e) {
    throw new StoreFailure(e);
  }
}
