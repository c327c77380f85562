package dev.backstop.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.GenericType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What could be written can be read. */
class JsonCodecTest {
  private final JsonCodec codec = new JsonCodec();

  @Test
  void longNumbers_names_andTexts_comeBack() {
    checkRoundTrip(BigInteger.TWO.pow(20_000), GenericType.of(BigInteger.class));
    checkRoundTrip(new BigDecimal("1." + "0".repeat(3_000)), GenericType.of(BigDecimal.class));
    checkRoundTrip(Map.of("n".repeat(100_000), "x"), new GenericType<Map<String, String>>() {});
    checkRoundTrip("x".repeat(30_000_000), GenericType.of(String.class));
  }

  private <V> void checkRoundTrip(V value, GenericType<V> type) {
    V back = codec.decode(codec.encode(value, type), 1, type);
    assertThat(back.equals(value)).as("the same " + type).isTrue(); // too long to be printed
  }
}
