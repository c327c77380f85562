package dev.backstop.backup;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Equal stamps: what ended a value wins over it. */
class FoundTest {
  private static final Blob BLOB = new Blob(new byte[0], "json", 1, "text");
  private static final long NONE = Long.MIN_VALUE;

  @Test
  void aRemovalEndsItsOwnStampAndWhatIsBelow() {
    Found removed = found(5, NONE, null, Barrier.NONE);
    assertThat(removed.leavesAlive(5)).isFalse();
    assertThat(removed.leavesAlive(6)).isTrue();
    assertThat(found(5, NONE, BLOB, Barrier.NONE).leavesAlive(4)).isTrue();
  }

  @Test
  void aClearEndsItsOwnStampAndWhatIsBelow() {
    Found cleared = found(5, NONE, BLOB, new Barrier(NONE, 5));
    assertThat(cleared.leavesAlive(5)).isFalse();
    assertThat(cleared.isFresh(6)).isFalse();
    assertThat(cleared.leavesAlive(6)).isTrue();
  }

  @Test
  void anExpiryEndsTheFreshnessOfItsOwnStampAndWhatIsBelow() {
    assertThat(found(5, 5, BLOB, Barrier.NONE).isFresh(6)).isFalse();
    assertThat(found(5, 4, BLOB, Barrier.NONE).isFresh(6)).isTrue();
    assertThat(found(5, NONE, BLOB, new Barrier(5, NONE)).isFresh(6)).isFalse();
    assertThat(found(5, NONE, BLOB, new Barrier(4, NONE)).isFresh(6)).isTrue();
  }

  @Test
  void ofTwoAtOneStamp_theRemovalIsTheNewer() {
    Backup value = new Backup(5, 9, NONE, 0, BLOB);
    Backup removal = new Backup(5, 5, NONE, 0, null);
    assertThat(value.or(removal).blob()).isNull();
    assertThat(removal.or(value).blob()).isNull();
  }

  private static Found found(long stamp, long expiredAt, @Nullable Blob blob, Barrier barrier) {
    return new Found(new Backup(stamp, 9, expiredAt, 0, blob), barrier, null);
  }
}
