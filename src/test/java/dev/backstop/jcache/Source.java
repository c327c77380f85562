package dev.backstop.jcache;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.cache.Cache;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;

/** A map that is loaded from and written to, tells what it was asked, and fails when told to. */
final class Source implements CacheLoader<String, String>, CacheWriter<String, String> {
  final Map<String, String> values = new ConcurrentHashMap<>();
  final List<String> loads = new ArrayList<>();

  /** Keys that a bulk load says nothing of. */
  final Set<String> leftOut = new HashSet<>();

  /** Keys that are not written. */
  final Set<String> readOnly = new HashSet<>();

  @Nullable CacheLoaderException down;
  final CacheWriterException refusal = new CacheWriterException("It is read-only");

  CacheLoaderException breakDown() {
    down = new CacheLoaderException("Connection refused");
    return down;
  }

  @Override
  public @Nullable String load(String key) {
    loads.add(key);
    if (down != null) {
      throw down;
    }
    return values.get(key);
  }

  @Override
  public Map<String, String> loadAll(Iterable<? extends String> keys) {
    Map<String, String> found = new HashMap<>();
    for (String key : keys) {
      String value = load(key);
      if (!leftOut.contains(key)) {
        found.put(key, value); // null, if there is none
      }
    }
    return found;
  }

  @Override
  public void write(Cache.Entry<? extends String, ? extends String> entry) {
    check(entry.getKey());
    values.put(entry.getKey(), entry.getValue());
  }

  @Override
  public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
    Iterator<Cache.Entry<? extends String, ? extends String>> all = entries.iterator();
    while (all.hasNext()) {
      Cache.Entry<? extends String, ? extends String> entry = all.next();
      if (!readOnly.contains(entry.getKey())) {
        write(entry);
        all.remove();
      }
    }
    entries.forEach(left -> check(left.getKey()));
  }

  @Override
  public void delete(Object key) {
    check(key);
    values.remove(key);
  }

  @Override
  public void deleteAll(Collection<?> keys) {
    Iterator<?> all = keys.iterator();
    while (all.hasNext()) {
      Object key = all.next();
      if (!readOnly.contains(key)) {
        delete(key);
        all.remove();
      }
    }
    keys.forEach(this::check);
  }

  private void check(Object key) {
    if (readOnly.contains(key)) {
      throw refusal;
    }
  }
}
