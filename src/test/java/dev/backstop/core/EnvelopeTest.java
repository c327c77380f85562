package dev.backstop.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.LoadFailure;
import dev.backstop.Validators;
import dev.backstop.backup.Blob;
import dev.backstop.fast.FastCopy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the tiers between heap and backups hold is what the heap held. */
class EnvelopeTest {
  private static final Instant MOMENT = Instant.parse("2026-01-15T10:00:00.123456Z");
  private static final Blob BLOB =
      new Blob("\"v\"".getBytes(StandardCharsets.UTF_8), "json", 7, "java.lang.String");

  static Stream<FastCopy<Blob>> copies() {
    return Stream.of(
        FastCopy.restored(BLOB, 1, 2, 3, 4, 5, null, Validators.NONE),
        FastCopy.restored(
            new Blob(new byte[0], "", 0, ""), -1, -2, -3, -4, -5, null, Validators.NONE),
        FastCopy.restored(
            BLOB,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            0,
            0,
            0,
            new LoadFailure("java.io.IOException", "The source is dówn", MOMENT),
            new Validators("\"etag\"", MOMENT, "fingerprint")),
        FastCopy.restored(
            BLOB, 1, 2, 3, 4, 5, new LoadFailure("E", null, MOMENT), new Validators("", null, "")));
  }

  @ParameterizedTest
  @MethodSource("copies")
  void whatIsUnpacked_isWhatWasPacked(FastCopy<Blob> copy) {
    FastCopy<Blob> unpacked = Envelope.unpack(Envelope.pack(copy, copy.value()));
    assertThat(unpacked)
        .usingRecursiveComparison()
        .ignoringFields("mark") // when an access was last noted, by another heap
        .isEqualTo(copy);
  }

  @Test
  void whatIsTooShortOrDamaged_isNoCopy() {
    byte[] packed = Envelope.pack(FastCopy.fresh(BLOB, 1, 2), BLOB);
    for (int length = 0; length < packed.length; length++) {
      assertThat(Envelope.unpack(Arrays.copyOf(packed, length))).isNull();
    }
    for (int at = 0; at < packed.length; at++) {
      byte[] damaged = packed.clone();
      damaged[at] ^= 1;
      assertThat(Envelope.unpack(damaged)).isNull();
    }
  }
}
