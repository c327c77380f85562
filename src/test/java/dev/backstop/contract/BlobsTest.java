package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackstopBuilder;
import dev.backstop.Codec;
import dev.backstop.Entry;
import dev.backstop.GenericType;
import dev.backstop.Origin;
import dev.backstop.Policy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Values of any size. */
class BlobsTest extends Fixture {
  private static final int FIFTY_MB = 50 * 1024 * 1024;

  /** A large row takes longer than a caller usually waits. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The text's bytes, and nothing around them. */
  private static final class Utf8 implements Codec {
    @Override
    public String id() {
      return "utf-8";
    }

    @Override
    public int format() {
      return 7;
    }

    @Override
    public <V> byte[] encode(V value, GenericType<V> type) {
      return ((String) value).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    @SuppressWarnings("unchecked") // it serves texts only
    public <V> V decode(byte[] blob, int format, GenericType<V> type) {
      assertThat(format).isEqualTo(7);
      return (V) new String(blob, StandardCharsets.UTF_8);
    }
  }

  @Test
  void blobOfZeroBytes_survivesARestart() throws Exception {
    checkRoundTrip("", builder -> builder.codec(new Utf8()));
    assertThat(ask("select octet_length(blob) from backstop_backup")).isEqualTo("0");
    assertThat(ask("select blob_bytes from backstop_backup")).isEqualTo("0");
    assertThat(ask("select codec from backstop_backup")).isEqualTo("utf-8");
    assertThat(ask("select format from backstop_backup")).isEqualTo("7");
  }

  @Test
  void blobOfOneByte_survivesARestart() throws Exception {
    checkRoundTrip("\0", builder -> builder.codec(new Utf8()));
    assertThat(ask("select octet_length(blob) from backstop_backup")).isEqualTo("1");
  }

  @Test
  void blobOf50Megabytes_survivesARestart() throws Exception {
    checkRoundTrip("0123456789".repeat(FIFTY_MB / 10), builder -> builder.codec(new Utf8()));
    assertThat(ask("select octet_length(blob) from backstop_backup")).isEqualTo("" + FIFTY_MB);
    assertThat(ask("select blob_bytes from backstop_backup")).isEqualTo("" + FIFTY_MB);
  }

  @Test
  void blobOf50MegabytesOfJson_survivesARestart() throws Exception {
    checkRoundTrip("ä€😀\"\\".repeat(FIFTY_MB / 13), builder -> builder);
    assertThat(ask("select blob_bytes from backstop_backup"))
        .isEqualTo("" + (FIFTY_MB / 13 * 13 + 2));
  }

  private void checkRoundTrip(String value, UnaryOperator<BackstopBuilder> settings)
      throws Exception {
    UnaryOperator<BackstopBuilder> patient = builder -> builder.backupTimeout(PATIENCE);
    try (Backstop backstop = open(builder -> settings.apply(patient.apply(builder)))) {
      cache(backstop).get("k", () -> value);
    }
    pastTtl();
    BackedCache<String, String> restarted =
        cache(open(builder -> settings.apply(patient.apply(builder))));
    Entry<String> entry = restarted.entry("k", Source.failing(), Policy.unset());
    assertThat(entry.origin()).isEqualTo(Origin.STAND_IN);
    assertThat(entry.value().equals(value)).as("the same text").isTrue(); // never printed
  }
}
