package dev.backstop.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.backstop.GenericType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** The default codec: what goes in comes out. */
class JsonCodecTest {
  private static final int THIRTY_MB = 30 * 1024 * 1024;

  private final JsonCodec codec = new JsonCodec();

  enum Mood {
    GOOD {
      @Override
      public String toString() {
        return "fine";
      }
    },
    BAD
  }

  record Item(String title, int number) {}

  record Feed(String name, List<Item> items, Map<String, List<Item>> byTag, Item best) {}

  record Exotic(
      Optional<String> some,
      Optional<Item> none,
      OptionalInt number,
      BigDecimal price,
      Mood mood,
      Map<Mood, LocalDate> days,
      Set<UUID> ids,
      URI link,
      char letter,
      long big,
      double small) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes({@JsonSubTypes.Type(Circle.class), @JsonSubTypes.Type(Square.class)})
  sealed interface Shape permits Circle, Square {}

  record Circle(double radius) implements Shape {}

  record Square(double side) implements Shape {}

  record Tree(int value, Tree child) {}

  private <T> T roundTrip(T value, GenericType<T> type) {
    byte[] bytes = codec.encode(value, type);
    return codec.decode(bytes, codec.format(), type);
  }

  private <T> String json(T value, GenericType<T> type) {
    return new String(codec.encode(value, type), StandardCharsets.UTF_8);
  }

  private <T> T parse(String json, GenericType<T> type) {
    return codec.decode(json.getBytes(StandardCharsets.UTF_8), 1, type);
  }

  @Test
  void hasTheNameAndFormatThatAreStoredBesideTheBytes() {
    assertThat(codec.id()).isEqualTo("json");
    assertThat(codec.format()).isEqualTo(1);
  }

  @Test
  void recordsInside_keepTheirTypes() {
    Item item = new Item("Title", 1);
    Feed feed = new Feed("planet", List.of(item), Map.of("news", List.of(item, item)), null);
    assertThat(roundTrip(feed, GenericType.of(Feed.class))).isEqualTo(feed);
  }

  @Test
  void genericsKeepTheirTypes() {
    List<Item> items = List.of(new Item("a", 1), new Item("b", 2));
    assertThat(roundTrip(items, new GenericType<List<Item>>() {})).isEqualTo(items);
    Map<String, List<Item>> byTag = Map.of("x", items, "y", List.of());
    assertThat(roundTrip(byTag, new GenericType<Map<String, List<Item>>>() {})).isEqualTo(byTag);
    Map<LocalDate, Set<Mood>> days = Map.of(LocalDate.of(2026, 2, 28), Set.of(Mood.GOOD));
    assertThat(roundTrip(days, new GenericType<Map<LocalDate, Set<Mood>>>() {})).isEqualTo(days);
    Optional<Item> some = Optional.of(items.get(0));
    assertThat(roundTrip(some, new GenericType<Optional<Item>>() {})).isEqualTo(some);
  }

  @Test
  void emptyOptionalAsAValue_isEmptyAndNotNull() {
    GenericType<Optional<String>> type = new GenericType<>() {};
    assertThat(roundTrip(Optional.empty(), type)).isEmpty();
  }

  @Test
  void exoticComponents_keepTheirValues() {
    Exotic exotic =
        new Exotic(
            Optional.of("x"),
            Optional.empty(),
            OptionalInt.of(5),
            new BigDecimal("1.10"),
            Mood.GOOD,
            Map.of(Mood.BAD, LocalDate.EPOCH),
            Set.of(new UUID(1, 2)),
            URI.create("https://example.org/?q=%20"),
            '"',
            Long.MIN_VALUE,
            Double.MIN_VALUE);
    assertThat(roundTrip(exotic, GenericType.of(Exotic.class))).isEqualTo(exotic);
  }

