package dev.backstop.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.Validators;
import dev.backstop.fast.FastCopy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which steps the tiers between heap and backups are told of: each telling is a write there. */
class StepTest {
  private static final FastCopy<String> HELD = copy(1, 2, 3, 4);
  private final Step<String, String> step = new Step<>(Reach.ALL);

  private static FastCopy<String> copy(
      long createdAt, long order, long servedUntil, long refreshAfter) {
    return FastCopy.restored(
        "v", createdAt, order, 9, servedUntil, refreshAfter, null, Validators.NONE);
  }

  private boolean concerns(@Nullable FastCopy<String> before, @Nullable FastCopy<String> after) {
    return step.concernsTiers(before, after);
  }

  @Test
  void aStepThatDidNothing_concernsThemNot() {
    assertThat(concerns(null, null)).isFalse();
    assertThat(concerns(HELD, HELD)).isFalse();
  }

  @Test
  void aCopyThatCameOrWent_concernsThem() {
    assertThat(concerns(null, HELD)).isTrue();
    assertThat(concerns(HELD, null)).isTrue();
  }

  @Test
  void aCopyWithAnotherStampOrOrderOrEnd_concernsThem() {
    assertThat(concerns(HELD, copy(0, 2, 3, 4))).isTrue();
    assertThat(concerns(HELD, copy(1, 0, 3, 4))).isTrue();
    assertThat(concerns(HELD, copy(1, 2, 0, 4))).isTrue();
  }

  @Test
  void whenItIsRefreshedNext_isForTheHeapAlone() {
    assertThat(concerns(HELD, copy(1, 2, 3, 0))).isFalse();
  }

  @Test
  void anExplicitChange_concernsThemWhateverTheHeapHeld() {
    step.changedAt = 5;
    assertThat(concerns(null, null)).isTrue();
    assertThat(concerns(HELD, HELD)).isTrue();
    assertThat(concerns(HELD, null)).isTrue();
  }
}
