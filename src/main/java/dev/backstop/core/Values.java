package dev.backstop.core;

import dev.backstop.Codec;
import dev.backstop.GenericType;
import dev.backstop.backup.Blob;
import dev.backstop.backup.Once;
import dev.backstop.backup.Sha256;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Encodes and decodes the values of one cache. */
final class Values<V> implements Encoding<V> {
  private static final Logger LOG = System.getLogger("dev.backstop");

  private final String cache;
  private final Codec codec;
  private final GenericType<V> type;
  private final String fingerprint;
  private final DecodeCheck<V> check;
  private final Once unencodable = new Once();
  private final Once undecodable = new Once();

  Values(String cache, Codec codec, GenericType<V> type) {
    this.cache = cache;
    this.codec = codec;
    this.type = type;
    this.check = new DecodeCheck<>(cache, codec, type);
    String name = type.toString();
    this.fingerprint =
        name.length() <= 64 ? name : Sha256.hex(name.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public @Nullable Blob encodeOrNull(V value) {
    try {
      return encode(value);
    } catch (IllegalArgumentException failure) {
      logUnencodable("has no backup", failure);
      return null;
    }
  }

  /** Says once per cause what becomes of values that can't be encoded. */
  void logUnencodable(String what, IllegalArgumentException failure) {
    if (unencodable.isFirst(failure.getMessage() + Causes.text(failure.getCause()))) {
      Causes.log(LOG, Level.WARNING, "A value of cache " + cache + " " + what, failure);
    }
  }

  @Override
  public Blob encode(V value) {
    Blob blob;
    try {
      byte[] bytes = codec.encode(value, type);
      blob =
          new Blob(
              Objects.requireNonNull(bytes, "The codec returned null"),
              codec.id(),
              codec.format(),
              fingerprint);
    } catch (Throwable failure) { // whatever it is, the value is there
      throw new IllegalArgumentException(
          "value must be of a type that codec "
              + codec.id()
              + " can encode as "
              + type
              + ", was a "
              + value.getClass().getName(),
          failure);
    }
    check.encoded(value, blob.bytes());
    return blob;
  }

  @Override
  public V decode(Blob blob) throws UndecodableException {
    try {
      if (!blob.codec().equals(codec.id())) {
        throw new IllegalStateException(
            "It was written by codec " + blob.codec() + ", and " + codec.id() + " is set");
      }
      V value = codec.decode(blob.bytes(), blob.format(), type);
      return Objects.requireNonNull(value, "The codec returned null");
    } catch (Throwable failure) {
      UndecodableException thrown =
          new UndecodableException("A backup of cache " + cache + " can't be decoded", failure);
      if (undecodable.isFirst(Causes.text(failure))) {
        Causes.log(
            LOG, Level.WARNING, "It counts as no backup; this cause is not logged again", thrown);
      }
      throw thrown;
    }
  }

  /** A backup that counts as none. */
  static final class UndecodableException extends Exception {
    private static final long serialVersionUID = 1L;

    UndecodableException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