  static Stream<Arguments> moments() {
    OffsetDateTime offset = OffsetDateTime.parse("2026-07-01T12:34:56.123456789+05:45");
    return Stream.of(
        Arguments.of(Instant.parse("2026-07-01T12:34:56.123456789Z"), Instant.class),
        Arguments.of(Instant.EPOCH, Instant.class),
        Arguments.of(Instant.parse("-0001-01-01T00:00:00Z"), Instant.class),
        Arguments.of(LocalDate.of(2024, 2, 29), LocalDate.class),
        Arguments.of(LocalTime.of(23, 59, 59, 999_999_999), LocalTime.class),
        Arguments.of(LocalTime.MIDNIGHT, LocalTime.class),
        Arguments.of(LocalDateTime.of(2026, 7, 1, 0, 0), LocalDateTime.class),
        Arguments.of(LocalDateTime.MAX, LocalDateTime.class),
        Arguments.of(offset, OffsetDateTime.class),
        Arguments.of(offset.withOffsetSameInstant(ZoneOffset.UTC), OffsetDateTime.class),
        Arguments.of(offset.withOffsetSameInstant(ZoneOffset.MIN), OffsetDateTime.class),
        Arguments.of(offset.toOffsetTime(), OffsetTime.class),
        Arguments.of(offset.atZoneSameInstant(ZoneId.of("Europe/Berlin")), ZonedDateTime.class),
        Arguments.of(offset.atZoneSameInstant(ZoneId.of("Pacific/Chatham")), ZonedDateTime.class),
        Arguments.of(offset.toZonedDateTime(), ZonedDateTime.class),
        Arguments.of(offset.atZoneSameInstant(ZoneId.of("UTC")), ZonedDateTime.class),
        Arguments.of(Duration.ofDays(400).plusNanos(1), Duration.class),
        Arguments.of(Duration.ofSeconds(-1, 1), Duration.class),
        Arguments.of(Period.of(1, -2, 3), Period.class),
        Arguments.of(Year.of(2026), Year.class),
        Arguments.of(YearMonth.of(2026, 7), YearMonth.class),
        Arguments.of(MonthDay.of(2, 29), MonthDay.class),
        Arguments.of(Month.MAY, Month.class),
        Arguments.of(DayOfWeek.SUNDAY, DayOfWeek.class),
        Arguments.of(ZoneId.of("Asia/Kathmandu"), ZoneId.class),
        Arguments.of(ZoneOffset.ofHoursMinutes(-3, -30), ZoneOffset.class));
  }

  @ParameterizedTest
  @MethodSource("moments")
  <T> void typesOfJavaTime_areTheSameToTheirOffsetAndZone(T value, Class<T> type) {
    assertThat(roundTrip(value, GenericType.of(type))).isEqualTo(value).hasToString("" + value);
  }

  record Zones(
      OffsetDateTime offset,
      ZonedDateTime zoned,
      List<OffsetDateTime> offsets,
      Map<ZonedDateTime, OffsetDateTime> byZoned) {}

  @Test
  void datesInside_keepTheirOffsetAndZone() {
    OffsetDateTime offset = OffsetDateTime.parse("2026-10-25T02:30:00+02:00");
    ZonedDateTime earlier = offset.atZoneSameInstant(ZoneId.of("Europe/Berlin"));
    ZonedDateTime later = earlier.withLaterOffsetAtOverlap(); // the hour that comes twice
    assertThat(later).isNotEqualTo(earlier);
    Zones zones = new Zones(offset, later, List.of(offset), Map.of(earlier, offset, later, offset));
    assertThat(roundTrip(zones, GenericType.of(Zones.class))).isEqualTo(zones);
  }

  @Test
  void datesAreReadableFromSql() {
    assertThat(json(LocalDate.of(2026, 7, 1), GenericType.of(LocalDate.class)))
        .isEqualTo("\"2026-07-01\"");
    assertThat(
            json(
                OffsetDateTime.parse("2026-07-01T10:00+05:45"),
                GenericType.of(OffsetDateTime.class)))
        .isEqualTo("\"2026-07-01T10:00:00+05:45\"");
  }

