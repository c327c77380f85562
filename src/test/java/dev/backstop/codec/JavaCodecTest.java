package dev.backstop.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.GenericType;
import java.io.InvalidObjectException;
import java.io.NotSerializableException;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Currency;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is listed survives, within the limits; {@link JavaRefusalsTest} has the rest. */
class JavaCodecTest {
  private static final GenericType<Object> ANY = GenericType.of(Object.class);

  record Item(String title, int[] votes) implements Serializable {}

  enum Mood {
    GOOD,
    BAD {
      @Override
      public String toString() {
        return "a class of its own";
      }
    }
  }

  static class Node implements Serializable {
    private static final long serialVersionUID = 1L;
    Object next;
  }

  @Test
  void records_arrays_andGenericsComeBack() throws Exception {
    JavaCodec codec = JavaCodec.allowing(Item.class);
    GenericType<Map<String, List<Item>>> type = new GenericType<>() {};
    Item item = new Item("one", new int[] {1, 2});
    Map<String, List<Item>> back = decode(codec, Map.of("k", List.of(item)), type);
    assertThat(back.get("k")).usingRecursiveFieldByFieldElementComparator().containsExactly(item);
    Item[][] arrays = {{item}, {}};
    assertThat(decode(codec, arrays, GenericType.of(Item[][].class))[0][0].title())
        .isEqualTo("one");
    GenericType<List<Item>[]> generic = new GenericType<>() {};
    assertThat(codec.decode(codec.encode(new List<?>[] {List.of()}, ANY), 1, generic)).hasSize(1);
  }

  @Test
  void valuesAndCollectionsOfTheJdk_areAlwaysAllowed() throws Exception {
    Map<Mood, Integer> moods = new EnumMap<>(Map.of(Mood.BAD, 1));
    Map<String, Integer> linked = new LinkedHashMap<>(Map.of("k", 1));
    for (Object value :
        List.of(
            "text",
            true,
            (byte) 1,
            'c',
            1.5,
            1.5f,
            1,
            1L,
            (short) 1,
            Mood.GOOD,
            Mood.BAD,
            new BigDecimal("1.50"),
            BigInteger.TEN,
            UUID.randomUUID(),
            URI.create("https://a/b"),
            new Date(7),
            Locale.GERMANY,
            Currency.getInstance("EUR"),
            Instant.EPOCH,
            LocalDate.EPOCH,
            Duration.ZERO,
            ZonedDateTime.now(),
            List.of(),
            List.of(1),
            List.of(1, 2, 3),
            Set.of(1, 2, 3),
            Map.of(1, 2),
            Map.of(),
            List.of(1, 2).stream().toList(),
            Map.entry(1, 2) instanceof Serializable,
            new ArrayList<>(List.of(1)),
            new LinkedList<>(List.of(1)),
            Arrays.asList(1, 2),
            new HashSet<>(Set.of(1, 2)),
            EnumSet.allOf(Mood.class),
            new TreeSet<>(Set.of(2, 1)),
            moods,
            linked,
            new TreeMap<>(linked),
            Map.copyOf(linked),
            Collections.emptyList(),
            Collections.emptyMap(),
            Collections.emptySet(),
            Collections.singletonList(1),
            Collections.singleton(1),
            Collections.singletonMap(1, 2),
            Collections.unmodifiableList(new ArrayList<>()),
            Collections.unmodifiableList(new LinkedList<>()),
            Collections.unmodifiableMap(linked),
            Collections.unmodifiableSet(new HashSet<>()),
            Collections.unmodifiableSortedMap(new TreeMap<>(linked)),
            Collections.unmodifiableSortedSet(new TreeSet<>(Set.of(1))))) {
      assertThat(decode(JavaCodec.allowing(Mood.class), value, ANY)).isEqualTo(value);
    }
    assertThat((ArrayDeque<?>) decode(JavaCodec.allowing(), new ArrayDeque<>(List.of(1)), ANY))
        .hasSize(1);
    for (Object array : new Object[] {new byte[] {1}, new String[][] {{"a"}}, new Object[] {1}}) {
      assertThat(decode(JavaCodec.allowing(), array, ANY)).isEqualTo(array);
    }
  }

