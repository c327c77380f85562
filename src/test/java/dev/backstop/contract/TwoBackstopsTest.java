package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackstopBuilder;
import dev.backstop.BackupReads;
import dev.backstop.CacheSpec;
import dev.backstop.Policy;
import dev.backstop.testing.Outcome;
import dev.backstop.testing.Threads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two applications in one JVM, or one twice, on the same tables by pools of their own. */
class TwoBackstopsTest extends Fixture {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void onOneDatabase_makeItsTablesTogether_andOutliveEachOther(int firstToClose) throws Exception {
    outliveEachOther(
        builder()
            .jdbcUrl(shared().jdbcUrl())
            .username(shared().username())
            .password(shared().password()),
        firstToClose);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void onOneH2File_makeItsTablesTogether_andOutliveEachOther(int firstToClose) throws Exception {
    outliveEachOther(
        builder().jdbcUrl("jdbc:h2:" + directory.resolve("backups")).username("sa").password(""),
        firstToClose);
  }

  private void outliveEachOther(BackstopBuilder settings, int firstToClose) throws Exception {
    settings.failFast(true).backupTimeout(Duration.ofSeconds(20)); // two starts at once
    List<Backstop> both = new ArrayList<>();
    for (Outcome<Backstop> opened : Threads.together(2, settings::build)) {
      assertThat(opened.failure()).isNull();
      both.add(closing(opened.value()));
    }
    Backstop closed = both.remove(firstToClose);
    Backstop left = both.get(0);
    feeds(closed).put("k", "v1");
    feeds(left).put("other", "v2");
    assertThat(feeds(left).get("k", () -> "never")).isEqualTo("v1");
    assertThat(feeds(closed).get("other", () -> "never")).isEqualTo("v2");
    closed.close();
    feeds(left).put("k", "v3");
    feeds(left).remove("other");
    left.close();
    Backstop again = closing(settings.build());
    assertThat(feeds(again).get("k", () -> "never")).isEqualTo("v3");
    assertThat(feeds(again).get("other", () -> "anew")).isEqualTo("anew");
  }

  private static BackedCache<String, String> feeds(Backstop backstop) {
    return backstop.cache(
        CacheSpec.of("feeds", String.class, String.class)
            .policy(Policy.ttl(TTL).backupReads(BackupReads.WHILE_FRESH)));
  }
}
