package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Codec;
import dev.backstop.GenericType;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.codec.JavaCodec;
import dev.backstop.codec.JsonCodec;
import dev.backstop.testing.Logged;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What can't be decoded counts as no backup, whatever is wrong with it, and is logged once. */
class UndecodableTest extends Fixture {
  record Feed(String title) implements Serializable {}

  private static final Feed FEED = new Feed("Planet");

  /** A codec whose {@code decode} throws once told to; or which renames a class. */
  private static final class Poisoned implements Codec {
    private final Codec codec;
    private volatile @Nullable Throwable poison;
    private volatile boolean renames;

    Poisoned(Codec codec) {
      this.codec = codec;
    }

    @Override
    public String id() {
      return codec.id();
    }

    @Override
    public int format() {
      return codec.format();
    }

    @Override
    public <V> byte[] encode(V value, GenericType<V> type) throws Exception {
      return codec.encode(value, type);
    }

    @Override
    public <V> V decode(byte[] blob, int format, GenericType<V> type) throws Exception {
      Throwable failure = poison;
      if (failure != null) {
        throw UndecodableTest.<RuntimeException>sneak(failure);
      }
      String bytes = new String(blob, StandardCharsets.ISO_8859_1);
      String read = renames ? bytes.replace("$Feed", "$Gone") : bytes;
      return codec.decode(read.getBytes(StandardCharsets.ISO_8859_1), format, type);
    }
  }

  private static CacheSpec<String, Feed> spec(Codec codec) {
    return CacheSpec.of("feeds", String.class, Feed.class).ttl(TTL).codec(codec);
  }

  @Test
  void aDecoderThatThrows() throws Exception {
    for (Throwable poison :
        List.of(
            new IllegalStateException("test"),
            new IOException("test"),
            new NoClassDefFoundError("com/example/Gone"),
            new StackOverflowError("test"))) {
      Poisoned codec = new Poisoned(new JsonCodec());
      checkCountsAsNone(codec, () -> codec.poison = poison, poison.toString());
    }
  }

  @Test
  void aBlobOfAnotherCodec() throws Exception {
    checkCountsAsNone(
        new JsonCodec(),
        () -> run("update backstop_backup set codec = 'another'"),
        "It was written by codec another, and json is set");
  }

  @Test
  void jsonThatWasTruncated() throws Exception {
    checkCountsAsNone(
        new JsonCodec(),
        () -> run("update backstop_backup set blob = substring(blob from 1 for 5)"),
        "Unexpected end-of-input");
  }

  @Test
  void aClassThatIsGone() throws Exception {
    Poisoned codec = new Poisoned(JavaCodec.allowing().allowingPackages("dev.backstop.contract"));
    checkCountsAsNone(
        codec,
        () -> codec.renames = true,
        "ClassNotFoundException: " + Feed.class.getName().replace("$Feed", "$Gone"));
  }

  @Test
  void aClassThatIsNoLongerListed() throws Exception {
    try (Backstop backstop = open()) {
      BackedCache<String, Feed> cache = backstop.cache(spec(JavaCodec.allowing(Feed.class)));
      cache.put("k", FEED);
      cache.put("k2", FEED);
    }
    checkHasNone(
        open().cache(spec(JavaCodec.allowing())), Feed.class.getName() + "; is not on the allow");
  }

  @Test
  void aLoadThatSucceeds_replacesIt() throws Exception {
    Poisoned codec = new Poisoned(new JsonCodec());
    try (Backstop backstop = open()) {
      backstop.cache(spec(codec)).put("k", FEED);
    }
    run("update backstop_backup set codec = 'another'");
    try (Backstop backstop = open()) {
      assertThat(backstop.cache(spec(codec)).get("k", () -> FEED)).isEqualTo(FEED);
    }
    pastTtl();
    assertThat(open().cache(spec(codec)).entry("k", UndecodableTest::fail, Policy.unset()).origin())
        .isEqualTo(Origin.STAND_IN);
  }

  private interface Damage {
    void done() throws Exception;
  }

  private void checkCountsAsNone(Codec codec, Damage damage, String cause) throws Exception {
    try (Backstop backstop = open()) {
      BackedCache<String, Feed> cache = backstop.cache(spec(codec));
      cache.put("k", FEED);
      cache.put("k2", FEED);
    }
    damage.done();
    checkHasNone(open().cache(spec(codec)), cause);
    run("delete from backstop_backup");
  }

  /**
   * A poisoned row under traffic: every caller gets its loader's exception, the log gets a line.
   */
  private void checkHasNone(BackedCache<String, Feed> cache, String cause) {
    try (Logged log = new Logged()) {
      for (int i = 0; i < 20; i++) {
        String key = i % 2 == 0 ? "k" : "k2";
        assertThat(cache.peek(key)).isEmpty();
        IOException failure = new IOException("The source is down");
        Throwable thrown =
            catchThrowable(
                () ->
                    cache.get(
                        key,
                        () -> {
                          throw failure;
                        }));
        assertThat(thrown).isSameAs(failure);
        assertThat(thrown.getSuppressed()).hasSize(1);
      }
      assertThat(log.messages(Level.WARNING))
          .singleElement()
          .asString()
          .contains("cache feeds", cause);
    }
  }

  private static Feed fail() throws IOException {
    throw new IOException("The source is down");
  }

  @SuppressWarnings("unchecked")
  private static <X extends Throwable> X sneak(Throwable failure) throws X {
    throw (X) failure;
  }
}