  @Test
  void packages_areAllowedWhole() throws Exception {
    JavaCodec codec = JavaCodec.allowing().allowingPackages("dev.backstop.codec");
    assertThat(decode(codec, Mood.GOOD, GenericType.of(Mood.class))).isEqualTo(Mood.GOOD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*", "com.*", "com.example.**", "!com.example", "a;b", "com.", " "})
  void packages_haveNoWildcards(String wrong) {
    assertThatThrownBy(() -> JavaCodec.allowing().allowingPackages(wrong))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("names must be names of packages, without wildcards, was " + wrong);
  }

  @Test
  void limits_areAtLeastOne() {
    JavaCodec codec = JavaCodec.allowing();
    assertThatThrownBy(() -> codec.maxDepth(0)).hasMessage("maxDepth must be at least 1, was 0");
    assertThatThrownBy(() -> codec.maxArray(-1)).hasMessage("maxArray must be at least 1, was -1");
    assertThatThrownBy(() -> codec.maxRefs(0)).hasMessage("maxRefs must be at least 1, was 0");
    assertThatThrownBy(() -> codec.maxBytes(0)).hasMessage("maxBytes must be at least 1, was 0");
  }

  @Test
  void depth_isLimited() throws Exception {
    JavaCodec codec = JavaCodec.allowing(Node.class);
    decode(codec, chain(20), ANY);
    assertRefused(codec, chain(21), "21 is above maxDepth, which is 20");
    decode(codec.maxDepth(21), chain(21), ANY);
  }

  @Test
  void lengthOfArrays_isLimited_alsoOfThoseThatCollectionsMake() throws Exception {
    JavaCodec codec = JavaCodec.allowing().maxArray(10);
    decode(codec, new int[10], ANY);
    assertRefused(codec, new int[11], "11 is above maxArray, which is 10");
    assertRefused(codec, Collections.nCopies(11, 1).stream().toList(), "11 is above maxArray");
    assertRefused(
        JavaCodec.allowing(),
        new byte[10_000_001],
        "10000001 is above maxArray, which is 10000000");
  }

  @Test
  void numberOfReferences_isLimited() throws Exception {
    List<String> strings = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      strings.add("text " + i);
    }
    strings.add(null);
    Object value = new Object[] {strings, new Date()};
    decode(JavaCodec.allowing(), value, ANY);
    assertRefused(JavaCodec.allowing().maxRefs(150), value, "is above maxRefs, which is 150");
  }

  @Test
  void bytes_areLimitedOnBothWays() throws Exception {
    byte[] blob = JavaCodec.allowing().encode("x".repeat(200), ANY);
    JavaCodec codec = JavaCodec.allowing().maxBytes(100);
    assertThatThrownBy(() -> codec.decode(blob, 1, ANY))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessage(blob.length + " is above maxBytes, which is 100");
    assertThatThrownBy(() -> codec.encode("x".repeat(200), ANY)).hasMessageContaining("maxBytes");
  }

  @Test
  void aValueOfAnotherType_isRefused() throws Exception {
    JavaCodec codec = JavaCodec.allowing();
    byte[] blob = codec.encode("text", ANY);
    assertThatThrownBy(() -> codec.decode(blob, 1, GenericType.of(Integer.class)))
        .hasMessage("The blob must hold a java.lang.Integer, was a java.lang.String");
    assertThatThrownBy(() -> codec.decode(codec.encode(null, ANY), 1, ANY))
        .hasMessageEndingWith("was null");
    assertThat((int) codec.decode(codec.encode(7, ANY), 1, GenericType.of(int.class))).isEqualTo(7);
  }

  @Test
  void whatIsNotSerializable_isNamed() {
    assertThatThrownBy(() -> JavaCodec.allowing(Thread.class).encode(new Thread(), ANY))
        .isInstanceOf(NotSerializableException.class)
        .hasMessage("java.lang.Thread");
  }

  private static Node chain(int length) {
    Node first = new Node();
    for (int i = 1; i < length; i++) {
      Node node = new Node();
      node.next = first;
      first = node;
    }
    return first;
  }

  private static <V> V decode(JavaCodec codec, V value, GenericType<V> type) throws Exception {
    return codec.decode(codec.encode(value, type), 1, type);
  }

  private static void assertRefused(JavaCodec codec, Object value, String message)
      throws Exception {
    byte[] blob = codec.encode(value, ANY);
    assertThatThrownBy(() -> codec.decode(blob, 1, ANY))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessageContaining(message);
  }
}
