package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Entry;
import dev.backstop.GenericType;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.codec.JavaCodec;
import dev.backstop.testing.Logged;
import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/** A codec of a cache's own, beside the builder's. */
class CodecsTest extends Fixture {
  record Feed(String title, Instant at) implements Serializable {}

  private static final Feed FEED = new Feed("Planet", Instant.EPOCH);

  private static CacheSpec<String, List<Feed>> spec(String name) {
    return CacheSpec.of(name, String.class, new GenericType<List<Feed>>() {}).ttl(TTL);
  }

  private static List<Feed> failing() throws IOException {
    throw new IOException("The source is down");
  }

  @Test
  void aCache_hasACodecOfItsOwn() throws Exception {
    JavaCodec java = JavaCodec.allowing(Feed.class);
    try (Backstop backstop = open()) {
      backstop.cache(spec("java").codec(java)).get("k", () -> List.of(FEED));
      backstop.cache(spec("json")).get("k", () -> List.of(FEED));
    }
    assertThat(ask("select codec from backstop_backup where cache_name = 'java'"))
        .isEqualTo("java");
    assertThat(ask("select codec from backstop_backup where cache_name = 'json'"))
        .isEqualTo("json");
    Backstop restarted = open();
    pastTtl();
    for (CacheSpec<String, List<Feed>> spec : List.of(spec("java").codec(java), spec("json"))) {
      Entry<List<Feed>> entry =
          restarted.cache(spec).entry("k", CodecsTest::failing, Policy.unset());
      assertThat(entry.origin()).isEqualTo(Origin.STAND_IN);
      assertThat(entry.value()).containsExactly(FEED);
    }
  }

  @Test
  void aClassThatIsNotListed_hasNoBackup_andIsCachedAllTheSame() throws Exception {
    CacheSpec<String, List<Feed>> spec = spec("java").codec(JavaCodec.allowing(Instant.class));
    BackedCache<String, List<Feed>> cache = open().cache(spec);
    try (Logged log = new Logged()) {
      assertThat(cache.get("k", () -> List.of(FEED))).containsExactly(FEED);
      pastTtl();
      assertThat(cache.get("k", () -> List.of(FEED))).containsExactly(FEED);
      assertThat(cache.get("k", CodecsTest::failing)).containsExactly(FEED);
      assertThat(log.messages(Level.WARNING))
          .singleElement()
          .asString()
          .contains("A value of cache java has no backup", Feed.class.getName() + "; is not on");
    }
    BackedCache<String, List<Feed>> restarted = open().cache(spec);
    assertThatThrownBy(() -> restarted.get("k", CodecsTest::failing))
        .isInstanceOf(IOException.class);
  }
}
