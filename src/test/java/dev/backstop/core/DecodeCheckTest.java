package dev.backstop.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.Codec;
import dev.backstop.GenericType;
import dev.backstop.codec.JsonCodec;
import dev.backstop.testing.Logged;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The first blob of each type and each thousandth after it are decoded and compared. */
class DecodeCheckTest {
  private static final GenericType<Object> ANY = GenericType.of(Object.class);

  private final AtomicInteger decodings = new AtomicInteger();

  /** Makes of each value what a lossy format might: decoding applies {@code loss}. */
  private class Lossy implements Codec {
    private final Function<Object, @Nullable Object> loss;
    private @Nullable Object value;

    Lossy(Function<Object, @Nullable Object> loss) {
      this.loss = loss;
    }

    @Override
    public String id() {
      return "lossy";
    }

    @Override
    public int format() {
      return 1;
    }

    @Override
    public <V> byte[] encode(V next, GenericType<V> type) {
      value = next;
      return next.toString().getBytes();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <V> V decode(byte[] blob, int format, GenericType<V> type) {
      decodings.incrementAndGet();
      return (V) loss.apply(value);
    }
  }

  /** Has no {@code equals}. */
  static class Bean {
    public String text = "";
    public transient String lost = "";

    @Override
    public String toString() {
      return "Bean " + text;
    }
  }

  record Item(String title, int[] votes, @Nullable Bean bean) {}

  private static Bean bean(String text) {
    Bean bean = new Bean();
    bean.text = text;
    return bean;
  }

  private static List<String> toldBy(Codec codec, Object... values) {
    try (Logged log = new Logged()) {
      Values<Object> encoder = new Values<>("feeds", codec, ANY);
      for (Object value : values) {
        encoder.encode(value);
      }
      return log.messages(Level.SEVERE);
    }
  }

  private List<String> told(Object value, @Nullable Object decoded) {
    return toldBy(new Lossy(any -> decoded), value);
  }

  @Test
  void theFirstOfEachType_andEachThousandthAfterIt_areDecoded() {
    Values<Object> values = new Values<>("feeds", new Lossy(same -> same), ANY);
    values.encode("text");
    assertThat(decodings).hasValue(1);
    values.encode(1);
    assertThat(decodings).hasValue(2);
    for (int i = 0; i < 999; i++) {
      values.encode("text");
    }
    assertThat(decodings).hasValue(2);
    values.encode("text");
    assertThat(decodings).hasValue(3);
    for (int i = 0; i < 1_000; i++) {
      values.encode("text");
    }
    assertThat(decodings).hasValue(4);
  }

  @Test
  void aLoss_isToldOncePerType_withCacheAndCodec_andTheValueKeepsItsBackup() {
    Object[] thousands = new Object[3_002];
    Arrays.fill(thousands, "text");
    thousands[1] = 1;
    assertThat(toldBy(new Lossy(any -> "other"), thousands))
        .containsExactly(
            "A java.lang.String that codec lossy encoded for cache feeds"
                + " is not the same once it is decoded: java.lang.String is not equal",
            "A java.lang.Integer that codec lossy encoded for cache feeds"
                + " is not the same once it is decoded: java.lang.Integer became java.lang.String");
  }

  @Test
  void aDecodingThatThrows_isToldLikewise() {
    for (Throwable failure :
        List.of(
            new IllegalStateException("test"),
            new NoClassDefFoundError("test"),
            new StackOverflowError("test"))) {
      Codec codec =
          new Lossy(
              any -> {
                throw Suppressed.<RuntimeException>sneak(failure);
              });
      assertThat(toldBy(codec, "a", "b"))
          .singleElement()
          .asString()
          .contains("can't be decoded or compared < " + failure);
    }
  }

  @Test
  void whatDiffers_isSaidByItsPlaceAndNeverByItsValue() {
    Item item = new Item("secret", new int[] {1, 2}, null);
    assertThat(told(List.of(item), List.of(new Item("other", new int[] {1, 2}, null))))
        .singleElement()
        .asString()
        .endsWith("at [0].title: java.lang.String is not equal")
        .doesNotContain("secret");
    assertThat(told(item, new Item("secret", new int[] {1, 3}, null)).get(0))
        .endsWith("at .votes[1]: java.lang.Integer is not equal");
    assertThat(told(item, new Item("secret", new int[] {1}, null)).get(0))
        .endsWith("at .votes: 2 elements became 1");
    assertThat(told(item, new Item("secret", new int[] {1, 2}, new Bean())).get(0))
        .endsWith("at .bean: null became " + Bean.class.getTypeName());
    assertThat(told(Map.of("secret", List.of(1)), Map.of("secret", List.of(1L))).get(0))
        .endsWith("at {}[0]: java.lang.Integer became java.lang.Long");
    assertThat(told(Map.of("secret", 1), Map.of("other", 1)).get(0))
        .endsWith("at {}: java.lang.String is missing");
    assertThat(told(Set.of("secret"), Set.of("other")).get(0))
        .endsWith("at {}: java.lang.String is missing");
    assertThat(told(Optional.of(1), Optional.empty()).get(0))
        .endsWith("java.lang.Integer became null");
    assertThat(told("text", null).get(0)).endsWith("java.lang.String became null");
  }

  @Test
  void whatIsTheSame_isNotToldBecauseItsPartsHaveNoEquals() {
    Item item = new Item("a", new int[] {1}, bean("x"));
    for (Object[] same :
        new Object[][] {
          {item, new Item("a", new int[] {1}, bean("x"))},
          {List.of(bean("x")), new ArrayList<>(List.of(bean("x")))},
          {new Bean[] {bean("x")}, new Bean[] {bean("x")}},
          {Map.of("k", bean("x")), new HashMap<>(Map.of("k", bean("x")))},
          {Set.of(bean("x")), Set.of(bean("x"))},
          {bean("x"), bean("x")},
          {List.of(1, 2), new ArrayList<>(List.of(1, 2))},
          {new double[] {Double.NaN}, new double[] {Double.NaN}}
        }) {
      Codec sameBytes =
          new Lossy(any -> same[1]) {
            @Override
            public <V> byte[] encode(V next, GenericType<V> type) {
              return new byte[1];
            }
          };
      assertThat(toldBy(sameBytes, same[0])).isEmpty();
    }
  }

  @Test
  void whatHasNoEquals_isComparedByItsBytes() {
    assertThat(told(bean("x"), bean("y")).get(0)).endsWith("it encodes to other bytes");
  }

  @Test
  void json_thatLosesAProperty_isFound() {
    record Half(@com.fasterxml.jackson.annotation.JsonIgnore String lost, String kept) {}
    try (Logged log = new Logged()) {
      new Values<>("feeds", new JsonCodec(), GenericType.of(Half.class)).encode(new Half("a", "b"));
      assertThat(log.messages(Level.SEVERE))
          .singleElement()
          .asString()
          .endsWith("at .lost: java.lang.String became null");
    }
  }
}