  @Test
  void numbers_keepTheirScaleAndEveryDigit() {
    for (String number :
        List.of("1.10", "0.00", "1E+3", "-1E-400", "1234567890.1234567890123456789")) {
      BigDecimal value = new BigDecimal(number);
      assertThat(roundTrip(value, GenericType.of(BigDecimal.class))).isEqualTo(value);
    }
    BigDecimal long1 = new BigDecimal("1." + "3".repeat(5_000));
    assertThat(roundTrip(long1, GenericType.of(BigDecimal.class))).isEqualTo(long1);
    BigInteger huge = BigInteger.TWO.pow(20_000).subtract(BigInteger.ONE);
    assertThat(roundTrip(huge, GenericType.of(BigInteger.class))).isEqualTo(huge);
    assertThat(roundTrip(0.1 + 0.2, GenericType.of(Double.class))).isEqualTo(0.1 + 0.2);
    assertThat(roundTrip(Double.NaN, GenericType.of(Double.class))).isNaN();
    assertThat(roundTrip(Float.MIN_VALUE, GenericType.of(Float.class))).isEqualTo(Float.MIN_VALUE);
    assertThat(roundTrip(Long.MAX_VALUE, GenericType.of(Long.class))).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void enums_goByTheirNamesWhateverTheyShow() {
    GenericType<Mood> type = GenericType.of(Mood.class);
    assertThat(json(Mood.GOOD, type)).isEqualTo("\"GOOD\"");
    assertThat(roundTrip(Mood.GOOD, type)).isSameAs(Mood.GOOD);
    assertThat(roundTrip(Mood.BAD, type)).isSameAs(Mood.BAD);
    assertThatThrownBy(() -> parse("\"fine\"", type)).isInstanceOf(RuntimeException.class);
  }

  @Test
  void arrays_keepTheirContent() {
    byte[] bytes = {0, 1, -1, 127, -128};
    assertThat(roundTrip(bytes, GenericType.of(byte[].class))).isEqualTo(bytes);
    assertThat(roundTrip(new byte[0], GenericType.of(byte[].class))).isEmpty();
    int[][] matrix = {{1, 2}, {}};
    assertThat(roundTrip(matrix, GenericType.of(int[][].class))).isDeepEqualTo(matrix);
    assertThat(roundTrip(new Item[] {new Item("a", 1)}, GenericType.of(Item[].class)))
        .containsExactly(new Item("a", 1));
  }

  @Test
  void sealedTypesWithTypeInfo_keepTheirTypes() {
    GenericType<Shape> shape = GenericType.of(Shape.class);
    assertThat(roundTrip(new Circle(1), shape)).isEqualTo(new Circle(1));
    assertThat(roundTrip(new Square(1), shape)).isEqualTo(new Square(1));
    List<Shape> shapes = List.of(new Circle(1), new Square(2));
    assertThat(roundTrip(shapes, new GenericType<List<Shape>>() {})).isEqualTo(shapes);
    Map<String, Shape> named = Map.of("a", new Circle(3));
    assertThat(roundTrip(named, new GenericType<Map<String, Shape>>() {})).isEqualTo(named);
  }

  @Test
  void propertiesThatADeployAddedOrTookAway_areTolerated() {
    GenericType<Item> type = GenericType.of(Item.class);
    assertThat(parse("{\"title\":\"a\",\"number\":1,\"author\":{\"x\":[1]}}", type))
        .isEqualTo(new Item("a", 1));
    assertThat(parse("{\"number\":1}", type)).isEqualTo(new Item(null, 1));
  }

  @Test
  void nullText_isRefused() {
    for (GenericType<?> type :
        List.of(
            GenericType.of(Item.class),
            GenericType.of(String.class),
            new GenericType<List<String>>() {})) {
      assertThatThrownBy(() -> parse("null", type))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The JSON text is null");
    }
  }

  @Test
  void whatIsNoJsonOfTheType_isRefused() {
    GenericType<Item> type = GenericType.of(Item.class);
    for (String text :
        List.of("", " ", "{", "{\"title\":\"a\"", "[]", "5", "\"a\"", "{\"number\":\"x\"}")) {
      assertThatThrownBy(() -> parse(text, type)).isInstanceOf(RuntimeException.class);
    }
  }

  @Test
  void whatFollowsTheValue_isRefused() {
    GenericType<Item> type = GenericType.of(Item.class);
    assertThatThrownBy(() -> parse("{\"title\":\"a\"}{\"title\":\"b\"}", type))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void valueThatCannotBeEncoded_isRefused() {
    List<Object> circle = new ArrayList<>();
    circle.add(circle);
    assertThatThrownBy(() -> codec.encode(circle, new GenericType<List<Object>>() {}))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void everyUnicodeText_roundTrips() {
    StringBuilder all = new StringBuilder();
    for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
      if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
        all.appendCodePoint(point);
      }
    }
    String text = all.toString();
    assertThat(roundTrip(text, GenericType.of(String.class)).equals(text)).isTrue();
    Map<String, String> map = Map.of("\0\"\\\u2028😀", "e\u0301");
    assertThat(roundTrip(map, new GenericType<Map<String, String>>() {})).isEqualTo(map);
  }

  @Test
  void longTexts_roundTrip() {
    String text = "ä".repeat(THIRTY_MB / 2);
    assertThat(roundTrip(text, GenericType.of(String.class)).equals(text)).isTrue();
    Map<String, Integer> longName = Map.of("k".repeat(1_000_000), 1);
    assertThat(roundTrip(longName, new GenericType<Map<String, Integer>>() {}).equals(longName))
        .isTrue();
  }

  /** The limit protects the stack; what matters is that nothing is written that can't be read. */
  @Test
  void deepValues_roundTripOrAreRefusedWhenTheyAreWritten() {
    GenericType<Tree> type = GenericType.of(Tree.class);
    Tree tree = null;
    for (int i = 0; i < 500; i++) {
      tree = new Tree(i, tree);
    }
    assertThat(roundTrip(tree, type)).isEqualTo(tree);
    Tree deeper = new Tree(500, tree);
    assertThatThrownBy(() -> codec.encode(deeper, type)).isInstanceOf(RuntimeException.class);
  }

  @Test
  void mapperOfTheUsersOwn_rules() {
    JsonCodec own =
        new JsonCodec(
            JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.UPPER_SNAKE_CASE)
                .build());
    GenericType<Item> type = GenericType.of(Item.class);
    byte[] bytes = own.encode(new Item("a", 1), type);
    assertThat(new String(bytes, StandardCharsets.UTF_8)).contains("\"TITLE\":\"a\"");
    assertThat(own.decode(bytes, 1, type)).isEqualTo(new Item("a", 1));
  }

  @Test
  void localeAndTimeZoneOfTheJvm_changeNothing() {
    Locale locale = Locale.getDefault();
    java.util.TimeZone zone = java.util.TimeZone.getDefault();
    ZonedDateTime moment = ZonedDateTime.parse("2026-07-01T10:00+02:00[Europe/Berlin]");
    GenericType<ZonedDateTime> type = GenericType.of(ZonedDateTime.class);
    String before = json(moment, type);
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-SA-u-nu-arab"));
      java.util.TimeZone.setDefault(java.util.TimeZone.getTimeZone("Pacific/Chatham"));
      JsonCodec elsewhere = new JsonCodec();
      byte[] bytes = elsewhere.encode(moment, type);
      assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(before);
      assertThat(elsewhere.decode(bytes, 1, type)).isEqualTo(moment);
    } finally {
      Locale.setDefault(locale);
      java.util.TimeZone.setDefault(zone);
    }
  }
}
