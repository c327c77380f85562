package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Entry;
import dev.backstop.HeldFailureException;
import dev.backstop.Origin;
import dev.backstop.Policy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two nodes that leave a failing source alone until the same moment. */
class SharedFailuresTest extends SharedFixture {
  @Test
  void aFailure_isStoodInFor_untilTheSameMoment_andThenOneTries() throws Exception {
    BackedCache<String, String> here = here(spec());
    BackedCache<String, String> there = there(spec());
    here.get("key", source);
    awaitLanded();
    pastTtl();
    source.fail();
    Entry<String> first = here.entry("key", source, Policy.unset());
    awaitLanded();
    clock.advance(MOMENT);
    Entry<String> second = there.entry("key", source, Policy.unset());
    assertThat(first.origin()).isEqualTo(Origin.STAND_IN);
    assertThat(second.origin()).isEqualTo(Origin.STAND_IN);
    assertThat(second.expiresAt()).isEqualTo(first.expiresAt());
    assertThat(second.failure().type()).isEqualTo(IOException.class.getName());
    assertThat(second.failure().message()).isEqualTo("The source is down");
    assertThat(source.calls()).isEqualTo(2);
    clock.advance(STAND_IN_TIME);
    there.entry("key", source, Policy.unset());
    awaitLanded();
    here.entry("key", source, Policy.unset());
    assertThat(source.calls()).isEqualTo(3);
  }

  @Test
  void aFailureOfAKeyWithoutBackup_isEachNodesOwn() {
    BackedCache<String, String> here = here(spec());
    BackedCache<String, String> there = there(spec());
    IOException down = source.fail();
    assertThatThrownBy(() -> here.get("key", source)).isSameAs(down);
    awaitLanded();
    assertThatThrownBy(() -> there.get("key", source)).isSameAs(down);
    assertThat(source.calls()).isEqualTo(2);
  }

  @Test
  void aFailureOfAKeyWithoutBackup_isShared_whereThatIsSet() throws Exception {
    BackedCache<String, String> here = here(spec().sharedFailures(true));
    BackedCache<String, String> there = there(spec().sharedFailures(true));
    IOException down = source.fail();
    assertThatThrownBy(() -> here.get("key", source)).isSameAs(down);
    awaitLanded();
    for (BackedCache<String, String> node : List.of(here, there)) {
      assertThatThrownBy(() -> node.get("key", source))
          .isInstanceOfSatisfying(
              HeldFailureException.class,
              held -> {
                assertThat(held.failure().type()).isEqualTo(IOException.class.getName());
                assertThat(held.until())
                    .isBetween(clock.instant(), held.failure().at().plus(STAND_IN_TIME));
              })
          .hasMessageContaining("Loading key for cache feeds failed at ")
          .hasMessageContaining(": java.io.IOException: The source is down");
    }
    assertThat(source.calls()).isOne();
    clock.advance(STAND_IN_TIME.plus(MOMENT));
    source.answer("back");
    assertThat(there.get("key", source)).isEqualTo("back");
  }

  enum Ending {
    EXPIRE(cache -> cache.expire("key")),
    PUT(cache -> cache.put("key", "put", Duration.ofMillis(1))),
    REMOVE(cache -> cache.remove("key")),
    CLEAR(BackedCache::clear),
    EXPIRE_ALL(cache -> cache.expireCreatedBefore(Instant.parse("2200-01-01T00:00:00Z")));

    final Consumer<BackedCache<String, String>> change;

    Ending(Consumer<BackedCache<String, String>> change) {
      this.change = change;
    }
  }

  @ParameterizedTest
  @EnumSource(Ending.class)
  void aChange_endsTheTimeInWhichNobodyTries(Ending ending) throws Exception {
    BackedCache<String, String> here = here(spec().sharedFailures(true));
    BackedCache<String, String> there = there(spec().sharedFailures(true));
    here.get("key", source);
    awaitLanded();
    pastTtl();
    source.fail();
    here.get("key", source);
    awaitLanded();
    ending.change.accept(here);
    clock.advance(MOMENT);
    source.answer("back");
    assertThat(there.get("key", source)).isEqualTo("back");
  }

  @Test
  void whoAcceptsNoStandIn_loadsItself() throws Exception {
    BackedCache<String, String> here = here(spec());
    BackedCache<String, String> there = there(spec());
    here.get("key", source);
    awaitLanded();
    pastTtl();
    IOException down = source.fail();
    here.get("key", source);
    awaitLanded();
    Policy strict = Policy.unset().standInOn(failure -> failure instanceof IllegalStateException);
    assertThatThrownBy(() -> there.entry("key", source, strict)).isSameAs(down);
    assertThat(source.calls()).isEqualTo(3);
  }

  @Test
  void aTimeout_isAFailureForAll() throws Exception {
    BackedCache<String, String> here = here(spec());
    BackedCache<String, String> there = there(spec());
    here.get("key", source);
    awaitLanded();
    pastTtl();
    Policy hard = Policy.unset().hardTimeout(Duration.ofMillis(50));
    assertThat(here.entry("key", this::loadSlowly, hard).origin()).isEqualTo(Origin.STAND_IN);
    awaitLanded();
    assertThat(there.entry("key", source, Policy.unset()).origin()).isEqualTo(Origin.STAND_IN);
    assertThat(source.calls()).isOne();
    gate.open();
  }
}
