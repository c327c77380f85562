package dev.backstop.core;

import dev.backstop.LoadFailure;
import dev.backstop.Validators;
import dev.backstop.backup.Blob;
import dev.backstop.clock.Micros;
import dev.backstop.fast.FastCopy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A copy as the bytes that a tier holds: a checksum, the number of this layout, what is known of
 * the value, and its blob. What is damaged, or of another layout, is no copy.
 */
final class Envelope {
  private static final int LAYOUT = 1;
  private static final int CHECKSUM_BYTES = Integer.BYTES;

  private Envelope() {}

  /** Packs a copy, whose value is {@code blob} once it is encoded. */
  static byte[] pack(FastCopy<?> copy, Blob blob) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(blob.bytes().length + 128);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(0); // the checksum's place
      out.writeByte(LAYOUT);
      out.writeLong(copy.createdAt());
      out.writeLong(copy.order());
      out.writeLong(copy.expiresAt());
      out.writeLong(copy.servedUntil());
      out.writeLong(copy.refreshAfter());
      LoadFailure failure = copy.failure();
      out.writeBoolean(failure != null);
      if (failure != null) {
        writeText(out, failure.type());
        writeText(out, failure.message());
        writeMoment(out, failure.at());
      }
      Validators validators = copy.validators();
      writeText(out, validators.etag());
      writeMoment(out, validators.lastModified());
      writeText(out, validators.fingerprint());
      writeText(out, blob.codec());
      out.writeInt(blob.format());
      writeText(out, blob.typeFingerprint());
      out.write(blob.bytes());
    } catch (IOException never) {
      throw new AssertionError("Memory can be written", never);
    }
    byte[] packed = bytes.toByteArray();
    int checksum = checksum(packed);
    for (int i = 0; i < CHECKSUM_BYTES; i++) {
      packed[i] = (byte) (checksum >>> (8 * i));
    }
    return packed;
  }

  /** Unpacks a copy whose value is still encoded; returns null for what is none. */
  static @Nullable FastCopy<Blob> unpack(byte[] packed) {
    if (packed.length <= CHECKSUM_BYTES) {
      return null;
    }
    int checksum = checksum(packed);
    for (int i = 0; i < CHECKSUM_BYTES; i++) {
      if (packed[i] != (byte) (checksum >>> (8 * i))) {
        return null;
      }
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(packed))) {
      in.readInt();
      return in.readByte() == LAYOUT ? unpack(in) : null;
    } catch (IOException | RuntimeException damaged) { // where the checksum happened to be right
      return null;
    }
  }

  private static FastCopy<Blob> unpack(DataInputStream in) throws IOException {
    long createdAt = in.readLong();
    long order = in.readLong();
    long expiresAt = in.readLong();
    long servedUntil = in.readLong();
    long refreshAfter = in.readLong();
    LoadFailure failure = null;
    if (in.readBoolean()) {
      String type = text(in);
      String message = readText(in);
      Instant at = readMoment(in);
      failure = new LoadFailure(type, message, at == null ? Instant.EPOCH : at);
    }
    Validators validators = new Validators(readText(in), readMoment(in), readText(in));
    String codec = text(in);
    int format = in.readInt();
    String typeFingerprint = text(in);
    Blob blob = new Blob(in.readAllBytes(), codec, format, typeFingerprint);
    return FastCopy.restored(
        blob, createdAt, order, expiresAt, servedUntil, refreshAfter, failure, validators);
  }

  private static int checksum(byte[] packed) {
    CRC32C checksum = new CRC32C();
    checksum.update(packed, CHECKSUM_BYTES, packed.length - CHECKSUM_BYTES);
    return (int) checksum.getValue();
  }

  private static void writeText(DataOutputStream out, @Nullable String text) throws IOException {
    byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(text == null ? -1 : bytes.length);
    out.write(bytes);
  }

  private static @Nullable String readText(DataInputStream in) throws IOException {
    int length = in.readInt();
    return length < 0 ? null : new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static String text(DataInputStream in) throws IOException {
    String text = readText(in);
    return text == null ? "" : text;
  }

  private static void writeMoment(DataOutputStream out, @Nullable Instant moment)
      throws IOException {
    out.writeLong(moment == null ? Long.MIN_VALUE : Micros.of(moment));
  }

  private static @Nullable Instant readMoment(DataInputStream in) throws IOException {
    long micros = in.readLong();
    return micros == Long.MIN_VALUE ? null : Micros.instant(micros);
  }
}
