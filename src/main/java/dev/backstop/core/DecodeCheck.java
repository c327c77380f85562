package dev.backstop.core;

import dev.backstop.Codec;
import dev.backstop.GenericType;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Decodes some of what was just encoded and compares, so that a codec that loses data is found on
 * the first day and not in the first outage: the first value of each type, and each thousandth
 * after it. It only tells; the value keeps its backup.
 */
final class DecodeCheck<V> {
  private static final Logger LOG = System.getLogger("dev.backstop");
  private static final int EVERY = 1_000;

  private final String cache;
  private final Codec codec;
  private final GenericType<V> type;
  private final Map<Class<?>, AtomicLong> encoded = new ConcurrentHashMap<>();
  private final Set<Class<?>> told = ConcurrentHashMap.newKeySet();

  DecodeCheck(String cache, Codec codec, GenericType<V> type) {
    this.cache = cache;
    this.codec = codec;
    this.type = type;
  }

  void encoded(V value, byte[] bytes) {
    Class<?> its = value.getClass();
    long before = encoded.computeIfAbsent(its, same -> new AtomicLong()).getAndIncrement();
    if (before % EVERY != 0) {
      return;
    }
    try {
      String difference = difference(value, bytes);
      if (difference != null) {
        tell(its, "is not the same once it is decoded: " + difference, null);
      }
    } catch (Throwable failure) {
      tell(its, "can't be decoded or compared", failure);
    }
  }

  private void tell(Class<?> its, String what, @Nullable Throwable failure) {
    if (told.add(its)) {
      String name = its.getTypeName();
      Causes.log(
          LOG,
          Level.ERROR,
          "A " + name + " that codec " + codec.id() + " encoded for cache " + cache + " " + what,
          failure);
    }
  }

  private @Nullable String difference(V value, byte[] bytes) throws Exception {
    V decoded = codec.decode(bytes, codec.format(), type);
    Difference difference = new Difference();
    String found = difference.between("", value, decoded);
    if (found == null
        && difference.isUnsure()
        && !Arrays.equals(bytes, codec.encode(decoded, type))) {
      return "it encodes to other bytes";
    }
    return found;
  }
}
